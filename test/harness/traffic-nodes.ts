/** Several nodes over one store whose traffic is told minute by minute, and what was asked of them, for tests of what they know together. */
import assert from 'node:assert/strict'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { beatEveryMs } from '../../src/engine/limits.ts'
import type { ServiceOptions } from '../../src/server/start.ts'
import { type MemoryStore, openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Entry } from '../../src/storage/store.ts'
import { type Node, nodeOn } from './nodes.ts'
import { succeed } from './service.ts'

/** A whole minute, and a whole window of heavy keys. */
export const startMs = 1_795_341_600_000

export const ordersTable = {
  TableName: 'Orders',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'state', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'byState', KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
} as const
export const TableName: string = ordersTable.TableName

export class TrafficNodes {
  readonly clock: ManualClock = new ManualClock(startMs)
  readonly store: MemoryStore
  readonly logged: string[] = []
  readonly nodes: Node[] = []
  readonly #options: Partial<ServiceOptions>

  constructor(options: Partial<ServiceOptions> = {}, store: MemoryStore = openMemoryStore()) {
    this.#options = options
    this.store = store
  }

  async join(): Promise<Node> {
    const log = (line: string): void => {
      this.logged.push(line)
    }
    const node = await nodeOn(this.store, this.clock, this.nodes.length + 1, { ...this.#options, log })
    this.nodes.push(node)
    await this.beat()
    return node
  }

  /** The first one, for what any could be asked. */
  get any(): Node {
    const [node] = this.nodes
    assert.ok(node !== undefined)
    return node
  }

  createTable(): Promise<unknown> {
    return succeed(this.any.service, 'CreateTable', ordersTable)
  }

  /** Each says that it is alive, and tells what is due. */
  async beat(): Promise<void> {
    for (const { steady, service } of this.nodes) {
      steady.advance(beatEveryMs)
      await service.beat()
    }
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.beat()
  }

  /** Another minute begins, and all tell of the one before. */
  passMinute(): Promise<void> {
    return this.pass(minuteMs - (this.clock.now() % minuteMs))
  }

  async runJobs(): Promise<void> {
    for (const { service } of this.nodes) await service.control.runJobs()
  }

  /** What stands in the store of what they told, of these kinds (metering/reports/report-keys.ts). */
  reports(...kinds: readonly number[]): Promise<readonly Entry[]> {
    const all = { start: Uint8Array.of(0x1c), end: Uint8Array.of(0x1d) } as never
    return this.store.view(async (view) => {
      const { entries } = await view.scan(all, { entries: 100_000, bytes: 1e9 })
      return entries.filter(({ key }) => kinds.length === 0 || kinds.includes(key[1] ?? 0))
    })
  }

  async close(): Promise<void> {
    for (const { service } of this.nodes) await service.close()
    await this.store.close()
  }
}
