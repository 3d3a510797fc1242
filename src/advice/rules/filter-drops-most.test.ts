import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, type CallParts, openBench, someMoney } from '../../../test/harness/advice-bench.ts'
import { filterDropsMostRule } from './filter-drops-most.ts'

const open: CallParts = { operation: 'Scan', clauses: { filter: 'status = ?' } }

async function benchAfter(times: number, parts: CallParts): Promise<AdviceBench> {
  const bench = await openBench(filterDropsMostRule)
  bench.hearTimes(times, { ...open, ...parts })
  return bench
}

test('filter-drops-most names the index for a filter that lets 3 % of 50,000 items through', async () => {
  const bench = await benchAfter(10, { evaluated: 5000, returned: 150, readUnits: 100 })
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'info')
  assert.equal(draft.sentence, 'Of 50,000 items read and paid for, 1,500 came through the filter (3 %): Scan Orders filter status = ?.')
  assert.match(draft.change.text, /partition key status\./)
  assert.deepEqual(JSON.parse(draft.change.code ?? '').GlobalSecondaryIndexUpdates[0].Create.KeySchema, [
    { AttributeName: 'status', KeyType: 'HASH' },
  ])
})

test('filter-drops-most keeps the partition key of a Query, and sorts by what lies between', async () => {
  const bench = await benchAfter(10, {
    operation: 'Query',
    clauses: { keyCondition: 'pk = ?', filter: 'day BETWEEN ? AND ?' },
    ...{ evaluated: 5000, returned: 150, readUnits: 100 },
  })
  assert.match((await bench.find())[0]?.change.text ?? '', /partition key pk and the sort key day\./)
})

test('filter-drops-most begins with 10 requests, 1,000 items, two units a request and a tenth let through', async () => {
  const enough = { evaluated: 100, returned: 9, readUnits: 2 }
  for (const [times, parts, severity] of [
    [10, enough, 'info'],
    [9, { ...enough, evaluated: 200 }, 'none'],
    [10, { ...enough, evaluated: 99, returned: 5 }, 'none'],
    [10, { ...enough, returned: 10 }, 'none'],
    [10, { ...enough, readUnits: 1.5 }, 'none'],
    [10, { ...enough, returned: 2 }, 'info'],
    [10, { ...enough, returned: 1 }, 'warning'],
  ] as const) {
    assert.equal(await (await benchAfter(times, parts)).severity(), severity, JSON.stringify([times, parts]))
  }
})

test('filter-drops-most says nothing of a filter that keeps 95 %, of small collections, nor of what was long ago', async () => {
  assert.equal(await (await benchAfter(100, { evaluated: 1000, returned: 950, readUnits: 100 })).severity(), 'none')
  assert.equal(await (await benchAfter(1000, { evaluated: 3, returned: 0, readUnits: 0.5 })).severity(), 'none')
  const bench = await benchAfter(10, { evaluated: 5000, returned: 150, readUnits: 100 })
  bench.pass(61 * 60_000)
  assert.equal(await bench.severity(), 'none')
})

test('filter-drops-most says what would be saved, and warns in production when it is much', async () => {
  const bench = await openBench(filterDropsMostRule)
  bench.money = someMoney
  for (let minute = 0; minute < 6; minute += 1) {
    bench.hearTimes(10, { ...open, evaluated: 5000, returned: 250, readUnits: 100 })
    bench.pass(60_000)
  }
  bench.hear()
  assert.equal(await bench.severity(), 'info')
  bench.profile = 'prod'
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  // 950 units a minute are not read, for $1 per million.
  const usdPerMonth = draft.saving?.usdPerMonth ?? 0
  assert.ok(usdPerMonth > 40 && usdPerMonth < 43, `${usdPerMonth}`)
})
