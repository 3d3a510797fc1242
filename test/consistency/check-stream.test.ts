/** Negative controls of the check of streams: what real writers and readers saw, with one thing wrong in it. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { checkStream, type StreamEvidence } from './check-stream.ts'
import { recordStream } from './record-stream.ts'
import { openTarget } from './settings.ts'
import type { Reading, ReadRecord } from './stream-reader.ts'

let evidence: StreamEvidence

before(async () => {
  const target = await openTarget()
  try {
    evidence = await recordStream({ ...target, operations: 500, rounds: 4 })
  } finally {
    await target.close()
  }
})

type Break = (records: readonly ReadRecord[]) => readonly ReadRecord[]

/** For one of the readers beside the writers. */
function forOne(change: Break): StreamEvidence {
  const [first, ...others] = evidence.readings
  return { ...evidence, readings: [broken(first as Reading, change), ...others] }
}

/** For everybody: the stream itself is wrong. */
function forAll(change: Break): StreamEvidence {
  return { ...evidence, full: broken(evidence.full, change), readings: evidence.readings.map((reading) => broken(reading, change)) }
}

function broken(reading: Reading, change: Break): Reading {
  return { ...reading, records: change(reading.records) }
}

/** A change from something to something, with another one of the same item before it, and one after it in the same shard. */
function middle(): ReadRecord {
  const ofItems = Map.groupBy(evidence.full.records, ({ key }) => key)
  for (const records of ofItems.values()) {
    const found = records.find((record, at) => at > 0 && record.eventName === 'MODIFY' && records[at + 1]?.shardId === record.shardId)
    if (found !== undefined) return found
  }
  return assert.fail('no item changed often')
}

function isMiddle({ sequenceNumber, shardId }: ReadRecord): boolean {
  return sequenceNumber === middle().sequenceNumber && shardId === middle().shardId
}

const without: Break = (records) => records.filter((record) => !isMiddle(record))
const doubled: Break = (records) => records.flatMap((record) => (isMiddle(record) ? [record, record] : [record]))
/** In the other order, and so that the numbers rise. */
const swapped: Break = (records) => {
  const at = records.findIndex(isMiddle)
  const next = records.findIndex(({ key, shardId }, index) => index > at && key === middle().key && shardId === middle().shardId)
  const [first, second] = [records[at] ?? assert.fail(), records[next] ?? assert.fail('the next change is in the shard')]
  return records
    .with(at, { ...second, sequenceNumber: first.sequenceNumber })
    .with(next, { ...first, sequenceNumber: second.sequenceNumber })
}
const changed =
  (change: Partial<ReadRecord>): Break =>
  (records) =>
    records.map((record) => (isMiddle(record) ? { ...record, ...change } : record))

const faults: { readonly [name: string]: readonly [() => StreamEvidence, RegExp] } = {
  'a record that one reader missed': [() => forOne(without), /^chained.*: read .* where there is /],
  'a record that was given to one reader twice': [() => forOne(doubled), /^chained.*: sequence numbers do not rise/],
  'a record that was given to one reader with another content': [
    () => forOne(changed({ newItem: { tag: 'another' } })),
    /^chained.*: read .* where there is /,
  ],
  'a reader that did not come to the end': [() => forOne((records) => records.slice(0, -1)), /^chained.*: read nothing where there is /],
  'a change without a record': [() => forAll(without), /^no record tells of /],
  'a change with two records': [
    () => forAll((records) => doubled(records).map((record, at) => ({ ...record, sequenceNumber: String(at) }))),
    /^2 records tell of /,
  ],
  'a record of nothing': [() => forAll(changed({ newItem: { tag: 'nobody' } })), /^nobody did /],
  'records of an item in another order': [() => forAll(swapped), /: images do not follow/],
  'an old image that is not what was there': [() => forAll(changed({ oldItem: { tag: 'other' } })), /: images do not follow/],
  'an event of another name': [() => forAll(changed({ eventName: 'REMOVE' })), /: no REMOVE is /],
  'a change from something to the same': [() => forAll(changed({ oldItem: middle().newItem })), /: no [A-Z]+ is /],
  'a record with a number outside of its shard': [
    () => forAll(changed({ sequenceNumber: '1' })),
    /: outside of the range of its shard is /,
  ],
  'a record in a shard that is not there': [() => forAll(changed({ shardId: 'shard' })), /: shard is not described/],
  'a child shard that begins before its parent ends': [
    () => {
      const child = evidence.shards.find(({ ParentShardId }) => ParentShardId !== undefined) ?? assert.fail('no shard has ended')
      const early = { ...child, SequenceNumberRange: { ...child.SequenceNumberRange, StartingSequenceNumber: '1' } }
      return { ...evidence, shards: evidence.shards.map((shard) => (shard === child ? early : shard)) }
    },
    / begins before its parent /,
  ],
  'a parent shard that is open': [
    () => {
      const parents = new Set(evidence.shards.map(({ ParentShardId }) => ParentShardId))
      const open = evidence.shards.map((shard) => {
        const { StartingSequenceNumber } = shard.SequenceNumberRange
        return parents.has(shard.ShardId) ? { ...shard, SequenceNumberRange: { StartingSequenceNumber } } : shard
      })
      return { ...evidence, shards: open }
    },
    / begins before its parent /,
  ],
  'a last record that is not what the table holds': [
    () => ({ ...evidence, items: { ...evidence.items, [middle().key]: { tag: 'other' } } }),
    /^the last record of .* does not leave what is in the table/,
  ],
  'an item without a record': [
    () => ({ ...evidence, items: { ...evidence.items, 'unknown/item': { tag: 'other' } } }),
    /^the last record of unknown\/item does not leave/,
  ],
  'records of an item against the order in which their calls were answered': [
    () => {
      const end = evidence.history.length * 3
      const turned = evidence.history.map((call) => {
        const { calledAt, outcome } = call
        return {
          ...call,
          calledAt: end - (outcome?.doneAt ?? 0),
          outcome: { answer: outcome?.answer ?? assert.fail(), doneAt: end - calledAt },
        }
      })
      return { ...evidence, history: turned }
    },
    /^before it in the stream is what was called after its answer/,
  ],
}

test('the check of streams finds nothing where nothing is wrong', () => {
  assert.deepEqual(checkStream(evidence), [])
})

for (const [name, [make, told]] of Object.entries(faults)) {
  test(`the check of streams finds ${name}`, () => {
    const found = checkStream(make())
    assert.ok(
      found.some((sentence) => told.test(sentence)),
      `${told} is not in ${JSON.stringify(found.slice(0, 5))}`,
    )
  })
}
