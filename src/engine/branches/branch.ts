/**
 * A branch: a table that is used as another was at a moment, before the items of that are copied into it (docs/time-travel.md). An item
 * is *covered* when what lies in the branch itself says what it is: it was copied, or brought over because somebody wrote to it. What is
 * not covered is what it was in the parent at the moment, which never changes while the parent keeps its history for the branch. Nothing
 * that is covered ceases to be.
 *
 * | record (keyspace 0x05, index id 0) | means                                                               |
 * | ---------------------------------- | ------------------------------------------------------------------- |
 * | how far the copy has come          | all items up to this key of the parent are covered; text: all are   |
 * | mark of an item                    | it is covered, though the copy has not come so far                  |
 */
import { compareBytes } from '../../base/bytes.ts'
import type { KeyBytes, StoredValue, View } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { pastValue } from '../history/read-past.ts'
import { keyInTable } from '../keyspace/branch-keys.ts'
import { backfillKey, countedMark } from '../keyspace/keys.ts'
import type { RestoreSource } from '../schema/restore.ts'
import type { Table } from '../schema/table.ts'

export interface Branch {
  readonly tableId: number
  readonly source: RestoreSource
}

/**
 * The branch that the table is, while some of its items may not be covered: as the catalog is now. To be asked for inside of the view, or
 * the turn, that it is needed in; a view that is older than the end of a branch has all its items.
 */
export function branchOf(
  { catalog }: { readonly catalog: Catalog },
  { name, tableId }: Pick<Table, 'name' | 'tableId'>,
): Branch | undefined {
  const latest = catalog.find(name)
  if (latest?.tableId !== tableId || latest.restore?.isBranch !== true || latest.restore.source === undefined) return undefined
  return { tableId, source: latest.restore.source }
}

export function progressOf({ tableId }: Branch): KeyBytes {
  return backfillKey({ tableId, indexId: 0 })
}

export function markOf({ tableId }: Branch, key: KeyBytes): KeyBytes {
  return countedMark({ tableId, indexId: 0 }, key)
}

/** Where an item of the branch lies in its parent. */
export function keyInParent({ source }: Branch, key: KeyBytes): KeyBytes {
  return keyInTable(key, source.tableId)
}

/** Whether an item is covered that lies there in the parent. `mark` is undefined when there is none. */
export function isCovered(progress: StoredValue | undefined, mark: StoredValue | undefined, parentKey: KeyBytes): boolean {
  if (mark !== undefined || typeof progress === 'string') return true
  return progress !== undefined && compareBytes(parentKey, progress as KeyBytes) <= 0
}

/** What stands under these keys of items of the branch, all of one moment. */
export async function readBranchValues(
  view: View,
  branch: Branch,
  keys: readonly KeyBytes[],
): Promise<readonly (StoredValue | undefined)[]> {
  const parentKeys = keys.map((key) => keyInParent(branch, key))
  const marks = keys.map((key) => markOf(branch, key))
  const [progress, ...found] = await view.get([progressOf(branch), ...keys, ...marks, ...parentKeys])
  const values: (StoredValue | undefined)[] = []
  for (const [at, key] of parentKeys.entries()) {
    const [own, mark, current] = [found[at], found[keys.length + at], found[2 * keys.length + at]]
    values.push(isCovered(progress, mark, key) ? own : await pastValue(view, branch.source.cut, { key, current }))
  }
  return values
}
