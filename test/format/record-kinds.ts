/**
 * The kinds of records that a folder of format 1 has, by the first byte of their keys, as src/engine/keyspace/keys.ts had them then;
 * and which of them a folder holds. It reads the file of that format itself, for a later version knows another.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

interface RecordKind {
  readonly tag: number
  readonly name: string
  /** A condition on `key` and `value` for kinds that share a byte. */
  readonly where?: string
}

const isTable = `substr(key, 6, 1) = x'00'`

export const recordKinds: readonly RecordKind[] = [
  { tag: 0x01, name: 'next table id' },
  { tag: 0x02, name: 'table' },
  { tag: 0x03, name: 'deleted table to be swept' },
  { tag: 0x04, name: 'counts of a table', where: isTable },
  { tag: 0x04, name: 'counts of an index', where: `NOT ${isTable}` },
  { tag: 0x04, name: 'counts with saved bytes of vectors', where: `value LIKE '% % %'` },
  { tag: 0x05, name: 'backfill of an index half way', where: `NOT ${isTable} AND typeof(value) = 'blob'` },
  { tag: 0x05, name: 'backfill of an index that has copied all', where: `value = 'copied'` },
  { tag: 0x05, name: 'expiry order half filled', where: `${isTable} AND typeof(value) = 'blob'` },
  { tag: 0x06, name: 'change that a lagging index waits for' },
  { tag: 0x07, name: 'transaction that is done' },
  { tag: 0x08, name: 'bound of record numbers', where: 'length(key) = 5' },
  { tag: 0x08, name: 'stream', where: `length(key) > 5 AND value NOT LIKE '%disabledMs%'` },
  { tag: 0x08, name: 'disabled stream', where: `value LIKE '%disabledMs%'` },
  { tag: 0x09, name: 'open shard', where: `value NOT LIKE '%"closed"%'` },
  { tag: 0x09, name: 'closed shard', where: `value LIKE '%"closed"%'` },
  { tag: 0x09, name: 'child shard', where: `value LIKE '%"parentId"%'` },
  { tag: 0x09, name: 'trimmed shard', where: `value LIKE '%"trimmedNumber"%'` },
  { tag: 0x0a, name: 'stream record' },
  { tag: 0x0a, name: 'stream record of an expiry', where: `value LIKE '% ttl%'` },
  { tag: 0x0b, name: 'place in an expiry order' },
  { tag: 0x0c, name: 'partition map of a table', where: isTable },
  { tag: 0x0c, name: 'partition map of an index', where: `NOT ${isTable}` },
  ...['asked', 'heat', 'size', 'throughput'].map((reason) => {
    return { tag: 0x0c, name: `partition map with a split, reason ${reason}`, where: `value LIKE '%"reason":"${reason}"%'` }
  }),
  { tag: 0x0c, name: 'partition map that divides an item collection', where: `value LIKE '%"rest":%'` },
  { tag: 0x0d, name: 'metric series' },
  { tag: 0x0e, name: 'metric point' },
  { tag: 0x0f, name: 'alarm', where: `instr(key, x'0000') = 0` },
  { tag: 0x0f, name: 'item of the history of alarms', where: `instr(key, x'0000') > 0` },
  { tag: 0x10, name: 'item', where: isTable },
  { tag: 0x10, name: 'index entry', where: `NOT ${isTable} AND substr(key, 6, 1) <> x'ff' AND typeof(value) = 'text'` },
  { tag: 0x10, name: 'vector index entry', where: `NOT ${isTable} AND typeof(value) = 'blob'` },
  { tag: 0x10, name: 'size of an item collection', where: `substr(key, 6, 1) = x'ff'` },
  { tag: 0x11, name: 'scalable target', where: `substr(key, -1) <> x'00'` },
  { tag: 0x11, name: 'scalable target whose bounds are pending', where: `value LIKE '%boundsPending%'` },
  { tag: 0x11, name: 'scaling activities', where: `substr(key, -1) = x'00'` },
]

/** How many records of each kind there are, in the order of `recordKinds`. */
export function countRecords(folder: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(join(folder, 'stator.db'))
  try {
    return new Map(
      recordKinds.map(({ tag, name, where = 'TRUE' }) => {
        const sql = `SELECT count(*) AS count FROM entries WHERE substr(key, 1, 1) = ? AND ${where}`
        return [name, Number(database.prepare(sql).get(Uint8Array.of(tag))?.['count'])]
      }),
    )
  } finally {
    database.close()
  }
}

/** First bytes of keys that `recordKinds` does not know. */
export function unknownTags(folder: string): readonly number[] {
  const database = new DatabaseSync(join(folder, 'stator.db'))
  try {
    const rows = database.prepare('SELECT DISTINCT substr(key, 1, 1) AS tag FROM entries').all()
    const tags = rows.map(({ tag }) => (tag as Uint8Array)[0] ?? 0)
    return tags.filter((tag) => !recordKinds.some((kind) => kind.tag === tag))
  } finally {
    database.close()
  }
}
