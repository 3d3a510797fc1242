/** What Prometheus is told, read back by the grammar of its text format, and who is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start } from '../../src/index.ts'
import type { Dimensions, MetricName } from '../../src/metering/metrics/metric-names.ts'
import { isMetricName, metricFacts, metricUnits } from '../../src/metering/metrics/metric-names.ts'
import { Metrics } from '../../src/metering/metrics/metrics.ts'
import { metricsText, prometheusName } from '../../src/server/prometheus.ts'
import { frontDoorStorage } from '../harness/test-storage.ts'

const nowMs = 1_795_341_600_000
const orders = { region: '', TableName: 'Orders' }

interface Sample {
  readonly labels: { readonly [name: string]: string }
  readonly value: number
}

interface Family {
  readonly kind: string
  readonly samples: Map<string, Sample[]>
}

const samplePattern = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const labelPattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y

/** Fails at whatever is not the text format: a family without help, a sample of another family, a label badly escaped. */
function parse(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'))
  const families = new Map<string, Family>()
  let name = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, comment, of = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (comment === 'HELP') {
      assert.ok(!families.has(of), `${of} comes twice`)
      name = of
    } else if (comment === 'TYPE') {
      assert.equal(of, name)
      families.set(of, { kind: rest, samples: new Map() })
    } else addSample(families.get(name), name, line)
  }
  return families
}

function addSample(family: Family | undefined, familyName: string, line: string): void {
  const [, name = '', labelText = '', value] = samplePattern.exec(line) ?? []
  assert.ok(family !== undefined && name.startsWith(familyName), line)
  const labels: { [name: string]: string } = {}
  labelPattern.lastIndex = 0
  while (labelPattern.lastIndex < labelText.length) {
    const [, label = '', escaped = ''] = labelPattern.exec(labelText) ?? assert.fail(line)
    labels[label] = escaped.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
  }
  family.samples.set(name, [...(family.samples.get(name) ?? []), { labels, value: Number(value) }])
}

function samplesOf(metrics: Metrics, name: MetricName, atMs: number = nowMs): readonly Sample[] {
  const family = prometheusName(name)
  return parse(metricsText(metrics, atMs)).get(family)?.samples.get(family) ?? []
}

test('a counter is the sum of what was measured, with its dimensions as labels', () => {
  const metrics = new Metrics()
  const name = 'ConsumedReadCapacityUnits'
  metrics.series(name, orders).add(0.5, nowMs)
  metrics.series(name, orders).add(2, nowMs + 3_600_000)
  metrics.series(name, { ...orders, GlobalSecondaryIndexName: 'byDate' }).add(7, nowMs)
  metrics.series(name, { region: 'eu-west-1', TableName: 'Orders' }).add(1, nowMs)
  metrics.series(name, { region: '', TableName: 'Idle' })
  assert.deepEqual(samplesOf(metrics, name), [
    { labels: { table: 'Orders' }, value: 2.5 },
    { labels: { table: 'Orders', index: 'byDate' }, value: 7 },
    { labels: { region: 'eu-west-1', table: 'Orders' }, value: 1 },
  ])
  assert.ok(metricsText(metrics, nowMs).includes('dynamodb_consumed_read_capacity_units_total{table="Orders",index="byDate"} 7\n'))
})

test('labels are escaped', () => {
  const metrics = new Metrics()
  const dimensions: Dimensions = { region: 'a"b', TableName: 'back\\slash', Operation: 'two\nlines', StreamLabel: '\\n' }
  metrics.series('ReturnedBytes', dimensions).add(1, nowMs)
  assert.deepEqual(samplesOf(metrics, 'ReturnedBytes'), [
    { labels: { region: 'a"b', table: 'back\\slash', operation: 'two\nlines', stream: '\\n' }, value: 1 },
  ])
})

test('latency is a histogram in seconds', () => {
  const metrics = new Metrics()
  const series = metrics.series('SuccessfulRequestLatency', { ...orders, Operation: 'GetItem' })
  for (const ms of [0.05, 0.1, 0.3, 3, 20_000]) series.add(ms, nowMs)
  const family = parse(metricsText(metrics, nowMs)).get('dynamodb_successful_request_latency_seconds')
  assert.equal(family?.kind, 'histogram')
  const buckets = family?.samples.get('dynamodb_successful_request_latency_seconds_bucket') ?? []
  const counts = new Map(buckets.map(({ labels, value }) => [labels.le, value]))
  assert.deepEqual([counts.get('0.0001'), counts.get('0.00025'), counts.get('0.0005'), counts.get('0.005')], [2, 2, 3, 4])
  assert.deepEqual([counts.get('10'), counts.get('+Inf')], [4, 5])
  assert.ok(buckets.every(({ value }, at) => value >= (buckets[at - 1]?.value ?? 0)))
  const [sum, count] = ['sum', 'count'].map((end) => family?.samples.get(`dynamodb_successful_request_latency_seconds_${end}`)?.[0])
  assert.ok(Math.abs((sum?.value ?? 0) - 20.00345) < 1e-9)
  assert.deepEqual(count, { labels: { table: 'Orders', operation: 'GetItem' }, value: 5 })
})

test('a gauge is what was seen last, as long as it is looked at', () => {
  const metrics = new Metrics()
  const series = metrics.series('ProvisionedReadCapacityUnits', orders)
  for (const value of [40, 30]) series.add(value, nowMs)
  assert.deepEqual(samplesOf(metrics, 'ProvisionedReadCapacityUnits', nowMs + 60_000), [{ labels: { table: 'Orders' }, value: 30 }])
  assert.deepEqual(samplesOf(metrics, 'ProvisionedReadCapacityUnits', nowMs + 3_600_000), [])
  series.endMinute(Number.POSITIVE_INFINITY)
  assert.equal(samplesOf(metrics, 'ProvisionedReadCapacityUnits').length, 1)
})

test('every metric has a name of its own, and the text of all of them parses', () => {
  const metrics = new Metrics()
  const names = Object.keys(metricUnits).filter(isMetricName)
  for (const name of names) metrics.series(name, orders).add(1, nowMs)
  const families = parse(metricsText(metrics, nowMs))
  assert.equal(families.size, names.length + 1)
  for (const name of names) assert.equal(families.get(prometheusName(name))?.kind, metricFacts[name].kind, name)
})

test('GET /metrics answers this machine in the text format, and counts what clients did', async () => {
  const server = await start({ ...(await frontDoorStorage()), port: 0, log: () => {} })
  try {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20261122T100000Z',
    }
    const body = JSON.stringify({ TableName: 'Missing', Key: { id: { S: '1' } } })
    assert.equal((await fetch(server.endpoint, { method: 'POST', headers, body })).status, 400)
    const answer = await fetch(`${server.endpoint}/metrics`)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    const families = parse(await answer.text())
    assert.deepEqual(families.get('dynamodb_user_errors_total')?.samples.get('dynamodb_user_errors_total'), [{ labels: {}, value: 1 }])
    const ofProcess = ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'process_start_time_seconds']
    const ofNode = [
      'nodejs_heap_size_total_bytes',
      'nodejs_heap_size_used_bytes',
      'nodejs_external_memory_bytes',
      'nodejs_active_resources_total',
    ]
    for (const name of [...ofProcess, ...ofNode, 'stator_build_info']) {
      assert.ok((families.get(name)?.samples.get(name)?.[0]?.value ?? 0) > 0, name)
    }
    const fromPage = await fetch(`${server.endpoint}/metrics`, { headers: { origin: 'https://example.com' } })
    assert.equal(fromPage.status, 403)
    assert.match(await fromPage.text(), /--cors/)
    assert.equal((await fetch(`${server.endpoint}/metrics`, { method: 'POST', body: '' })).status, 404)
  } finally {
    await server.close()
  }
})
