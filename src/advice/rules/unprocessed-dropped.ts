/** Members of batches that came back unprocessed, and that nobody sent again: SDKs do not do that by themselves. */
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { aboutCase, type Case, Cases, type MeetingCall } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { lanesMax, unprocessedDroppedMin, unprocessedMax, unprocessedSentAgainMs } from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'
import type { TouchedItem } from '../touched.ts'
import { WaitingList } from '../waiting.ts'

export const unprocessedDroppedRule: Rule = {
  id: 'unprocessed-dropped',
  about: 'Members of batches that came back unprocessed and were never sent again.',
  document: 'E1',
  open: (hearing) => new Unprocessed(hearing),
}

interface Member extends MeetingCall {
  readonly table: { readonly tableId: number; readonly tableName: string }
  readonly pattern: AccessPattern | undefined
  readonly keyText: string
  /** Of the lane. */
  readonly by: string
}

class Unprocessed implements OpenRule {
  readonly #hearing: Hearing
  readonly #cases: Cases
  readonly #waiting: WaitingList<Member>
  /** When each lane was last heard. */
  readonly #heardMs = new Recent<string, number>(lanesMax)

  constructor(hearing: Hearing) {
    this.#hearing = hearing
    this.#cases = new Cases(hearing.nowMs)
    this.#waiting = new WaitingList({
      max: unprocessedMax,
      forMs: unprocessedSentAgainMs,
      givenUp: (member, sinceMs) => this.#dropped(member, sinceMs),
    })
  }

  hear(call: HeardCall): void {
    this.#heardMs.set(call.lane.id, call.endedMs)
    if (this.#waiting.size > 0) {
      this.#waiting.expire(call.endedMs)
      this.#seen(call)
    }
    if (call.operation !== 'BatchWriteItem' && call.operation !== 'BatchGetItem') return
    for (const item of call.touched.unprocessed())
      this.#waiting.add(idOf(call.operation === 'BatchGetItem', item), memberOf(call, item), call.endedMs)
  }

  find(look: Look): readonly Draft[] {
    this.#waiting.expire(this.#hearing.nowMs())
    return this.#cases
      .found(look)
      .filter((found) => found.count('dropped') >= unprocessedDroppedMin)
      .map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
    this.#waiting.clear()
  }

  /** Whoever asks for it, and whatever becomes of that. */
  #seen({ touched }: HeardCall): void {
    for (const item of [...touched.asked(), ...touched.reads()]) {
      const id = idOf(item.kind === undefined, item)
      while (this.#waiting.take(id) !== undefined);
    }
  }

  #dropped({ keyText: key, by, ...met }: Member, sinceMs: number): void {
    if (this.#hearing.wasDeafSince(sinceMs)) return
    // Its program may have ended.
    const isGone = (this.#heardMs.get(by) ?? 0) <= sinceMs
    this.#cases.add(met, { ...met, key, counts: { dropped: 1, gone: isGone ? 1 : 0 } })
  }
}

function idOf(isRead: boolean, { tableId, keyHash }: TouchedItem): string {
  return `${isRead ? 'read' : 'write'} ${tableId} ${keyHash}`
}

function memberOf({ region, atMs, lane, usage: { pattern } }: HeardCall, { tableId, tableName, keyText }: TouchedItem): Member {
  // Whoever sends it again may be anybody.
  return { region, atMs, lane: { confidence: 'high' }, table: { tableId, tableName }, pattern, keyText, by: lane.id }
}

function draftOf(found: Case): Draft {
  const dropped = found.count('dropped')
  const isRead = found.pattern?.operation === 'BatchGetItem'
  const isGone = found.count('gone') === dropped
  return {
    ...aboutCase(found),
    severity: isGone ? 'info' : isRead ? 'warning' : 'error',
    evidence: { dropped, ofProgramsThatEnded: found.count('gone') },
    sentence: isRead
      ? `${dropped} keys came back unprocessed and were never asked for again: the program has not seen those items.`
      : `${dropped} items came back unprocessed and were never sent again: they are not in the table.`,
    change: {
      text: `Send what comes back in ${isRead ? 'UnprocessedKeys' : 'UnprocessedItems'} again, with pauses that grow, until nothing does.`,
      code: isRead ? readAgain : writeAgain,
    },
    wontHelp: 'Retries of the SDK do not cover what comes back unprocessed: the call as a whole succeeded.',
  }
}

const writeAgain = `for (let tries = 0, left = items; Object.keys(left).length > 0; tries += 1) {
  if (tries > 0) await wait(randomUpTo(50 * 2 ** tries))
  left = (await client.send(new BatchWriteCommand({ RequestItems: left }))).UnprocessedItems ?? {}
}`
const readAgain = `for (let tries = 0, left = keys; Object.keys(left).length > 0; tries += 1) {
  if (tries > 0) await wait(randomUpTo(50 * 2 ** tries))
  const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: left }))
  use(Responses)
  left = UnprocessedKeys ?? {}
}`
