/**
 * How a write of one item meets the limits of its table and of the global indexes it changes (capacity.md §7.2). What it takes from
 * the limits it takes as it is decided, so that its neighbours in the same commit find the rest; what it is counted in hears of it
 * when the attempt at the turn has come to something, and the limits have it back when it has not.
 */
import type { AdmittedWrite, WriteMeter } from '../../engine/items/write-meter.ts'
import type { WriteUnits, WrittenEntry } from '../../engine/items/write-units.ts'
import type { SecondaryIndex, Table } from '../../engine/schema/table.ts'
import { throughputModeOf } from '../../engine/settings.ts'
import type { VectorChange } from '../../engine/vectors/vector-entries.ts'
import { vectorWriteBytes } from '../../engine/vectors/vector-write-bytes.ts'
import type { KeyBytes, TurnFollower, WriteTurn } from '../../storage/store.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { RequestUsage } from '../traffic/request-usage.ts'
import { meterOf, noteRefusals } from './admit.ts'
import { type Refusal, throttled } from './throttle.ts'
import type { ThroughputMeter } from './throughput-meter.ts'

/** `isTransactional`: a transaction pays twice for its items, and once for the entries of indexes (capacity.md §1, §4). */
export function writeMeter(
  engine: MeteredEngine,
  usage: RequestUsage,
  { isTransactional = false }: { readonly isTransactional?: boolean } = {},
): WriteMeter {
  return {
    admit: (turn, table, key) => {
      const mode = throughputModeOf(engine.settings, table.tableId)
      if (mode === 'off') return unmetered
      return new MeteredWrite({ engine, usage, isTransactional, table, key, isEnforced: mode === 'enforce' }, turn)
    },
  }
}

const unmetered: AdmittedWrite = { conditionFailed: () => {}, changed: () => {} }

interface WriteParts {
  readonly engine: MeteredEngine
  readonly usage: RequestUsage
  readonly isTransactional: boolean
  readonly table: Table
  readonly key: KeyBytes
  readonly isEnforced: boolean
}

interface Charge {
  readonly meter: ThroughputMeter
  readonly index: SecondaryIndex | undefined
  readonly key: KeyBytes
  readonly units: number
}

class MeteredWrite implements AdmittedWrite, TurnFollower {
  readonly #parts: WriteParts
  readonly #nowMs: number
  readonly #meter: ThroughputMeter
  #isPaid: boolean
  #charges: readonly Charge[] = noCharges
  #refusals: readonly Refusal[] | undefined
  #vectorChanges: readonly VectorChange[] | undefined

  constructor(parts: WriteParts, turn: WriteTurn) {
    const { engine, table, key } = parts
    this.#parts = parts
    this.#nowMs = engine.clock.now()
    this.#meter = meterOf(engine, { table })
    turn.follow(this)
    const cause = this.#meter.refusal('write', key, this.#nowMs)
    this.#isPaid = cause === undefined
    if (cause !== undefined) this.#refuse([{ meter: this.#meter, access: 'write', key, cause }])
  }

  conditionFailed(tableUnits: number): void {
    this.#pay(tableUnits, noEntries)
  }

  changed({ tableUnits, indexUnits }: WriteUnits, vectorChanges: readonly VectorChange[]): void {
    if (indexUnits.length > 0 && this.#isPaid) this.#admitEntries(indexUnits)
    this.#pay(tableUnits, indexUnits)
    if (vectorChanges.length > 0) this.#vectorChanges = vectorChanges
  }

  durable(): void {
    this.#settle()
  }

  refused(): void {
    this.#settle()
  }

  dropped(): void {
    if (!this.#isPaid) return
    for (const { meter, key, units } of this.#charges) meter.giveBack('write', key, units, this.#nowMs)
  }

  /** One global index without capacity holds the whole write up (capacity.md §7.2). */
  #admitEntries(entries: readonly WrittenEntry[]): void {
    const { engine, table } = this.#parts
    const refusals: Refusal[] = []
    for (const { index, key } of entries) {
      if (index.kind === 'local') continue
      const meter = meterOf(engine, { table, index })
      const cause = meter.refusal('write', key, this.#nowMs)
      if (cause !== undefined) refusals.push({ meter, access: 'write', key, cause })
    }
    if (refusals.length > 0) this.#refuse(refusals)
  }

  /** Throws when limits are enforced. */
  #refuse(refusals: readonly Refusal[]): void {
    const { engine, isEnforced } = this.#parts
    this.#isPaid = false
    this.#refusals = refusals
    const [first] = refusals
    if (isEnforced && first !== undefined) throw throttled(first, refusals, engine)
  }

  /** Takes what the item and the entries cost; nothing when it would have been refused. */
  #pay(tableUnits: number, entries: readonly WrittenEntry[]): void {
    const { engine, table, key, isTransactional } = this.#parts
    const item: Charge = { meter: this.#meter, index: undefined, key, units: isTransactional ? 2 * tableUnits : tableUnits }
    const charges = [item]
    for (const { index, key: entryKey, units } of entries) {
      // What local indexes take, they take from the item's own partition.
      const isLocal = index.kind === 'local'
      charges.push({ meter: isLocal ? this.#meter : meterOf(engine, { table, index }), index, key: isLocal ? key : entryKey, units })
    }
    this.#charges = charges
    if (this.#isPaid) for (const charge of charges) charge.meter.take('write', charge.key, charge.units, this.#nowMs)
  }

  #settle(): void {
    const { engine, usage } = this.#parts
    if (this.#refusals !== undefined) noteRefusals(engine, usage, this.#refusals, this.#nowMs)
    for (const { meter, index, key, units } of this.#charges) {
      usage.writeUnits += units
      // The entries of indexes belong to the member that writes them.
      if (this.#isPaid && index === undefined) usage.admittedMembers += 1
      meter.note('write', key, units, { nowMs: this.#nowMs, isPaid: this.#isPaid })
    }
    if (this.#vectorChanges !== undefined) noteVectorWrites(engine, this.#parts.table, this.#vectorChanges, this.#nowMs)
  }
}

const noCharges: readonly Charge[] = []
const noEntries: readonly WrittenEntry[] = []

/** Vector indexes are not throttled; what is written to them is measured all the same. */
function noteVectorWrites({ metering, catalog }: MeteredEngine, table: Table, changes: readonly VectorChange[], nowMs: number): void {
  for (const change of changes) {
    const { index, writtenBytes } = vectorWriteBytes(change)
    const dimensions = { region: catalog.region, TableName: table.name, IndexName: index.name }
    metering.metrics.series('VectorWriteRequestBytes', dimensions).add(writtenBytes, nowMs)
  }
}
