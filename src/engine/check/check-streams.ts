/** The records of streams, and what waits in outboxes: that it can be read, that nothing is missing between two others, and that nothing has a number that was not given yet. */
import { type KeyBytes, type KeyRange, logEntryNumber, logRange, type StoredValue, type View } from '../../storage/store.ts'
import { outboxLog } from '../keyspace/outbox-keys.ts'
import { recordLog } from '../keyspace/stream-keys.ts'
import { decodeOutboxEntry } from '../outboxes/outbox-entry.ts'
import type { Table } from '../schema/table.ts'
import { decodeRecord } from '../streams/stored-record.ts'
import type { CheckContext } from './check-context.ts'
import { soundChunk } from './sound-reads.ts'

export async function* checkStreams(context: CheckContext): AsyncGenerator<void> {
  for (const stream of [...context.engine.catalog.streams.all()]) {
    context.report.doing = `the stream ${stream.label} of ${stream.tableName}`
    for (const { number } of stream.shards) {
      const of = { kind: 'stream', table: stream.tableName, each: 'record', where: `a shard of ${stream.tableName}` } as const
      yield* checkLog(context, { ...of, log: recordLog(stream, number), read: readRecord })
    }
  }
}

export async function* checkOutboxes(context: CheckContext, table: Table): AsyncGenerator<void> {
  for (const { outboxId } of table.outboxes ?? []) {
    const of = { kind: 'outbox', table: table.name, each: 'change', where: `an outbox of ${table.name}` } as const
    yield* checkLog(context, { ...of, log: outboxLog({ tableId: table.tableId, outboxId }), read: readChange })
  }
}

interface CheckedLog {
  readonly kind: 'stream' | 'outbox'
  readonly table: string
  readonly each: string
  readonly where: string
  readonly log: KeyBytes
  /** Throws for what cannot be read. */
  readonly read: (value: StoredValue) => void
}

async function* checkLog(context: CheckContext, { kind, table, each, where, log, read }: CheckedLog): AsyncGenerator<void> {
  let before: number | undefined
  let rest: KeyRange | undefined = logRange(log)
  while (rest !== undefined) {
    const range: KeyRange = rest
    const { chunk, last } = await context.engine.store.view(async (view) => ({
      chunk: await soundChunk(view, range),
      last: await lastOf(view, log),
    }))
    for (const error of chunk.damaged) context.damaged(error)
    // What is damaged has a number all the same.
    const damaged = new Set(chunk.damaged.map(({ key }) => logEntryNumber(key)))
    for (const { key, value } of chunk.entries) {
      const number = logEntryNumber(key)
      const wrong = (says: string): unknown => context.report.add({ kind, table, says: `${each} ${number} of ${where} ${says}` }, key)
      // Trimming takes the oldest, which may be those that were read before.
      if (before !== undefined && number !== before + 1 && context.isAlone && !isAllIn(damaged, before + 1, number))
        wrong(`follows ${before}`)
      if (last !== undefined && number > last) wrong(`was never given a number: the last one is ${last}`)
      if (!isReadable(value, read)) wrong('cannot be read')
      before = number
    }
    context.report.rows += chunk.entries.length
    rest = chunk.rest
    yield
  }
}

async function lastOf(view: View, log: ReturnType<typeof recordLog>): Promise<number | undefined> {
  try {
    return (await view.lasts([log]))[0]
  } catch {
    // A damaged head is told of with the rows.
    return undefined
  }
}

function isAllIn(numbers: ReadonlySet<number>, from: number, to: number): boolean {
  for (let number = from; number < to; number += 1) if (!numbers.has(number)) return false
  return true
}

function isReadable(value: StoredValue, read: CheckedLog['read']): boolean {
  try {
    read(value)
    return true
  } catch {
    return false
  }
}

function readRecord(value: StoredValue): void {
  JSON.parse(`{${decodeRecord(value).images}}`)
}

function readChange(value: StoredValue): void {
  const { keyText, oldItem, newItem } = decodeOutboxEntry(value)
  for (const text of [keyText, oldItem?.text, newItem?.text]) if (text !== undefined) JSON.parse(text)
}
