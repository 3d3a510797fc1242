import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keysOfRecord, laneOfRecord, ShardLanes } from './shard-lanes.ts'

interface TestRecord {
  readonly number: number
  readonly sizeBytes: number
  readonly lane: number
}

type Event =
  | { readonly kind: 'add'; readonly lanes: readonly number[] }
  | { readonly kind: 'done'; readonly lane: number; readonly count: number }

const laneCount = 3

const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add' as const), lanes: fc.array(fc.integer({ min: 0, max: laneCount - 1 }), { maxLength: 6 }) }),
    fc.record({
      kind: fc.constant('done' as const),
      lane: fc.integer({ min: 0, max: laneCount - 1 }),
      count: fc.integer({ min: 0, max: 4 }),
    }),
  ),
)

test('lanes keep the order of their records, and the position is before the first that is not done', () => {
  fc.assert(
    fc.property(events, (history) => {
      const lanes = new ShardLanes<TestRecord>(laneCount, { next: 0, isEnd: false })
      const model: TestRecord[] = []
      let next = 1
      for (const event of history) {
        if (event.kind === 'add') {
          const records = event.lanes.map((lane, at) => ({ number: next + at * 2, sizeBytes: at + 1, lane }))
          next += event.lanes.length * 2
          model.push(...records)
          lanes.add(records, { next, isEnd: false }, ({ lane }) => lane)
        } else {
          const done = model.filter(({ lane }) => lane === event.lane).slice(0, event.count)
          lanes.done(event.lane, event.count)
          for (const record of done) model.splice(model.indexOf(record), 1)
        }
        for (let lane = 0; lane < laneCount; lane += 1) {
          const inLane = model.filter((record) => record.lane === lane)
          assert.deepEqual(lanes.first(lane, 100), inLane)
          assert.deepEqual(lanes.first(lane, 2), inLane.slice(0, 2))
          assert.equal(lanes.countIn(lane), inLane.length)
        }
        assert.equal(lanes.count, model.length)
        assert.equal(
          lanes.sizeBytes,
          model.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        )
        const read = history.some(({ kind }) => kind === 'add') && next > 1 ? next : 0
        const expected = model.length === 0 ? lanes.read.next : Math.min(...model.map(({ number }) => number))
        assert.ok(lanes.read.next <= Math.max(read, next))
        assert.deepEqual(lanes.position, { next: expected, isEnd: false })
      }
    }),
  )
})

test('a shard is at its end only when nothing of it is left in the lanes', () => {
  const lanes = new ShardLanes<TestRecord>(1, { next: 0, isEnd: false })
  lanes.add([{ number: 7, sizeBytes: 1, lane: 0 }], { next: 8, isEnd: true }, () => 0)
  assert.deepEqual(lanes.position, { next: 7, isEnd: false })
  lanes.done(0, 1)
  assert.deepEqual(lanes.position, { next: 8, isEnd: true })
})

const key = { hash: [{ name: 'pk', type: 'S' as const }], range: [] }

test('keys are found in a record whatever letters they have', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pk, text) => {
      const keys = { pk: { S: pk }, 'so{r}t"': { S: `${text}}"` } }
      const images = `"Keys":${JSON.stringify(keys)},"NewImage":${JSON.stringify({ ...keys, more: { S: text } })}`
      assert.deepEqual(keysOfRecord({ images }), keys)
    }),
  )
})

test('records of a partition key are in one lane, and keys are spread over the lanes', () => {
  const lane = (pk: string, sort: number): number =>
    laneOfRecord({ images: `"Keys":${JSON.stringify({ pk: { S: pk }, sk: { N: String(sort) } })}` }, key, 10)
  const lanes = Array.from({ length: 1000 }, (_, at) => lane(`user-${at}`, 1))
  for (const [at, expected] of lanes.entries()) assert.equal(lane(`user-${at}`, 2), expected)
  for (let each = 0; each < 10; each += 1) assert.ok(lanes.filter((found) => found === each).length > 50)
})
