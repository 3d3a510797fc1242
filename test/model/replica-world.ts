/**
 * Three regions and more of one server that dies now and then, with links that are cut and slow and clocks that differ: what clients do there,
 * and what last writer wins says must come of it.
 */
import assert from 'node:assert/strict'
import { ServiceError } from '../../src/api/errors.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { type Random, seededRandom } from '../../src/base/random.ts'
import { checkStore } from '../../src/engine/check/check-store.ts'
import { itemKey } from '../../src/engine/items/item-key.ts'
import { runDueJobs } from '../../src/engine/jobs/run-due-jobs.ts'
import { prefixRange, spaceRange } from '../../src/engine/keyspace/keys.ts'
import { tombstoneKey } from '../../src/engine/keyspace/replica-keys.ts'
import { StoredItem } from '../../src/engine/keyspace/stored-item.ts'
import { engineOf } from '../../src/engine/regions.ts'
import { orderOfItem } from '../../src/engine/replicas/item-order.ts'
import { decodeTombstone } from '../../src/engine/replicas/tombstones.ts'
import { isReplicated } from '../../src/engine/schema/replication.ts'
import { compareOrders, type WriteOrder } from '../../src/engine/schema/write-order.ts'
import { applySettings, linkName } from '../../src/engine/settings.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../src/metering/open-metered-engine.ts'
import { RequestUsage } from '../../src/metering/traffic/request-usage.ts'
import { updateContinuousBackups } from '../../src/operations/backups/update-continuous-backups.ts'
import { deleteItem } from '../../src/operations/items/delete-item.ts'
import { putItem } from '../../src/operations/items/put-item.ts'
import { createTable } from '../../src/operations/tables/create-table.ts'
import { updateTable } from '../../src/operations/tables/update-table.ts'
import { type Fault, type FaultyStore, openFaultyStore } from '../../src/storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { StoreUnavailable } from '../../src/storage/store.ts'
import { keptOpen } from '../harness/forwarded-store.ts'

export const TableName = 'Orders'
export const regionNames: readonly string[] = ['us-east-1', 'eu-west-1', 'ap-south-1', 'sa-east-1']
const startMs = 1_795_341_600_000

/** The last write of an item, as far as a client can know. */
interface LastWrite {
  readonly order: WriteOrder
  /** Undefined: deleted. */
  readonly text: string | undefined
}

export class ReplicaWorld {
  readonly clock: ManualClock = new ManualClock(startMs)
  readonly random: Random
  readonly last: Map<string, LastWrite> = new Map()
  #nextFault: () => Fault = () => 'none'
  readonly #store: FaultyStore
  #engine!: MeteredEngine
  #value = 0
  crashes = 0

  constructor(seed: number) {
    this.random = seededRandom(seed)
    this.#store = openFaultyStore({
      open: ({ failCommit }) => openMemoryStore({ failCommit }),
      nextFault: () => this.#nextFault(),
      disturbances: { random: seededRandom(seed + 1) },
    })
  }

  get engine(): MeteredEngine {
    return this.#engine
  }

  below(limit: number): number {
    const [a = 0, b = 0] = this.random.bytes(2)
    return (a * 256 + b) % limit
  }

  async open(): Promise<void> {
    this.#engine = await openMeteredEngine({
      storage: { kind: 'custom', open: () => keptOpen(this.#store) },
      clock: this.clock,
      random: this.random,
      regions: 'isolated',
    })
  }

  async start(): Promise<void> {
    await this.open()
    await createTable(this.at('us-east-1'), {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'state', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        { IndexName: 'byState', KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
    })
    // A replica that keeps its past orders writes by another time than it keeps.
    if (this.below(2) === 0) {
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
      await updateContinuousBackups(this.at('us-east-1'), { TableName, PointInTimeRecoverySpecification })
    }
    for (const region of regionNames.slice(1, 3)) {
      await updateTable(this.at('us-east-1'), { TableName, ReplicaUpdates: [{ Create: { RegionName: region } }] })
      await this.jobs()
    }
  }

  at(region: string): MeteredEngine {
    return engineOf(this.#engine, region)
  }

  /** Regions whose table serves requests. */
  serving(): readonly string[] {
    return regionNames.filter((region) => ['ACTIVE', 'UPDATING'].includes(this.at(region).catalog.find(TableName)?.status ?? ''))
  }

  /** The process dies in one of its next commits, before or after it is durable. */
  async crashing(work: () => Promise<unknown>): Promise<void> {
    let commits = this.below(6)
    const fault: Fault = this.below(2) === 0 ? 'crash-before' : 'crash-after'
    this.#nextFault = () => {
      commits -= 1
      return commits === -1 ? fault : 'none'
    }
    await work().catch(refusedOrGone)
    this.#nextFault = () => 'none'
    if (!this.#store.isCrashed) return
    this.crashes += 1
    this.#store.reopen()
    const { settings } = this.#engine
    await this.open()
    // As an operator sets them again who wants them still.
    const { replicaLinks, clockOffsetsMs } = settings
    applySettings(this.#engine.settings, {
      replicaLinks: Object.fromEntries(replicaLinks),
      clockOffsetsMs: Object.fromEntries(clockOffsetsMs),
    })
  }

  async write(): Promise<void> {
    const serving = this.serving()
    const region = serving[this.below(serving.length)]
    if (region === undefined) return
    const id = `item ${this.below(8)}`
    const engine = this.at(region)
    const usage = new RequestUsage()
    this.#value += 1
    await this.#forgetTrimmed(id)
    // Now and then the same again.
    const state = `state ${this.below(3)}`
    const Item = { id: { S: id }, state: { S: state }, ...(this.below(4) > 0 && { n: { N: String(this.#value) } }) }
    const work =
      this.below(3) === 0 ? deleteItem(engine, { TableName, Key: { id: { S: id } } }, usage) : putItem(engine, { TableName, Item }, usage)
    await work.catch(refusedOrGone)
    if (!this.#store.isCrashed) await this.note(region, id)
  }

  /** A deletion that every replica has forgotten orders nothing any more. */
  async #forgetTrimmed(id: string): Promise<void> {
    const known = this.last.get(id)
    if (known === undefined || known.text !== undefined) return
    const tables = regionNames.flatMap((region) => this.at(region).catalog.find(TableName) ?? [])
    const tombstones = await this.#engine.store.get(tables.map((table) => tombstoneKey(itemKey(table, { id: { S: id } }))))
    if (tombstones.every((tombstone) => tombstone === undefined)) this.last.delete(id)
  }

  /** What stands there now, if this region wrote it and it is later than what is known. */
  async note(region: string, id: string): Promise<void> {
    const engine = this.at(region)
    const table = engine.catalog.find(TableName)
    if (table === undefined) return
    const key = itemKey(table, { id: { S: id } })
    const [item, tombstone] = await engine.store.get([key, tombstoneKey(key)])
    const known = this.last.get(id)
    const found = foundWrite(item, tombstone)
    if (found !== undefined && (known === undefined || compareOrders(found.order, known.order) > 0)) this.last.set(id, found)
  }

  /** A table that is no replica keeps no order: what it has is what was written last, and what comes later begins with that. */
  async noteAlone(): Promise<void> {
    const regions = regionNames.filter((region) => this.at(region).catalog.find(TableName) !== undefined)
    const [region] = regions
    if (region === undefined || regions.length > 1) return
    const table = this.at(region).catalog.find(TableName)
    if (table === undefined || isReplicated(table)) return
    this.last.clear()
    await this.noteAll()
  }

  async noteAll(): Promise<void> {
    for (const region of regionNames) for (let n = 0; n < 8; n += 1) await this.note(region, `item ${n}`)
  }

  async jobs(): Promise<boolean> {
    return runDueJobs(meteredJobs(this.#engine), this.#engine.clock)
  }

  disturbLink(): void {
    const from = regionNames[this.below(regionNames.length)] ?? ''
    const to = regionNames[this.below(regionNames.length)] ?? ''
    const link = this.below(3) === 0 ? null : { lagMs: this.below(5000), isCut: this.below(2) === 0 }
    applySettings(this.#engine.settings, { replicaLinks: { [linkName(from, to)]: link } })
  }

  disturbClock(): void {
    const region = regionNames[this.below(regionNames.length)] ?? ''
    applySettings(this.#engine.settings, { clockOffsetsMs: { [region]: this.below(20_000) - 10_000 } })
  }

  async changeMembers(): Promise<void> {
    const serving = this.serving()
    const region = serving[this.below(serving.length)]
    const other = regionNames[this.below(regionNames.length)]
    if (region === undefined || other === undefined) return
    const isThere = this.at(other).catalog.find(TableName) !== undefined
    const update = isThere ? { Delete: { RegionName: other } } : { Create: { RegionName: other } }
    await updateTable(this.at(region), { TableName, ReplicaUpdates: [update] }).catch(refusedOrGone)
  }

  /** All links are open, all clocks right, and everything has been told to everybody. */
  async heal(): Promise<void> {
    for (const from of regionNames)
      for (const to of regionNames) applySettings(this.#engine.settings, { replicaLinks: { [linkName(from, to)]: null } })
    for (const region of regionNames) applySettings(this.#engine.settings, { clockOffsetsMs: { [region]: null } })
    for (let round = 0; round < 30; round += 1) {
      this.clock.advance(10_000)
      while (await this.jobs()) {
        /* Again: there is more. */
      }
    }
  }

  /** All replicas have what last writer wins says, nothing else, and nothing is left of how they came to it. */
  async agree(): Promise<void> {
    const expected = Object.fromEntries([...this.last].flatMap(([id, { text }]) => (text === undefined ? [] : [[id, text]])).sort())
    const regions = regionNames.filter((region) => this.at(region).catalog.find(TableName) !== undefined)
    assert(regions.length > 0)
    for (const region of regions) {
      const table = this.at(region).catalog.find(TableName)
      assert(table !== undefined && table.status === 'ACTIVE', `${region} is ${table?.status}: ${JSON.stringify(table?.replication)}`)
      assert.equal(isReplicated(table), regions.length > 1)
      const { entries } = await this.#engine.store.view(async (view) =>
        view.scan(spaceRange({ tableId: table.tableId, indexId: 0 }), { entries: 100, bytes: 1 << 20 }),
      )
      const found = entries.map(({ value }) => StoredItem.decode(value)).map((item) => [(item.attributes.id as { S: string }).S, item.text])
      assert.deepEqual(Object.fromEntries(found.sort()), expected, region)
    }
    await this.#agreeOnTheRest()
  }

  async #agreeOnTheRest(): Promise<void> {
    for (const tag of [0x2a, 0x2b, 0x2c]) {
      const { entries } = await this.#engine.store.view(async (view) =>
        view.scan(prefixRange(Uint8Array.of(tag)), { entries: 10, bytes: 1 << 20 }),
      )
      assert.deepEqual(
        entries.map(({ key, value }) => `${Buffer.from(key).toString('hex')} ${String(value)}`),
        [],
      )
    }
    const check = checkStore(this.#engine, { fix: false, isAlone: true })
    for await (const _ of check.steps);
    assert.deepEqual(
      check.report.findings.map(({ says }) => says),
      [],
    )
  }
}

function foundWrite(item: unknown, tombstone: unknown): LastWrite | undefined {
  if (typeof item === 'string') {
    const stored = StoredItem.decode(item)
    return { order: orderOfItem(stored), text: stored.text }
  }
  return typeof tombstone === 'string' ? { order: decodeTombstone(tombstone).order, text: undefined } : undefined
}

/** A refusal is an answer, and a process that is gone answers nothing. */
function refusedOrGone(error: unknown): void {
  const reason = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (reason instanceof ServiceError || reason instanceof StoreUnavailable) return
  throw error
}
