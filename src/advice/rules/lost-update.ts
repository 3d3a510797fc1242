/** Read, change, write back, and nothing that says what it was based on: what somebody else wrote in between is gone. */

import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft, Severity } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { otherWriterMs, readBeforeWriteMs, readsWrittenBackMin, steppedByMax, writtenBackItemsMin, writtenBackMin } from '../limits.ts'
import type { KnownItem } from '../recent-items.ts'
import type { Touch } from '../recent-touches.ts'
import type { Hearing, OpenRule, Rule } from '../rule.ts'
import type { TouchedItem } from '../touched.ts'
import { Marks } from '../value-hashes.ts'

const id = 'lost-update'

export const lostUpdateRule: Rule = {
  id,
  about: 'Items that are read, changed and written back without a condition: changes by others in between are overwritten.',
  document: 'C1',
  open: (hearing) => new LostUpdates(hearing),
}

class LostUpdates implements OpenRule {
  readonly #hearing: Hearing
  readonly #cases: Cases

  constructor(hearing: Hearing) {
    this.#hearing = hearing
    this.#cases = new Cases(hearing.nowMs)
  }

  hear(call: HeardCall): void {
    if (call.operation !== 'PutItem' && call.operation !== 'UpdateItem' && call.operation !== 'TransactWriteItems') return
    for (const item of call.touched.writes()) {
      if (item.isConditional !== true && item.kind !== 'delete') this.#written(call, item)
    }
  }

  find(look: Parameters<OpenRule['find']>[0]): readonly Draft[] {
    return this.#cases.found(look).filter(isEnough).map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
  }

  #written(call: HeardCall, item: TouchedItem): void {
    const reads = readsBefore(call, item)
    const read = reads.find(({ usedBy }) => usedBy !== id)
    if (read?.marks === undefined) return
    const based = basedOn(read.marks, item)
    if (based === undefined || (call.lane.confidence === 'low' && !based.isTied)) return
    // A read is written back once: who goes on from what it wrote itself knows more than the read said.
    read.usedBy = id
    const known = this.#hearing.items.find(item)
    if (known !== undefined && isSameCall(known, call)) return
    const isOverwritten = known !== undefined && isOverwriting(known, { call, reads, read, item })
    this.#cases.add(call, {
      table: item,
      pattern: call.usage.pattern,
      key: item.keyText,
      attributes: based.names,
      counts: {
        writtenBack: 1,
        distanceMs: call.beganMs - read.endedMs,
        overwritten: isOverwritten ? 1 : 0,
        shared: isShared(known, call) ? 1 : 0,
      },
    })
  }
}

/** Of the item, the latest first. What a lane wrote itself since it has read it knows, unless it is more than one flow of control. */
function readsBefore({ lane, beganMs }: HeardCall, { tableId, keyHash }: TouchedItem): readonly Touch[] {
  const reads: Touch[] = []
  for (const touch of lane.touches.since(beganMs - readBeforeWriteMs)) {
    if (touch.keyHash !== keyHash || touch.tableId !== tableId) continue
    if (!touch.isWrite) reads.push(touch)
    else if (lane.confidence !== 'low') break
  }
  return reads
}

interface Basis {
  /** Attributes that were read and are written. */
  readonly names: readonly string[]
  /** It carries a value that the read told, and that is no chance. */
  readonly isTied: boolean
}

/** Undefined: what is written is not made of what was read, as far as can be seen. */
function basedOn(read: Marks, item: TouchedItem): Basis | undefined {
  const names = withoutKey(read, item)
  const written = item.attributes && Marks.of(item.attributes)
  if (written === undefined || names.length === 0) return undefined
  if (item.kind === 'update') {
    // Here only what is written tells: other attributes stay as they are.
    const set = names.filter((name) => item.assigned?.includes(name) && written.get(name) !== undefined && !isEqual(read, written, name))
    return set.length === 0 ? undefined : { names: set, isTied: false }
  }
  const equal = names.filter((name) => isEqual(read, written, name))
  const stepped = names.filter((name) => isStepped(read, written, name))
  if (equal.length === names.length && withoutKey(written, item).length === names.length) return undefined
  if (equal.length + stepped.length < names.length * readsWrittenBackMin || equal.length + stepped.length === 0) return undefined
  const changed = names.filter((name) => !equal.includes(name))
  return { names: changed, isTied: equal.some((name) => read.get(name)?.isTelling === true) }
}

/** That the key is the same says nothing. */
function withoutKey({ names }: Marks, { keyNames }: TouchedItem): readonly string[] {
  return names.filter((name) => !keyNames.includes(name))
}

function isEqual(read: Marks, written: Marks, name: string): boolean {
  return written.get(name)?.hash === read.get(name)?.hash
}

/** A number that was counted on from. */
function isStepped(read: Marks, written: Marks, name: string): boolean {
  const from = read.get(name)?.number
  const to = written.get(name)?.number
  return from !== undefined && to !== undefined && from !== to && Math.abs(to - from) <= steppedByMax
}

/** An attempt of the call that wrote last: its first answer was lost. */
function isSameCall({ last }: KnownItem, { sender }: HeardCall): boolean {
  return last.invocationId !== undefined && last.invocationId === sender.invocationId
}

interface WriteBack {
  readonly call: HeardCall
  readonly reads: readonly Touch[]
  readonly read: Touch
  readonly item: TouchedItem
}

/** Somebody else wrote after the read what is written over now. */
function isOverwriting({ last, byAnother }: KnownItem, { call, reads, read, item }: WriteBack): boolean {
  const isOwnLane = last.lane === call.lane.id
  const between = call.lane.confidence === 'low' || !isOwnLane ? last : byAnother
  if (between === undefined || between.call <= read.call) return false
  // In a mixed lane it may have been this very flow of control, unless that write has a read of its own.
  if (isOwnLane && between === last && !reads.some((other) => other !== read && other.call < between.call)) return false
  const { names } = between
  return names === undefined || item.kind === 'put' || names.some((name) => item.assigned?.includes(name) === true)
}

function isShared(known: KnownItem | undefined, { lane, beganMs }: HeardCall): boolean {
  if (known === undefined) return false
  const other = known.last.lane === lane.id ? known.byAnother : known.last
  return other !== undefined && beganMs - other.endedMs <= otherWriterMs
}

function isEnough(found: Case): boolean {
  const times = found.count('writtenBack')
  return times >= writtenBackMin * 2 || (times >= writtenBackMin && found.keys.length >= writtenBackItemsMin)
}

function severityOf(overwritten: number, shared: number): Severity {
  if (overwritten > 0) return 'error'
  return shared > 0 ? 'warning' : 'info'
}

function draftOf(found: Case): Draft {
  const times = found.count('writtenBack')
  const overwritten = found.count('overwritten')
  const distanceMs = Math.round(found.count('distanceMs') / times)
  const operation = found.pattern?.operation ?? 'a write'
  const lost = overwritten === 0 ? '' : `; ${overwritten} changes by others were overwritten`
  return {
    ...aboutCase(found),
    severity: severityOf(overwritten, found.count('shared')),
    evidence: { writtenBack: times, overwritten, distanceMs },
    sentence: `${times} times ${operation} wrote back what was read ${distanceMs} ms before, unconditionally${lost}.`,
    change: {
      text: 'Give the item a version and write only if it is still the one that was read; when the condition fails, read again, three times at most with a random pause. Or let the update do the arithmetic.',
      code: `await client.send(new UpdateCommand({
  TableName: '${found.table}', Key: key,
  UpdateExpression: 'SET #a = :new, version = :next',
  ConditionExpression: 'version = :read',
  ExpressionAttributeNames: { '#a': '${found.attributes[0] ?? 'amount'}' },
  ExpressionAttributeValues: { ':new': changed, ':read': item.version, ':next': item.version + 1 },
}))`,
    },
    wontHelp: 'ConsistentRead leaves the same gap, and so do a transaction without a condition and a longer timeout.',
  }
}
