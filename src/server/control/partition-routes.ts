/** Routes about the partitions of tables and global indexes: how the load lies on them, and to split them. */
import { controlRoot } from './control-address.ts'
import { answersOthers } from './other-nodes.ts'
import { type PartitionAddress, type SplitPartitions, splitPartitions, type TablePartitions, tablePartitions } from './partitions.ts'
import { type OfTable, type Route, region, table } from './route.ts'

export const partitionRoutes: {
  readonly partitions: Route<OfTable, TablePartitions>
  readonly splitPartitions: Route<PartitionAddress, SplitPartitions>
} = {
  partitions: {
    method: 'GET',
    path: `${controlRoot}/tables/:table/partitions`,
    does: 'The partitions of a table and its global indexes, what they did in the last whole minute, and the last 50 splits of each.',
    answers:
      '`{ partitions: [{ index, id, fromHash, toHash, startsInsideCollection, parent, since, estimatedSizeBytes, read, write }], splits: [{ index, partition, into: [id], reason, at }] }`, read and write with `{ unitsPerSecond, shareOfLimit, refused }`, the newest split first, its reason `throughput`, `heat`, `size` or `asked`; `index` is left out for those of the table, `parent` for those that it began with; ' +
      answersOthers,
    members: { table, region },
    run: ({ engine }, input) => tablePartitions(engine, input),
  },
  splitPartitions: {
    method: 'POST',
    path: `${controlRoot}/tables/:table/partitions/split`,
    does: 'Splits partitions now, where the keys that were used lately say, or else in the middle. Shards of the stream follow.',
    answers: '`{ splits: [{ partition, into: [id] }] }`; a single item cannot be divided',
    members: {
      table,
      index: { kind: 'name', does: 'name of the global index; the table itself when it is left out' },
      partition: { kind: 'count', does: 'id of a partition; all of them when it is left out' },
      region,
    },
    run: ({ engine }, input) => splitPartitions(engine, input),
  },
}
