/**
 * What must hold of metrics when all is at rest: every node tells the same, and no more than was asked for. What a node that died had not
 * stored is gone; where none dies and no commit fails, all that was answered is told.
 */
import assert from 'node:assert/strict'
import type { Cluster, Node } from './cluster.ts'

const minuteMs = 60_000
const measured = ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'TransactWriteItems', 'TransactGetItems']

interface Point {
  readonly Timestamp: number
  readonly SampleCount: number
}

interface Metric {
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
}

/** Requests of one table since `sinceMs`, by their operation. */
export interface Requests {
  readonly asked: ReadonlyMap<string, number>
  readonly succeeded: ReadonlyMap<string, number>
}

export async function checkMetrics(cluster: Cluster, tableName: string, sinceMs: number): Promise<void> {
  let first: unknown
  for (const node of cluster.up) {
    const told = [await listMetrics(cluster, node), await latencies(cluster, node, tableName, sinceMs)]
    assert.deepEqual(told, first ?? told, 'metrics are the same for every node')
    first = told
  }
  const [, counts] = first as [unknown, ReadonlyMap<string, number>]
  const { asked, succeeded } = cluster.requestsOf(tableName)
  for (const operation of measured) {
    const count = counts.get(operation) ?? 0
    assert.ok(count <= (asked.get(operation) ?? 0), `${count} of ${operation} were measured, ${asked.get(operation)} asked for`)
    if (!cluster.hasFaults) assert.equal(count, succeeded.get(operation) ?? 0, `how many of ${operation} were measured`)
  }
}

async function listMetrics(cluster: Cluster, node: Node): Promise<readonly string[]> {
  const found: string[] = []
  for (let NextToken: unknown; ; ) {
    const outcome = await cluster.askService(node, 'cloudwatch', 'ListMetrics', {
      Namespace: 'AWS/DynamoDB',
      ...(NextToken !== undefined && { NextToken }),
    })
    assert.ok(outcome?.isDone)
    const metrics = outcome.body.Metrics as readonly Metric[]
    found.push(...metrics.map(({ MetricName, Dimensions }) => `${MetricName} ${JSON.stringify(Dimensions)}`))
    NextToken = outcome.body.NextToken
    if (NextToken === undefined) return found.sort()
  }
}

/** How many requests were measured, by their operation. */
async function latencies(cluster: Cluster, node: Node, tableName: string, sinceMs: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const operation of measured) {
    const outcome = await cluster.askService(node, 'cloudwatch', 'GetMetricStatistics', {
      Namespace: 'AWS/DynamoDB',
      MetricName: 'SuccessfulRequestLatency',
      Dimensions: [
        { Name: 'TableName', Value: tableName },
        { Name: 'Operation', Value: operation },
      ],
      StartTime: (Math.floor(sinceMs / minuteMs) * minuteMs) / 1000,
      EndTime: (Math.floor(cluster.latestMs / minuteMs) * minuteMs) / 1000,
      Period: 60,
      Statistics: ['SampleCount'],
    })
    assert.ok(outcome?.isDone, JSON.stringify(outcome?.body))
    const points = outcome.body.Datapoints as readonly Point[]
    counts.set(
      operation,
      points.reduce((sum, { SampleCount }) => sum + SampleCount, 0),
    )
  }
  return counts
}
