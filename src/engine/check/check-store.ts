/**
 * Walks everything that is stored, in bounded steps, and says what is not what was written or does not agree with the rest; mends, if
 * asked, what follows from items. Over the contract of the store, so that it is the same for one process on a folder, for a server that
 * serves meanwhile, and on PostgreSQL. What each step reads it reads in one view, so that writes that go on disturb nothing.
 */

import { noBytes } from '../../base/bytes.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { alarmTag, dataTag, itemPrefixBytes, key, outboxTag, recordTag, scalingTag } from '../keyspace/keys.ts'
import { isOutboxLog } from '../keyspace/outbox-keys.ts'
import { isStreamRecord } from '../keyspace/stream-keys.ts'
import { enginesWithWork } from '../regions.ts'
import type { Table } from '../schema/table.ts'
import { checkCollections } from './check-collections.ts'
import { CheckContext, type CheckOptions } from './check-context.ts'
import { checkEntries } from './check-entries.ts'
import { checkItems } from './check-items.ts'
import type { CheckReport } from './check-report.ts'
import { checkOutboxes, checkStreams } from './check-streams.ts'
import { checkTableIds } from './check-table-ids.ts'
import { checkedIndexes } from './held-entry.ts'
import { soundChunk } from './sound-reads.ts'
import { compareCounts } from './walked-counts.ts'

export interface Check {
  /** Filled as the steps go on. */
  readonly report: CheckReport
  /** Each `next` is one bounded step. */
  readonly steps: AsyncGenerator<void>
}

export function checkStore(engine: Engine, options: CheckOptions): Check {
  const context = new CheckContext(engine, options)
  return { report: context.report, steps: walk(context) }
}

async function* walk(context: CheckContext): AsyncGenerator<void> {
  const { engine, report } = context
  yield* guarded(context, 'all records', checkRows(context))
  // What rests on them is mended without them then.
  if (context.discard) yield* guarded(context, 'damaged records', discard(context))
  for (const regional of enginesWithWork(engine)) {
    for (const table of [...regional.catalog.tables()]) {
      yield* guarded(context, `the table ${table.name}`, checkTable(context.of(regional), table))
    }
  }
  yield* guarded(context, 'streams', checkStreams(context))
  yield* guarded(context, 'ids of tables', checkTableIds(context))
  report.doing = ''
}

/** What cannot be read keeps nobody from looking at the rest. */
async function* guarded({ report }: CheckContext, what: string, steps: AsyncGenerator<void>): AsyncGenerator<void> {
  report.doing = what
  try {
    yield* steps
  } catch (error) {
    if (!(error instanceof Error)) throw error
    report.add({ kind: 'unreadable', says: `looking at ${what} ended early: ${error.message}` })
  }
}

/** Every row against its checksum, and the order of keys. */
async function* checkRows(context: CheckContext): AsyncGenerator<void> {
  const { engine, report } = context
  let rest: KeyRange | undefined = { start: key(noBytes), end: key(Uint8Array.of(0xff)) }
  let before: KeyBytes | undefined
  while (rest !== undefined) {
    const range: KeyRange = rest
    const chunk = await engine.store.view((view) => soundChunk(view, range))
    for (const { key: found } of chunk.entries) {
      if (before !== undefined && Buffer.compare(before, found) >= 0)
        report.add({ kind: 'unreadable', says: 'keys are not in their order' }, found)
      before = found
    }
    for (const error of chunk.damaged) context.damaged(error)
    report.rows += chunk.entries.length
    rest = chunk.rest
    yield
  }
}

async function* checkTable(context: CheckContext, table: Table): AsyncGenerator<void> {
  const collections: KeyBytes[] = []
  yield* compareCounts(context, { table }, (counts) => checkItems(context, { table, collections }, counts))
  for (const index of checkedIndexes(table)) {
    yield* compareCounts(context, { table, index }, (counts) => checkEntries(context, { table, index }, counts))
  }
  yield* checkCollections(context, table, collections)
  yield* checkOutboxes(context, table)
}

/** Items, records of streams, what waits in outboxes, alarms and scalable targets: nothing else is known by them. */
function isDiscardable(damaged: KeyBytes): boolean {
  const [tag = 0] = damaged
  if (tag === dataTag) return damaged[itemPrefixBytes - 1] === 0
  if (tag === outboxTag) return !isOutboxLog(damaged)
  return tag === alarmTag || tag === scalingTag || (tag === recordTag && isStreamRecord(damaged))
}

/** Deletes damaged rows that nothing can mend. */
async function* discard({ engine, report }: CheckContext): AsyncGenerator<void> {
  for (const finding of report.findings) {
    if (finding.kind !== 'damaged record' || finding.isMended || finding.keyHex === undefined) continue
    const damaged = key(Buffer.from(finding.keyHex, 'hex'))
    if (!isDiscardable(damaged)) continue
    await engine.store.write([], (turn) => turn.delete(damaged))
    report.add(finding, damaged)()
    yield
  }
}
