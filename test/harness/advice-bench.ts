/** A database in memory, and calls as the advisor hears them, for tests of its rules: traffic of whole minutes without a request for each unit. */

import type { Draft } from '../../src/advice/finding.ts'
import type { HeardCall } from '../../src/advice/heard-call.ts'
import { RecentItems } from '../../src/advice/recent-items.ts'
import { RecentTouches } from '../../src/advice/recent-touches.ts'
import type { AdviceProfile, OpenRule, Rule } from '../../src/advice/rule.ts'
import type { LineCapacity } from '../../src/advice/table-capacity.ts'
import type { TableMoney } from '../../src/advice/table-money.ts'
import type { TouchedItem } from '../../src/advice/touched.ts'
import type { OperationName } from '../../src/api/operations.ts'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { JsonText } from '../../src/base/json-text.ts'
import { changeTables } from '../../src/engine/catalog/change-tables.ts'
import { countsKey, dataKey } from '../../src/engine/keyspace/keys.ts'
import { recordLog } from '../../src/engine/keyspace/stream-keys.ts'
import type { GlobalIndex, LocalIndex, Table } from '../../src/engine/schema/table.ts'
import { encodeIterator } from '../../src/engine/streams/shard-iterator.ts'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import { openMeteredEngine } from '../../src/metering/open-metered-engine.ts'
import type { AccessPattern, PatternClauseTexts } from '../../src/metering/traffic/access-pattern.ts'
import { RequestUsage } from '../../src/metering/traffic/request-usage.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { KeyBytes } from '../../src/storage/store.ts'
import type { AttributeMap, AttributeValue } from '../../src/values/attribute-value.ts'
import { encodeKeyBytes, encodeScalar } from '../../src/values/key-bytes.ts'

/** A whole hour, and a whole window of hot keys. */
export const startMs: number = 1_795_341_600_000

/** Prices that are easy to reckon with: a dollar for a million units. */
export const someMoney: TableMoney = {
  usdPerReadUnit: 1e-6,
  usdPerWriteUnit: 1e-6,
  usdPerGbMonth: 0.25,
  usdPerReadUnitHour: 1e-4,
  usdPerWriteUnitHour: 1e-4,
  windowMinutes: 60,
  usdPerMonth: 20,
  cheapest: { text: 'on demand, Standard', usdPerMonth: 20 },
}

/** What a call is to say besides what is usual. */
export interface CallParts {
  readonly operation?: OperationName
  readonly clauses?: PatternClauseTexts
  readonly index?: string
  readonly input?: object
  readonly output?: object
  readonly error?: string
  readonly lane?: string
  readonly address?: string
  readonly readUnits?: number
  readonly writeUnits?: number
  readonly evaluated?: number
  readonly returned?: number
  readonly continues?: boolean
  readonly hasMore?: boolean
  readonly reads?: readonly Partial<TouchedItem>[]
  readonly writes?: readonly Partial<TouchedItem>[]
}

export class AdviceBench {
  readonly clock: ManualClock
  readonly engine: MeteredEngine
  readonly rule: OpenRule
  profile: AdviceProfile = 'test'
  money: TableMoney | undefined = undefined
  capacity: readonly LineCapacity[] | undefined = undefined
  isDeaf = false
  #table: Table
  /** What the clock that nobody moves shows. */
  #steadyMs = 0
  #calls = 0
  readonly #patterns = new Map<string, AccessPattern>()

  constructor(engine: MeteredEngine, clock: ManualClock, table: Table, rule: Rule) {
    this.engine = engine
    this.clock = clock
    this.#table = table
    this.rule = rule.open({ wasDeafSince: () => this.isDeaf, nowMs: () => this.#steadyMs, items: new RecentItems() })
  }

  get table(): Table {
    return this.engine.catalog.find(this.#table.name) ?? this.#table
  }

  /** Time goes by as it does. */
  pass(ms: number): void {
    this.clock.advance(ms)
    this.#steadyMs += ms
  }

  /** Somebody sets the clock. */
  move(ms: number): void {
    this.clock.advance(ms)
  }

  /** Real time goes by, and the clock stands still. */
  freeze(ms: number): void {
    this.#steadyMs += ms
  }

  hear(parts: CallParts = {}): void {
    this.rule.hear?.(this.#call(parts))
  }

  /** The same call many times, each a little later. */
  hearTimes(times: number, parts: CallParts | ((at: number) => CallParts), everyMs = 1): void {
    for (let at = 0; at < times; at += 1) {
      this.pass(everyMs)
      this.hear(typeof parts === 'function' ? parts(at) : parts)
    }
  }

  /** Units of a key in the minute that is going on. */
  note(access: 'read' | 'write', key: KeyBytes, units: number): void {
    const { tableId } = this.table
    const space = this.engine.metering.traffic.space({ tableId, indexId: key[5] ?? 0 })
    // A key is known by name only once it was met again.
    for (let part = 0; part < 4; part += 1) space.note(access, key, units / 4, this.clock.now())
  }

  /** The same by way of the meter, which takes samples of keys for splits. */
  meter(access: 'read' | 'write', key: KeyBytes, units: number): void {
    const { engine, table } = this
    engine.metering.meters.of(engine.catalog.region, table, undefined).note(access, key, units, { nowMs: this.clock.now(), isPaid: false })
  }

  /** Whole minutes with so much of each key, heard at their beginnings and their ends. */
  minutes(count: number, access: 'read' | 'write', unitsOfKeys: readonly (readonly [KeyBytes, number])[]): void {
    for (let minute = 0; minute < count; minute += 1) {
      this.hear()
      for (const [key, units] of unitsOfKeys) this.note(access, key, units)
      this.pass(minuteMs)
    }
    this.hear()
  }

  key(partition: AttributeValue | string, sort?: AttributeValue, indexId = 0): KeyBytes {
    const value = typeof partition === 'string' ? { S: partition } : partition
    const rest = sort === undefined ? new Uint8Array(0) : encodeScalar(sort)
    return dataKey({ tableId: this.table.tableId, indexId }, encodeKeyBytes(new Uint8Array(0), [value]), rest)
  }

  /** So many requests that read, of which nothing is heard. */
  countPattern(operation: OperationName, requests: number, index?: string): void {
    const pattern = this.#pattern(operation, index)
    const usage = new RequestUsage()
    usage.readUnits = 0.5
    for (let at = 0; at < requests; at += 1) pattern.count({ usage, latencyMs: 1, error: undefined }, this.clock.now())
  }

  /** Whether or not there are such items. */
  async count(itemCount: number, sizeBytes: number, indexId = 0): Promise<void> {
    const counter = countsKey({ tableId: this.table.tableId, indexId })
    await this.engine.store.unguarded.write([], (turn) => turn.add(counter, [itemCount, sizeBytes, 0]))
  }

  /** Something lies at these keys; nobody reads what. */
  async store(keys: readonly KeyBytes[]): Promise<void> {
    await this.engine.store.unguarded.write([], (turn) => {
      for (const key of keys) turn.put(key, '{}')
    })
  }

  async change(changes: Partial<Table>): Promise<void> {
    await changeTables(this.engine, [this.table.name], (tables) => tables.replace({ ...this.table, ...changes }))
  }

  /** So many records at the end of a shard, made now. */
  async record(shardNumber: number, count: number): Promise<void> {
    const recording = this.engine.catalog.streams.recording(this.table.tableId)
    const shard = recording?.shards[shardNumber - 1]
    if (recording === undefined || shard === undefined) throw new Error('the table has no such shard')
    const log = recordLog(recording.stream, shard.number)
    const value = `${this.clock.now()} INSERT 10\n"Keys":{"pk":{"S":"a"}}`
    await this.engine.store.unguarded.write([log], (turn) => {
      for (let at = 0; at < count; at += 1) turn.append(log, value)
    })
  }

  /** Somebody reads a shard from one record to another, counted from 1; the first was made then. */
  poll(shardNumber: number, from: number, next: number, createdMs = 0, address = '10.0.0.1'): void {
    const recording = this.engine.catalog.streams.recording(this.table.tableId)
    const shard = recording?.shards[shardNumber - 1]
    if (recording === undefined || shard === undefined) throw new Error('the table has no such shard')
    const streamArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${this.table.name}/stream/${recording.stream.label}`
    const iterator = (number: number) =>
      encodeIterator({ streamArn, shardNumber: shard.number, fromNumber: shard.firstNumber + number - 1, creationMs: this.clock.now() })
    const records = createdMs === 0 ? '[]' : `[{"dynamodb":{"ApproximateCreationDateTime":${createdMs / 1000}}}]`
    const output = { Records: new JsonText(records), NextShardIterator: iterator(next) }
    this.hear({ operation: 'GetRecords', input: { ShardIterator: iterator(from) }, output, address })
  }

  refuse(
    reason: string,
    partition: string,
    times: number,
    { index, mode = 'enforce' }: { index?: GlobalIndex; mode?: 'enforce' | 'observe' } = {},
  ): void {
    const space = { tableId: this.table.tableId, indexId: index?.indexId ?? 0 }
    const thing = {
      region: this.engine.region,
      table: this.table.name,
      index: index?.name,
      reason,
      space,
      keyAttributes: (index ?? this.table).key.hash,
    }
    const tally = this.engine.metering.throttleCounts.tally(thing)
    const access = reason.includes('Read') ? 'read' : 'write'
    const key = this.key(partition, undefined, space.indexId)
    for (let at = 0; at < times; at += 1) {
      tally.note(mode, this.clock.now(), key)
      this.engine.metering.traffic.space(space).noteRefused(access, key, this.clock.now())
    }
  }

  async find(): Promise<readonly Draft[]> {
    const { engine, profile, money, capacity } = this
    const handed = { moneyOf: money && (() => Promise.resolve(money)), capacityOf: capacity && (() => Promise.resolve(capacity)) }
    return this.rule.find({ engine, profile, nowMs: this.clock.now(), ...handed })
  }

  /** The severity of the only finding; `none` when there is none. */
  async severity(): Promise<string> {
    const drafts = await this.find()
    return drafts.length > 1 ? 'several' : (drafts[0]?.severity ?? 'none')
  }

  #call(parts: CallParts): HeardCall {
    const {
      operation = 'PutItem',
      clauses,
      index,
      input = {},
      output,
      error,
      lane = 'a',
      address = '10.0.0.1',
      reads = [],
      writes = [],
    } = parts
    this.#calls += 1
    const usage = new RequestUsage()
    usage.touch(this.table)
    usage.index = this.table.indexes.find(({ name }) => name === index)
    usage.pattern = this.#pattern(operation, index, clauses)
    usage.readUnits = parts.readUnits ?? 0
    usage.writeUnits = parts.writeUnits ?? 0
    usage.evaluatedItems = parts.evaluated ?? 0
    usage.returnedItems = parts.returned
    usage.continues = parts.continues === true
    usage.hasMore = parts.hasMore === true
    return {
      number: this.#calls,
      operation,
      region: this.engine.region,
      atMs: this.clock.now(),
      beganMs: this.#steadyMs,
      endedMs: this.#steadyMs,
      sender: { identity: 'AKIA', address, userAgent: 'sdk', invocationId: `${this.#calls}`, attempt: 1, traceId: undefined },
      lane: { id: lane, confidence: 'high', touches: new RecentTouches() },
      usage,
      input,
      output,
      error,
      isAnswerLost: false,
      reasons: [],
      isAbandoned: false,
      touched: {
        reads: () => reads.map((item) => this.#item(item)),
        writes: () => writes.map((item) => this.#item(item)),
        asked: () => [],
        unprocessed: () => [],
      },
    }
  }

  #pattern(operation: OperationName, index: string | undefined, clauses: PatternClauseTexts = {}): AccessPattern {
    const text = JSON.stringify([operation, index, clauses])
    const known = this.#patterns.get(text)
    if (known !== undefined) return known
    const { patterns } = this.engine.metering.traffic
    const name = {
      operation,
      region: this.engine.region,
      table: this.table.name,
      tableIds: [this.table.tableId],
      index,
      clauses,
      isOther: false,
    }
    const pattern = patterns.settle(patterns.root().step(text), name)
    this.#patterns.set(text, pattern)
    return pattern
  }

  #item(item: Partial<TouchedItem>): TouchedItem {
    const attributes = item.attributes as AttributeMap | undefined
    const { hash, range } = this.table.key
    const textOf = (name: string | undefined): string =>
      name === undefined ? '' : String(Object.values(attributes?.[name] ?? { S: 'a' })[0])
    const partitionKeyText = item.partitionKeyText ?? textOf(hash[0]?.name)
    const keyText = item.keyText ?? [partitionKeyText, textOf(range[0]?.name)].filter((text) => text !== '').join(' / ')
    return {
      ...{ tableId: this.table.tableId, tableName: this.table.name, keyHash: keyText, keyText, partitionKeyText, isThere: true },
      attributes,
      keyNames: [...hash, ...range].map(({ name }) => name),
      kind: 'put',
      ...item,
    }
  }
}

export interface BenchTable {
  /** Name of the sort key's attribute. */
  readonly range?: string
  readonly indexes?: readonly (GlobalIndex | LocalIndex)[]
  readonly changes?: Partial<Table>
  /** Left out: one for each partition. */
  readonly streamShards?: number
}

/** A table with a stream of so many shards. */
export function withStream(streamShards: number): BenchTable {
  return { streamShards, changes: { stream: { viewType: 'KEYS_ONLY' }, streamLabel: new Date(startMs).toISOString().slice(0, -1) } }
}

export function indexOn(name: string, attribute: string, parts: Partial<GlobalIndex> = {}): GlobalIndex {
  const key = { hash: [{ name: attribute, type: 'S' }], range: [] } as const
  const warm = { readUnits: 12_000, writeUnits: 4000 }
  return { kind: 'global', name, indexId: 1, key, projection: { type: 'ALL', nonKeyAttributes: [] }, status: 'ACTIVE', warm, ...parts }
}

/** A table Orders with the partition key `pk`, on demand. */
export async function openBench(rule: Rule, { range, indexes = [], changes = {}, streamShards }: BenchTable = {}): Promise<AdviceBench> {
  const clock = new ManualClock(startMs)
  const engine = await openMeteredEngine({
    storage: { kind: 'custom', open: () => openMemoryStore() },
    clock,
    ...(streamShards !== undefined && { streamShards }),
  })
  const ofKeys = indexes.flatMap(({ key }) => [...key.hash, ...key.range])
  const sort = range === undefined ? [] : [{ name: range, type: 'S' } as const]
  const key = { hash: [{ name: 'pk', type: 'S' }], range: sort } as const
  const attributes = [...new Map([...key.hash, ...sort, ...ofKeys].map((each) => [each.name, each])).values()]
  const table = await changeTables(engine, ['Orders'], (tables) =>
    tables.create({
      name: 'Orders',
      uuid: '00000000-0000-4000-8000-000000000001',
      status: 'ACTIVE',
      creationMs: startMs,
      attributes: attributes.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      key,
      indexes,
      vectorIndexes: [],
      billingMode: 'PAY_PER_REQUEST',
      warm: { readUnits: 12_000, writeUnits: 4000 },
      tableClass: 'STANDARD',
      deletionProtection: false,
      tags: [],
      ...changes,
    }),
  )
  return new AdviceBench(engine, clock, table, rule)
}
