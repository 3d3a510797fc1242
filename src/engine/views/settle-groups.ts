/** From what is stored of rows and what changes in them to what they are afterwards. Reads beside the turn: nobody else writes what is read here. */
import { compareBytes, latin1 } from '../../base/bytes.ts'
import type { View } from '../../storage/store.ts'
import { added } from '../../values/exact-sum.ts'
import { groupKey, orderRange, type ViewId } from '../keyspace/view-keys.ts'
import { orderBudget } from '../limits.ts'
import { readRange } from '../records/read-range.ts'
import type { Measure } from './contribution.ts'
import type { EntryChange, GroupChange } from './group-changes.ts'
import { decodeGroup, type GroupState, type OrderEntry, type PartState } from './group-state.ts'

export interface SettledGroup {
  readonly change: GroupChange
  readonly state: GroupState
}

interface SettledView {
  readonly viewId: ViewId
  readonly measures: readonly Measure[]
}

/** The groups as they are with these changes. */
export async function settleGroups(
  view: Pick<View, 'get' | 'scan'>,
  { viewId, measures }: SettledView,
  changes: readonly GroupChange[],
): Promise<readonly SettledGroup[]> {
  const stored = await view.get(changes.map(({ digest }) => groupKey(viewId, digest)))
  const settled: SettledGroup[] = []
  for (const [at, change] of changes.entries()) {
    const before = decodeGroup(measures, stored[at])
    const parts: PartState[] = []
    for (const [measure, { kind }] of measures.entries()) {
      const part = before.parts[measure]
      if (part?.kind === 'ordered') {
        const order = { viewId, digest: change.digest, measure, kind: kind === 'first' ? 'first' : 'last' } as const
        parts.push({ kind: 'ordered', best: await settleOrder(view, order, part.best, change.entries.get(measure)) })
      } else if (part !== undefined) {
        const moved = change.sums.get(measure)
        parts.push(moved === undefined ? part : { kind: 'sum', sum: added(part.sum, moved) })
      }
    }
    settled.push({ change, state: { count: before.count + change.count, parts } })
  }
  return settled
}

interface Order {
  readonly viewId: ViewId
  readonly digest: Uint8Array
  readonly measure: number
  readonly kind: 'first' | 'last'
}

/** The entry that comes first, or last, with these changes. Only when the one that did is gone are the others looked at. */
async function settleOrder(
  view: Pick<View, 'scan'>,
  order: Order,
  before: OrderEntry | undefined,
  changes: ReadonlyMap<string, EntryChange> | undefined,
): Promise<OrderEntry | undefined> {
  if (changes === undefined) return before
  let best: OrderEntry | undefined
  for (const { key, text } of changes.values()) {
    if (text !== undefined && isBetter(order, { key, text }, best)) best = { key, text }
  }
  if (before === undefined) return best
  // The same entry may have another text now: then it is among the changes.
  const isChanged = changes.has(latin1(before.key))
  if (!isChanged) return isBetter(order, before, best) ? before : best
  if (best !== undefined && !isBetter(order, before, best)) return best
  const next = await firstUnchanged(view, order, changes)
  return next !== undefined && isBetter(order, next, best) ? next : best
}

function isBetter({ kind }: Order, one: OrderEntry, other: OrderEntry | undefined): boolean {
  if (other === undefined) return true
  const order = compareBytes(one.key, other.key)
  return kind === 'first' ? order < 0 : order > 0
}

async function firstUnchanged(
  view: Pick<View, 'scan'>,
  order: Order,
  changes: ReadonlyMap<string, EntryChange>,
): Promise<OrderEntry | undefined> {
  const range = { ...orderRange(order), reverse: order.kind === 'last' }
  for await (const entries of readRange(view, range, orderBudget)) {
    const found = entries.find(({ key }) => !changes.has(latin1(key)))
    if (found !== undefined) return { key: found.key, text: String(found.value) }
  }
  return undefined
}
