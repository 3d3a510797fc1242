/**
 * Before an item of a branch is changed that is not covered yet (branches/branch.ts), it is brought over: put into the branch as it was in
 * the parent, with its entries in indexes, in a turn of its own. So whoever changes it finds it where all items are. That the parent's item
 * is read before that turn does no harm, since it never changes.
 */
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import { type Branch, branchOf, isCovered, keyInParent, markOf, progressOf, readBranchValues } from '../branches/branch.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { isFillingBranch } from '../schema/restore.ts'
import { applyChange, decideChange, type ItemWrite, type ItemWriter, readsOf } from './decide-change.ts'

/** Resolves when all these items are covered. */
export async function bringOver(
  engine: ItemWriter,
  writes: readonly Pick<ItemWrite, 'table' | 'key' | 'keyAttributes' | 'collectionKey'>[],
): Promise<void> {
  // A table that is no branch any more has all its items, one that is none never becomes one.
  for (const write of writes) if (isFillingBranch(write.table)) await bringOverOne(engine, write)
}

type Place = Parameters<typeof bringOver>[1][number]

async function bringOverOne(engine: ItemWriter, place: Place): Promise<void> {
  const uncovered = await engine.store.view(async (view) => {
    const branch = branchOf(engine, place.table)
    if (branch === undefined) return undefined
    const [progress, mark] = await view.get([progressOf(branch), markOf(branch, place.key)])
    if (isCovered(progress, mark, keyInParent(branch, place.key))) return undefined
    const [value] = await readBranchValues(view, branch, [place.key])
    return { branch, value }
  })
  if (uncovered !== undefined) await cover(engine, place, uncovered)
}

interface Uncovered {
  readonly branch: Branch
  /** What it was in the parent. */
  readonly value: StoredValue | undefined
}

function cover(engine: ItemWriter, place: Place, { branch, value }: Uncovered): Promise<void> {
  const [progressKey, mark] = [progressOf(branch), markOf(branch, place.key)]
  const newItem = value === undefined ? undefined : StoredItem.decode(value)
  return engine.store.writeReading(
    (): readonly KeyBytes[] => [progressKey, mark, ...readsOf(engine.catalog, place)],
    (turn) => {
      // Others bring it over, too, and the copy goes on.
      if (branchOf(engine, place.table) === undefined) return
      if (isCovered(turn.get(progressKey), turn.get(mark), keyInParent(branch, place.key))) return
      if (newItem !== undefined) {
        const outcome = decideChange(engine, turn, { ...place, cause: 'restore', decide: () => ({ kind: 'become', newItem }) })
        if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
      }
      turn.put(mark, '')
    },
  )
}
