/**
 * What goes on in one space, a table with its local indexes or a global index: its heat and its heavy keys. Whoever meters the
 * space holds on to this; its memory is there only while there is traffic, and while there is room for it (traffic.ts).
 */
import { minuteMs } from '../../base/clock.ts'
import { type DataSpace, hashOf, hasPartitionKey } from '../../engine/keyspace/keys.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { heatMinutesMax, hotKeyAmountMin, hotKeyShareMin, hotKeysMax, hotKeysWindowMs } from '../limits.ts'
import { addedHeat, emptyHeat, type Heat, type HeatColumn, HeatGrid } from './heat-grid.ts'
import type { HeavyKeys, KeyAmounts } from './heavy-keys.ts'
import { JoinedKeys } from './joined-keys.ts'
import { RecentKeys } from './recent-keys.ts'

export interface HeavyKey {
  readonly hash: number
  /** A store key that has it; undefined where there was no room for one. */
  readonly example: KeyBytes | undefined
  /** Estimated: the truth lies between `unitsMin` and `units`. */
  readonly units: number
  readonly unitsMin: number
  /** Of all units of this access, 0 to 1. */
  readonly share: number
  /** Refused events, estimated from above. */
  readonly refused: number
}

export interface HeavyKeysOfAccess {
  readonly units: number
  readonly refused: number
  /** The ones with a hundredth of the units or of the refused events, those with most units and refused events first. */
  readonly keys: readonly HeavyKey[]
}

export interface HotKeysReport {
  /** What the numbers are about: the last five to ten minutes, or less when there was no traffic before. */
  readonly fromMs: number
  readonly toMs: number
  readonly read: HeavyKeysOfAccess
  readonly write: HeavyKeysOfAccess
}

/** The heavy keys of one node in one window of `hotKeysWindowMs`; left out is what there was none of. */
export interface WindowKeys {
  /** When the node began to measure the space. */
  readonly sinceMs: number
  readonly read?: HeavyKeys | undefined
  readonly write?: HeavyKeys | undefined
  readonly refusedRead?: HeavyKeys | undefined
  readonly refusedWrite?: HeavyKeys | undefined
}

/** What a space takes memory for, from its first traffic on. */
interface Measured {
  readonly sinceMs: number
  readonly grid: HeatGrid
  readonly read: RecentKeys
  readonly write: RecentKeys
  /** Events instead of units; many spaces never have any. */
  refusedRead: RecentKeys | undefined
  refusedWrite: RecentKeys | undefined
}

export class SpaceTraffic {
  readonly space: DataSpace
  /** Asked once in each minute with traffic, before any memory is taken, whether it may be. */
  readonly #use: (traffic: SpaceTraffic, minute: number) => boolean
  #measured: Measured | undefined
  /** The minute that is going on is from here (inclusive) to there (exclusive): nothing turns in between, nor is asked for again. */
  #fromMs = 0
  #untilMs = 0

  constructor(space: DataSpace, use: (traffic: SpaceTraffic, minute: number) => boolean) {
    this.space = space
    this.#use = use
  }

  /** Counts units for an item or index entry at this time of the clock. Tens of nanoseconds; allocates nothing but now and then. */
  note(access: Access, key: KeyBytes, units: number, nowMs: number): void {
    const measured = this.#measuredAt(nowMs)
    if (measured === undefined) return
    const hash = hashIn(key)
    measured.grid.add(access, hash >>> 0, units)
    measured[access].note(hash, key, units)
  }

  /** Counts units of a read from one hash to another, which no single key stands for. */
  noteRange(fromHash: number, toHash: number, units: number, nowMs: number): void {
    this.#measuredAt(nowMs)?.grid.addRange('read', fromHash, toHash, units)
  }

  /** Counts one event that was, or in observe mode would have been, refused. */
  noteRefused(access: Access, key: KeyBytes, nowMs: number): void {
    const measured = this.#measuredAt(nowMs)
    if (measured === undefined) return
    const hash = hashIn(key)
    measured.grid.add('refused', hash >>> 0, 1)
    if (!hasPartitionKey(key)) return
    const which = access === 'read' ? 'refusedRead' : 'refusedWrite'
    measured[which] ??= new RecentKeys(windowAt(nowMs))
    measured[which].note(hash, key, 1)
  }

  /**
   * The last minutes, 1 to `heatMinutesMax` of them, together with what other nodes counted; without any columns when there was no
   * traffic.
   */
  heat(nowMs: number, minutes: number, elsewhere: readonly HeatColumn[] = []): Heat {
    if (this.#measured !== undefined) this.#turnTo(this.#measured, nowMs)
    return addedHeat(this.#measured?.grid.read(minutes) ?? emptyHeat(nowMs), elsewhere, minutes, nowMs)
  }

  /** `elsewhere`: what other nodes have of the window that is going on and the one before. */
  hotKeys(nowMs: number, elsewhere: readonly WindowKeys[] = []): HotKeysReport {
    const measured = this.#measured
    if (measured !== undefined) this.#turnTo(measured, nowMs)
    const all = measured === undefined ? elsewhere : [measured, ...elsewhere]
    if (all.length === 0) return { fromMs: nowMs, toMs: nowMs, read: noKeys, write: noKeys }
    const windowFromMs = (windowAt(nowMs) - 1) * hotKeysWindowMs
    const sinceMs = Math.min(...all.map((each) => each.sinceMs))
    const joined = (which: Exclude<keyof WindowKeys, 'sinceMs'>) => new JoinedKeys(all.flatMap((each) => each[which] ?? []))
    return {
      fromMs: sinceMs <= nowMs ? Math.max(windowFromMs, sinceMs) : windowFromMs,
      toMs: nowMs,
      read: heavyKeys(joined('read'), joined('refusedRead')),
      write: heavyKeys(joined('write'), joined('refusedWrite')),
    }
  }

  /** For other nodes: the minutes from one (inclusive) to another (exclusive) in which anything was counted. */
  columns(fromMinute: number, toMinute: number, nowMs: number): readonly HeatColumn[] {
    const measured = this.#measured
    if (measured === undefined) return []
    this.#turnTo(measured, nowMs)
    const columns: HeatColumn[] = []
    for (let minute = Math.max(fromMinute, minuteAt(nowMs) - heatMinutesMax + 1); minute < toMinute; minute += 1) {
      const column = measured.grid.column(minute)
      if (column !== undefined) columns.push(column)
    }
    return columns
  }

  /** The same of the heavy keys of a window. Undefined when nothing was counted. */
  keysIn(window: number, nowMs: number): WindowKeys | undefined {
    const measured = this.#measured
    if (measured === undefined) return undefined
    this.#turnTo(measured, nowMs)
    const counted = (keys: RecentKeys | undefined): HeavyKeys | undefined => {
      const found = keys?.inWindow(window)
      return found === undefined || found.total === 0 ? undefined : found
    }
    const keys = { read: counted(measured.read), write: counted(measured.write) }
    const refused = { refusedRead: counted(measured.refusedRead), refusedWrite: counted(measured.refusedWrite) }
    const isEmpty = Object.values({ ...keys, ...refused }).every((each) => each === undefined)
    return isEmpty ? undefined : { sinceMs: measured.sinceMs, ...keys, ...refused }
  }

  /** Gives the memory back. New traffic takes new memory. */
  forget(): void {
    this.#measured = undefined
    this.#untilMs = this.#fromMs
  }

  /** The minute in which it was used last, since the epoch. */
  get lastMinute(): number {
    return minuteAt(this.#fromMs)
  }

  /** Whether there is memory to give back. */
  get isMeasured(): boolean {
    return this.#measured !== undefined
  }

  /** Undefined when there is no room in this minute. */
  #measuredAt(nowMs: number): Measured | undefined {
    if (nowMs >= this.#fromMs && nowMs < this.#untilMs) return this.#measured
    if (this.#use(this, minuteAt(nowMs))) {
      if (this.#measured === undefined) this.#measured = measuredFrom(nowMs)
      else this.#turnTo(this.#measured, nowMs)
    }
    this.#setMinute(nowMs)
    return this.#measured
  }

  #turnTo({ grid, read, write, refusedRead, refusedWrite }: Measured, nowMs: number): void {
    if (nowMs >= this.#fromMs && nowMs < this.#untilMs) return
    grid.turnTo(minuteAt(nowMs))
    for (const keys of [read, write, refusedRead, refusedWrite]) keys?.turnTo(windowAt(nowMs))
    this.#setMinute(nowMs)
  }

  #setMinute(nowMs: number): void {
    this.#fromMs = minuteAt(nowMs) * minuteMs
    this.#untilMs = this.#fromMs + minuteMs
  }
}

function measuredFrom(nowMs: number): Measured {
  const window = windowAt(nowMs)
  return {
    sinceMs: nowMs,
    grid: new HeatGrid(minuteAt(nowMs)),
    read: new RecentKeys(window),
    write: new RecentKeys(window),
    refusedRead: undefined,
    refusedWrite: undefined,
  }
}

const noKeys: HeavyKeysOfAccess = { units: 0, refused: 0, keys: [] }

/** As a signed integer, which needs no memory of its own. */
function hashIn(key: KeyBytes): number {
  return hashOf(key) | 0
}

function minuteAt(nowMs: number): number {
  return Math.floor(nowMs / minuteMs)
}

/** The window in which a time lies: whole multiples of `hotKeysWindowMs` since the epoch. */
export function windowAt(nowMs: number): number {
  return Math.floor(nowMs / hotKeysWindowMs)
}

function heavyKeys(units: KeyAmounts, refusals: KeyAmounts): HeavyKeysOfAccess {
  const keys: HeavyKey[] = []
  const [total, refusedTotal] = [units.total, refusals.total]
  for (const hash of units.candidates().union(refusals.candidates())) {
    const { amountMin, amountMax } = units.estimate(hash)
    const refused = refusals.estimate(hash).amountMax
    if (!isHot(amountMax, total) && !isHot(refused, refusedTotal)) continue
    const example = units.nameOf(hash) ?? refusals.nameOf(hash)
    const share = total === 0 ? 0 : Math.min(1, amountMax / total)
    keys.push({ hash: hash >>> 0, example, units: amountMax, unitsMin: amountMin, share, refused })
  }
  // What was refused was asked for, too: the key that is throttled most must not stand behind one that was served more.
  keys.sort((a, b) => b.units + b.refused - (a.units + a.refused) || a.hash - b.hash)
  return { units: total, refused: refusedTotal, keys: keys.slice(0, hotKeysMax) }
}

function isHot(amount: number, total: number): boolean {
  return amount >= hotKeyAmountMin && amount >= total * hotKeyShareMin
}
