/**
 * Changes of items that are gathered instead of saved, to be sent as one transaction: kept in this page, whatever view is shown, until they are sent or
 * given up. Who leaves the page with some is asked.
 */
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { transactionActionsMax } from '../../limits.ts'
import { type AttributeValue, type Item, isSame, partOf } from '../../values/attribute-value.ts'
import { counted } from '../../values/shown-numbers.ts'
import { actionsOf, type Change, changesBetween, type Edit, type TransactAction } from '../item/item-changes.ts'

/** Why a transaction was cancelled, as TransactWriteItems tells it of one action. */
export interface Reason {
  readonly Code: string
  readonly Message?: string
  /** The item as it is, where a condition failed. */
  readonly Item?: Item
}

export interface Gathered extends Edit {
  readonly id: number
  /** What is changed, and by which actions: worked out once, as items may be large. */
  readonly changes: readonly Change[]
  readonly actions: readonly TransactAction[]
  /** Of the newest try; undefined while there is nothing against it. */
  readonly reason?: Reason
}

/** Of an item that is there before and after it. */
interface ChangeOfItem extends Gathered {
  readonly before: Item
  readonly after: Item
}

const all = signal<readonly Gathered[]>([])
/** In the order in which they were gathered, which is that of the actions. */
export const gathered: ReadonlySignal<readonly Gathered[]> = all
/** Counts the transactions that were done: what is shown of their tables is not true any more. */
export const sent: Signal<number> = signal(0)

let lastId = 0

/** One change of an item at most: another one takes its place, if that is meant. Throws an Error of a sentence when there is no room. Returns whether it was taken. */
export function gather(edit: Edit, replaced?: Gathered): boolean {
  const known = gatheredFor(edit.tableName, edit.key, edit.before ?? edit.after ?? {})
  if (known !== undefined && known.id !== replaced?.id && !confirm('The transaction has this item already. Put this change in its place?'))
    return false
  lastId += 1
  const entry = entryOf(edit, lastId)
  const others = all.value.filter((each) => each.id !== known?.id && each.id !== replaced?.id)
  if (actionCount([...others, entry]) > transactionActionsMax)
    throw new Error(`A transaction has ${counted(transactionActionsMax, 'action')} at most: send or remove some.`)
  all.value = [...others, entry]
  return true
}

export function gatheredFor(tableName: string, key: readonly string[], item: Item): Gathered | undefined {
  return all.value.find((each) => each.tableName === tableName && key.every((name) => isSame(keyValue(each, name), item[name])))
}

/** The change of an item that is gathered; undefined where there is none, or where it makes the item or deletes it. */
export function changeFor(tableName: string, key: readonly string[], item: Item): ChangeOfItem | undefined {
  const known = gatheredFor(tableName, key, item)
  return known?.before === undefined || known.after === undefined ? undefined : { ...known, before: known.before, after: known.after }
}

function keyValue({ before, after }: Edit, name: string): AttributeValue | undefined {
  return (before ?? after)?.[name]
}

export function keyOf({ key, before, after }: Edit): Item {
  return partOf(before ?? after ?? {}, key)
}

function entryOf({ tableName, key, before, after }: Edit, id: number): Gathered {
  const edit = { tableName, key, before, after }
  return { ...edit, id, changes: changesBetween(before ?? {}, after ?? {}), actions: actionsOf(edit) }
}

export function actionCount(entries: readonly Gathered[]): number {
  return entries.reduce((sum, entry) => sum + entry.actions.length, 0)
}

/** Without these; all of them when none is named. */
export function forget(entries: readonly Gathered[] = all.value): void {
  const gone = new Set(entries.map(({ id }) => id))
  all.value = all.value.filter(({ id }) => !gone.has(id))
}

/** What the newest try said of each. */
export function tell(reasons: ReadonlyMap<number, Reason>): void {
  all.value = all.value.map(({ reason: _, ...each }) => {
    const reason = reasons.get(each.id)
    return reason === undefined ? each : { ...each, reason }
  })
}

/** From now on the item as somebody else made it is what was read, and what was changed is changed on top of it. */
export function takeMet({ id }: Gathered, found: Item): void {
  const taken = all.value.map((each) => (each.id === id ? onTopOf(each, found) : each))
  // What somebody else did the same needs nothing more.
  all.value = taken.filter((each) => each.changes.length > 0)
}

function onTopOf(entry: Gathered, found: Item): Gathered {
  const { id, before, after, changes } = entry
  if (after === undefined || before === undefined) return entryOf({ ...entry, before: found }, id)
  const merged: { [name: string]: AttributeValue } = { ...found }
  for (const { name, after: value } of changes) {
    if (value === undefined) delete merged[name]
    else merged[name] = value
  }
  return entryOf({ ...entry, before: found, after: merged }, id)
}

effect(() => {
  if (all.value.length > 0) addEventListener('beforeunload', askBeforeLeaving)
  else removeEventListener('beforeunload', askBeforeLeaving)
})

function askBeforeLeaving(event: Event): void {
  event.preventDefault()
}
