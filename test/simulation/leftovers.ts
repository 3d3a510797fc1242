/** What is in the store when a run has come to rest: everything belongs to something that is there. */
import assert from 'node:assert/strict'
import type { MeteredEngine } from '../../src/metering/metered-engine.ts'
import type { Entry, KeyBytes, Store } from '../../src/storage/store.ts'

/** First bytes of keys (engine/keyspace/keys.ts) whose next ones are a table id, and an index id behind it. */
const ofTables = new Map([
  [0x04, 'counts'],
  [0x06, 'a queue'],
  [0x0b, 'an order of expiry'],
  [0x0c, 'partitions'],
  [0x10, 'items'],
  [0x14, 'a log of vectors'],
  [0x15, 'a trim of vectors'],
])
const withoutIndexId: ReadonlySet<number> = new Set([0x0b])
const mustBeGone = new Map([
  [0x03, 'a sweep'],
  [0x05, 'progress of a backfill'],
  [0x07, 'a client token'],
])
const collectionSizesId = 0xff

export async function checkLeftovers(store: Store, { catalog }: MeteredEngine): Promise<void> {
  const tables = catalog.regions().flatMap((region) => [...catalog.of(region).tables()])
  const spaces = new Map(tables.map((table) => [table.tableId, new Set(idsOf(table))]))
  for (const { key, value } of await everything(store)) {
    const tag = key[0] ?? 0
    const shown = Buffer.from(key).toString('hex')
    assert.ok(!mustBeGone.has(tag), `${mustBeGone.get(tag)} is left: ${shown}`)
    const kind = ofTables.get(tag)
    if (kind === undefined) continue
    const ids = spaces.get(Buffer.from(key).readUInt32BE(1))
    assert.ok(ids !== undefined, `${kind} of a table that is gone: ${shown}`)
    if (!withoutIndexId.has(tag)) assert.ok(ids.has(key[5] ?? 0), `${kind} of an index that is gone: ${shown}`)
    // The head of a queue stays.
    if (tag === 0x06) assert.equal(key.length, 6, `a change waits for an index that lags no more: ${shown} ${String(value)}`)
  }
}

function idsOf({ indexes, vectorIndexes }: { readonly indexes: readonly WithId[]; readonly vectorIndexes: readonly WithId[] }): number[] {
  return [0, collectionSizesId, ...indexes.map(({ indexId }) => indexId), ...vectorIndexes.map(({ indexId }) => indexId)]
}

interface WithId {
  readonly indexId: number
}

async function everything(store: Store): Promise<readonly Entry[]> {
  const range = { start: new Uint8Array(0) as KeyBytes, end: Uint8Array.of(0xff) as KeyBytes }
  return (await store.view(async (view) => view.scan(range, { entries: 1_000_000, bytes: 1 << 28 }))).entries
}
