/**
 * Traffic on the engine's own limits, without requests and items: what is asked for in hours of the clock takes seconds. The mode is
 * observe, so that a refusal is an answer rather than an exception, and what is refused is not done, as it would be not under enforce.
 */
import assert from 'node:assert/strict'
import { ManualClock } from '../../src/base/clock.ts'
import { itemKey } from '../../src/engine/items/item-key.ts'
import type { Access } from '../../src/engine/partitions/capacity-units.ts'
import type { Table } from '../../src/engine/schema/table.ts'
import type { EngineSettingsOptions } from '../../src/engine/settings.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import { noteRefusals } from '../../src/metering/throughput/admit.ts'
import type { ThroughputMeter } from '../../src/metering/throughput/throughput-meter.ts'
import { RequestUsage } from '../../src/metering/traffic/request-usage.ts'
import type { Service } from '../../src/server/start.ts'
import type { KeyBytes } from '../../src/storage/store.ts'
import { openTestService, succeed } from '../harness/service.ts'

/** A whole minute, and a whole hour: 2026-11-22T10:00:00Z. */
const startMs = 1_795_341_600_000

export interface LoadedTable {
  readonly pk: 'S'
  /** Default: none. */
  readonly sk?: 'S'
  readonly hasLocalIndex?: boolean
  /** Default: on demand. */
  readonly provisioned?: { readonly readUnits: number; readonly writeUnits: number }
}

/** How many units per second were asked for and how it went; the numbers are units. */
export interface Outcome {
  readonly asked: number
  readonly passed: number
  readonly refused: number
}

/** One request of a load. */
export interface Ask {
  readonly access: Access
  readonly key: KeyBytes
  readonly units: number
}

export class VirtualLoad {
  readonly clock: ManualClock
  readonly #service: Service
  /** Refused units by partition id. */
  readonly refusedByPartition: Map<number, number> = new Map()
  readonly passedByPartition: Map<number, number> = new Map()

  private constructor(service: Service, clock: ManualClock) {
    this.#service = service
    this.clock = clock
  }

  static async open(table: LoadedTable, settings: EngineSettingsOptions = {}): Promise<VirtualLoad> {
    const clock = new ManualClock(startMs)
    const service = await openTestService('steady', { clock, throughput: 'observe', ...settings })
    await succeed(service, 'CreateTable', createInput(table))
    const load = new VirtualLoad(service, clock)
    await load.runJobs()
    return load
  }

  get engine(): MeteredEngine {
    return this.#service.controlContext.engine
  }

  get table(): Table {
    const table = this.engine.catalog.find('Load')
    assert.ok(table !== undefined)
    return table
  }

  get meter(): ThroughputMeter {
    return this.engine.metering.meters.of(this.engine.catalog.region, this.table, undefined)
  }

  get partitionCount(): number {
    return this.meter.partitions.length
  }

  key(pk: string, sk?: string): KeyBytes {
    return itemKey(this.table, { pk: { S: pk }, ...(sk !== undefined && { sk: { S: sk } }) })
  }

  partitionOf(key: KeyBytes): number {
    const id = this.meter.map?.partitions[this.meter.map.indexOf(key)]?.id
    assert.ok(id !== undefined)
    return id
  }

  async provision(writeUnits: number, readUnits = 10): Promise<void> {
    const ProvisionedThroughput = { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits }
    await succeed(this.#service, 'UpdateTable', { TableName: 'Load', ProvisionedThroughput })
    await this.runJobs()
  }

  async runJobs(): Promise<void> {
    await this.#service.control.runJobs()
  }

  /** Lets time pass without requests. */
  async pause(seconds: number): Promise<void> {
    this.clock.advance(seconds * 1000)
    await this.runJobs()
  }

  /** Asks at this moment of the clock. */
  ask({ access, key, units }: Ask): boolean {
    const { engine, meter, clock } = this
    const nowMs = clock.now()
    const cause = meter.refusal(access, key, nowMs)
    if (cause !== undefined) {
      noteRefusals(engine, new RequestUsage(), [{ meter, access, key, cause }], nowMs)
      return false
    }
    meter.take(access, key, units, nowMs)
    meter.note(access, key, units, { nowMs, isPaid: true })
    return true
  }

  /** For so many seconds the requests that `next` gives, spread evenly; at the end of every minute of the clock the jobs run. */
  async run(seconds: number, { perSecond, ticks = 10, next }: Pace): Promise<Outcome> {
    const sum = { asked: 0, passed: 0, refused: 0 }
    for (let second = 0; second < seconds; second += 1) {
      let due = 0
      for (let tick = 0; tick < ticks; tick += 1) {
        for (due += perSecond / ticks; due >= 1; due -= 1) this.#count(sum, next())
        this.clock.advance(1000 / ticks)
      }
      if (this.clock.now() % 60_000 === 0) await this.runJobs()
    }
    return sum
  }

  close(): Promise<void> {
    return this.#service.close()
  }

  #count(sum: { asked: number; passed: number; refused: number }, request: Ask): void {
    const isAdmitted = this.ask(request)
    sum.asked += request.units
    if (isAdmitted) sum.passed += request.units
    else sum.refused += request.units
    const byPartition = isAdmitted ? this.passedByPartition : this.refusedByPartition
    const id = this.partitionOf(request.key)
    byPartition.set(id, (byPartition.get(id) ?? 0) + request.units)
  }
}

export interface Pace {
  /** Requests, not units. */
  readonly perSecond: number
  /** Into how many moments a second is divided. Default 10. */
  readonly ticks?: number
  readonly next: () => Ask
}

function createInput({ sk, hasLocalIndex = false, provisioned }: LoadedTable): object {
  const sortKeys = [...(sk === undefined ? [] : ['sk']), ...(hasLocalIndex ? ['other'] : [])]
  const schema = (range: string): object => [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
  return {
    TableName: 'Load',
    AttributeDefinitions: ['pk', ...sortKeys].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: sk === undefined ? [{ AttributeName: 'pk', KeyType: 'HASH' }] : schema('sk'),
    ...(hasLocalIndex && {
      LocalSecondaryIndexes: [{ IndexName: 'Other', KeySchema: schema('other'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
    }),
    ...(provisioned === undefined
      ? { BillingMode: 'PAY_PER_REQUEST' }
      : { ProvisionedThroughput: { ReadCapacityUnits: provisioned.readUnits, WriteCapacityUnits: provisioned.writeUnits } }),
  }
}

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Ranks 0 … count − 1, the rank r with a probability in proportion to 1 / (r + 1) ** exponent. */
export function zipf(count: number, exponent: number, chance: () => number): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank += 1) {
    sum += (rank + 1) ** -exponent
    sums[rank] = sum
  }
  return () => {
    const wanted = chance() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
