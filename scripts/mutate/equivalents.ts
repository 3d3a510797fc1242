/** Mutants that no test can notice, because the code with the change does the same. */

export interface Equivalent {
  readonly path: string
  /** The lines before and after the change, as the run prints them. */
  readonly before: string
  readonly after: string
  readonly why: string
}

export const equivalents: readonly Equivalent[] = [
  {
    path: 'src/engine/jobs/sweep-deleted-tables.ts',
    before: 'const { entries } = await store.view(async (view) => view.scan(sweepKeyRange(), { entries: 1, bytes: 1 }))',
    after: 'const { entries } = await store.view(async (view) => view.scan(sweepKeyRange(), { entries: 2, bytes: 1 }))',
    why: 'only the first entry is looked at',
  },
  {
    path: 'src/engine/keyspace/partition-keys.ts',
    before: 'for (let at = 0; at < length; at += 1) {',
    after: 'for (let at = 0; at <= length; at += 1) {',
    why: 'behind the shorter one the other has a byte that is not less than nothing, and is the longer one anyway',
  },
  {
    path: 'src/engine/streams/read-records.ts',
    before: 'const { entries } = await store.view(async (view) => view.scan(newestFirst, { entries: 1, bytes: 1 }))',
    after: 'const { entries } = await store.view(async (view) => view.scan(newestFirst, { entries: 1, bytes: 2 }))',
    why: 'one entry is asked for, which is read however large it is',
  },
  {
    path: 'src/engine/streams/read-records.ts',
    before: 'if (records.length > 0 && sizeBytes > streamPageSizeBytesMax) return { records, isEnd: false }',
    after: 'if (records.length >= 0 && sizeBytes > streamPageSizeBytesMax) return { records, isEnd: false }',
    why: 'no record is larger than a page: it has two images of 400 KB at most',
  },
  {
    path: 'src/engine/vectors/nearest.ts',
    before: 'while (at > 0 && isBetter(rank, key, this.#best[at - 1])) at -= 1',
    after: 'while (at >= 0 && isBetter(rank, key, this.#best[at - 1])) at -= 1',
    why: 'nothing is better than what is not there: the loop ends at 0 either way',
  },
  {
    path: 'src/engine/vectors/vector-write-bytes.ts',
    before: 'return { index, writtenBytes: moves ? (oldBytes ?? 0) + (newBytes ?? 0) : Math.max(oldBytes ?? 0, newBytes ?? 0) }',
    after: 'return { index, writtenBytes: moves ? (oldBytes ?? 0) + (newBytes ?? 0) : Math.max(oldBytes ?? 0, newBytes ?? 1) }',
    why: 'a change has an old entry or a new one, and the one that is there has 1 KB at least',
  },
  {
    path: 'src/operations/items/get-item.ts',
    before: 'const tableUnits = readUnits(item?.sizeBytes ?? 0, { consistent: input.ConsistentRead === true })',
    after: 'const tableUnits = readUnits(item?.sizeBytes ?? 1, { consistent: input.ConsistentRead === true })',
    why: 'no item costs what one byte does',
  },
  {
    path: 'src/operations/partiql/plan-select.ts',
    before: 'return partitions.toSorted((a, b) => sign * (sameType(a, b) ? compareValues(a.hash, b.hash) : 0))',
    after: 'return partitions.toSorted((a, b) => sign * (sameType(a, b) ? compareValues(a.hash, b.hash) : 1))',
    why: 'partitions of another type than the key are refused, in whatever order',
  },
  {
    path: 'src/operations/streams/list-streams.ts',
    before: 'return a.label < b.label ? -1 : Number(a.label > b.label)',
    after: 'return a.label <= b.label ? -1 : Number(a.label > b.label)',
    why: 'two streams of a table have different labels, and the one that is asked to start behind is not behind itself either way',
  },
  {
    path: 'src/operations/tables/definition/change-indexes.ts',
    before: 'for (let ahead = 0; ahead < count; ahead += 1) {',
    after: 'for (let ahead = 0; ahead <= count; ahead += 1) {',
    why: 'the id that is tried once more is the first that was tried',
  },
  {
    path: 'src/operations/tables/definition/check-keys.ts',
    before: "if (firstRange >= 0 && KeySchema.slice(firstRange).some((element) => element.KeyType === 'HASH')) {",
    after: "if (firstRange > 0 && KeySchema.slice(firstRange).some((element) => element.KeyType === 'HASH')) {",
    why: 'the first element is a HASH: point 7 comes before',
  },
  {
    path: 'src/values/number.ts',
    before: 'const digitsOfInt64 = 20',
    after: 'const digitsOfInt64 = 21',
    why: 'what is longer than the lowest 64-bit integer does not fit into 64 bits either',
  },
  {
    path: 'src/values/number.ts',
    before: 'if (dot < 0) return 1 + start + Math.ceil(whole / 2)',
    after: 'if (dot < 1) return 1 + start + Math.ceil(whole / 2)',
    why: 'no canonical number begins with its point',
  },
  {
    path: 'src/values/size.ts',
    before: "for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text, 'utf8')",
    after: "for (let at = 0; at <= text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text, 'utf8')",
    why: 'behind the end there is no code unit, and what is none is not above 0x7f',
  },
]
