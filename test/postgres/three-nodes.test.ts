/**
 * Three servers on one PostgreSQL as their clients see them: one is killed and one frozen while an index is filled and everybody writes,
 * `stator load` at each of them among others, and a consumer in a process of its own reads the stream. What was acknowledged is there,
 * once; index, counts, sums and stream agree with a Scan.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { ServerProcess, until } from '../harness/server-process.ts'
import { type Attributes, replay } from '../harness/stream-consumer.ts'
import { ConsumerProcess } from './siege/consumer-process.ts'

const TableName = 'Counters'
const writers = 12
const acknowledgedInEachPart = 400
/** Clients that add to counters, put and delete, through whichever node is in use. */
class Writers {
  readonly #nodes: ServerProcess[]
  readonly #random = seededRandom(1)
  #acknowledged = 0
  /** Additions that may have been made or not. */
  #unknown = 0
  #isOver = false
  readonly #done: Promise<unknown>

  constructor(nodes: readonly ServerProcess[]) {
    this.#nodes = [...nodes]
    this.#done = Promise.all(Array.from({ length: writers }, () => this.#write()))
  }

  use(...nodes: readonly ServerProcess[]): void {
    this.#nodes.splice(0, this.#nodes.length, ...nodes)
  }

  async acknowledged(more: number): Promise<void> {
    const wanted = this.#acknowledged + more
    await until(async () => (this.#acknowledged >= wanted ? true : undefined))
  }

  stop(): void {
    this.#isOver = true
  }

  async end(): Promise<{ readonly acknowledged: number; readonly unknown: number }> {
    this.stop()
    await this.#done
    return { acknowledged: this.#acknowledged, unknown: this.#unknown }
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      const node = this.#nodes[this.#below(this.#nodes.length)] as ServerProcess
      const pk = { S: `counter ${this.#below(100)}` }
      const other = { S: `other ${this.#below(50)}` }
      const roll = this.#below(10)
      if (roll === 0) await node.ask('PutItem', { TableName, Item: { pk: other, grade: { S: 'a' } } }).catch(() => {})
      else if (roll === 1) await node.ask('DeleteItem', { TableName, Key: { pk: other } }).catch(() => {})
      else await this.#add(node, pk)
    }
  }

  async #add(node: ServerProcess, pk: object): Promise<void> {
    const UpdateExpression = 'ADD n :one SET grade = :grade'
    const ExpressionAttributeValues = { ':one': { N: '1' }, ':grade': { S: 'abc'[this.#below(3)] } }
    try {
      await node.ask('UpdateItem', { TableName, Key: { pk }, UpdateExpression, ExpressionAttributeValues })
      this.#acknowledged += 1
    } catch {
      this.#unknown += 1
    }
  }

  #below(count: number): number {
    return (this.#random.bytes(1)[0] ?? 0) % count
  }
}

/** `stator load` at one node, which goes on until it is told to end. */
function loadOf({ endpoint }: ServerProcess, seed: number): StatorProcess {
  const where = ['--table', TableName, '--endpoint', endpoint]
  const what = ['--operations', 'put=50,update=20,delete=30', '--key-count', '60', '--seed', String(seed)]
  return new StatorProcess(['load', ...where, ...what, '--rate', '30', '--concurrency', '4', '--duration', '10m'])
}

function normal(items: readonly Attributes[]): readonly string[] {
  return items.map((item) => JSON.stringify(Object.entries(item).sort())).sort()
}

async function scan(node: ServerProcess, input: object): Promise<readonly Attributes[]> {
  const items: Attributes[] = []
  for (let ExclusiveStartKey: unknown; ; ) {
    const page = await node.ask('Scan', { TableName, ...input, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) })
    items.push(...(page.Items as readonly Attributes[]))
    ExclusiveStartKey = page.LastEvaluatedKey
    if (ExclusiveStartKey === undefined) return items
  }
}

describe('three servers on one PostgreSQL', { skip: skipWithoutPostgres }, () => {
  test('lose, repeat and invent nothing while one is killed, one frozen and an index filled', { timeout: 300_000 }, async (t) => {
    const url = await (await sharedPostgres()).newUrl()
    const [stays, killed, frozen] = (await Promise.all(Array.from({ length: 3 }, () => new ServerProcess(t, url).started()))) as [
      ServerProcess,
      ServerProcess,
      ServerProcess,
    ]
    await until(async () => ((await stays.living()) === 3 ? true : undefined))
    await stays.ask('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
    const { Table: created } = (await stays.ask('DescribeTable', { TableName })) as { readonly Table: TableDescription }
    const nodes = [stays, killed, frozen]
    const consumer = new ConsumerProcess(
      created.LatestStreamArn,
      nodes.map(({ endpoint }) => endpoint),
    )
    t.after(() => consumer.end())
    const loads = nodes.map((node, at) => loadOf(node, at))
    t.after(() => {
      for (const { child } of loads) child.kill('SIGKILL')
    })
    const clients = new Writers(nodes)
    t.after(() => clients.stop())
    await clients.acknowledged(acknowledgedInEachPart)

    await killed.ask('UpdateTable', {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'grade', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-grade',
            KeySchema: [{ AttributeName: 'grade', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    })
    killed.process.child.kill('SIGKILL')
    frozen.process.child.kill('SIGSTOP')
    clients.use(stays)
    await until(async () => ((await stays.living()) === 1 ? true : undefined))
    await clients.acknowledged(acknowledgedInEachPart)
    frozen.process.child.kill('SIGCONT')
    await until(async () => ((await stays.living()) === 2 ? true : undefined))
    clients.use(stays, frozen)
    await clients.acknowledged(acknowledgedInEachPart)
    const { acknowledged, unknown } = await clients.end()
    for (const { child } of loads) child.kill('SIGINT')
    const [atStays, , atFrozen] = await Promise.all(loads.map(({ ended }) => ended))
    for (const ended of [atStays, atFrozen]) {
      assert.equal(ended?.code, 0, String(ended?.err))
      assert.match(String(ended?.out), /^ +succeeded +[1-9]/m)
    }

    const table = await until(async () => {
      const { Table } = (await frozen.askUntilAnswered('DescribeTable', { TableName })) as { readonly Table: TableDescription }
      return Table.GlobalSecondaryIndexes?.every(({ IndexStatus }) => IndexStatus === 'ACTIVE') ? Table : undefined
    })
    const items = await scan(stays, { ConsistentRead: true })
    // The load's items have no grade.
    const graded = items.filter(({ grade }) => grade !== undefined)
    const sum = graded.reduce((total, { n }) => total + Number(n?.N ?? 0), 0)
    assert.ok(sum >= acknowledged && sum <= acknowledged + unknown, `${acknowledged} were acknowledged, ${unknown} not, ${sum} are there`)
    assert.ok(graded.length > 0 && graded.length < items.length, 'the load has items of its own')
    assert.deepEqual(normal(await scan(frozen, { IndexName: 'by-grade' })), normal(graded))
    assert.deepEqual([table.ItemCount, table.GlobalSecondaryIndexes?.[0]?.ItemCount], [items.length, graded.length])
    const records = await consumer.readToTheEnd()
    assert.deepEqual(normal([...replay(records).values()]), normal(items))
    for (const { process } of [stays, frozen]) {
      process.child.kill('SIGTERM')
      assert.equal((await process.ended).code, 0)
    }
  })
})

interface TableDescription {
  readonly ItemCount: number
  readonly LatestStreamArn: string
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexStatus: string; readonly ItemCount: number }[]
}
