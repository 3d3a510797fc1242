/** One value of the grid while it is edited where it stands: saved on the condition that it is still as it was shown, or added to the transaction. */
import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { cellEditedTextMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { itemMet } from '../../server/server-error.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import { type AttributeValue, type Item, isSame } from '../../values/attribute-value.ts'
import { type Change, changesBetween, writeOf } from '../item/item-changes.ts'
import { changeFor, gather } from '../transaction/gathered.ts'

type CellKind = 'S' | 'N' | 'BOOL'

interface EditedCell {
  /** As the grid shows it. */
  readonly item: Item
  readonly name: string
  readonly kind: CellKind
}

export interface CellEdit {
  readonly edited: EditedCell | undefined
  readonly text: Signal<string>
  readonly isBusy: boolean
  readonly error: unknown
  /** What somebody else made of the item meanwhile; undefined while nobody did. */
  readonly met: readonly Change[] | undefined
  /** Whether the value is one that can be edited in a cell. */
  isFor(item: Item, name: string): boolean
  /** False where the value is none that can be edited in a cell. */
  begin(item: Item, name: string): boolean
  save(): Promise<void>
  add(): void
  leave(): void
  /** From now on what somebody else made of the item is what was shown. */
  takeMet(): void
}

export function useCellEdit(table: TableDescription, items: readonly Item[], onChanged: (at: number, item: Item) => void): CellEdit {
  const edited = useSignal<EditedCell | undefined>(undefined)
  const text = useSignal('')
  const isBusy = useSignal(false)
  const error = useSignal<unknown>(undefined)
  const found = useSignal<Item | undefined>(undefined)
  const key = keyNames(table.KeySchema)
  // While a value is saved another page may come.
  const newest = useRef(items)
  newest.current = items
  const show = (before: Item, after: Item): void => {
    const at = newest.current.indexOf(before)
    if (at >= 0) onChanged(at, after)
  }
  const leave = (): void => {
    if (edited.value !== undefined && found.value !== undefined) show(edited.value.item, found.value)
    edited.value = undefined
    error.value = undefined
    found.value = undefined
  }
  return {
    edited: edited.value,
    text,
    isBusy: isBusy.value,
    error: error.value,
    met: edited.value === undefined || found.value === undefined ? undefined : changesBetween(edited.value.item, found.value),
    isFor: (item, name) => kindFor(item, name, key) !== undefined,
    begin: (item, name) => {
      const kind = kindFor(item, name, key)
      if (kind === undefined) return false
      if (edited.value?.item === item && edited.value.name === name) return true
      if (isTouched(edited.value, text.value) && !confirm('Leave the value that is edited without saving it?')) return true
      leave()
      edited.value = { item, name, kind }
      text.value = textOf(item[name])
      return true
    },
    save: async () => {
      const cell = edited.value
      if (cell === undefined || isBusy.value) return
      if (!isTouched(cell, text.value)) return leave()
      isBusy.value = true
      try {
        found.value = await saveCell(table, cell, text.value)
        leave()
      } catch (failed) {
        error.value = failed
        found.value = itemMet(failed)
      }
      isBusy.value = false
    },
    add: () => {
      const cell = edited.value
      if (cell === undefined || !isTouched(cell, text.value)) return leave()
      try {
        if (gatherCell(table, cell, text.value)) leave()
      } catch (failed) {
        error.value = failed
      }
    },
    leave,
    takeMet: () => {
      const [cell, item] = [edited.value, found.value]
      if (cell === undefined || item === undefined) return
      leave()
      edited.value = { ...cell, item }
    },
  }
}

/** Resolves with the item as it is saved, as far as it was shown. Rejects with ServerError. */
async function saveCell({ TableName, KeySchema }: TableDescription, { item, name, kind }: EditedCell, text: string): Promise<Item> {
  const after = { ...item, [name]: typedValue(kind, text) }
  const { operation, input } = writeOf({ tableName: TableName, key: keyNames(KeySchema), before: item, after })
  await call(operation, input)
  return after
}

/** On top of what the transaction has of the item. Throws an Error when there is no room. */
function gatherCell({ TableName, KeySchema }: TableDescription, { item, name, kind }: EditedCell, text: string): boolean {
  const key = keyNames(KeySchema)
  const known = changeFor(TableName, key, item)
  const after = { ...(known?.after ?? item), [name]: typedValue(kind, text) }
  return gather({ tableName: TableName, key, before: known?.before ?? item, after }, known)
}

/** What a field of one line, or a few, would change by showing it is edited as JSON: long strings, and those with signs that cannot be seen. */
function kindFor(item: Item, name: string, key: readonly string[]): CellKind | undefined {
  const value = item[name]
  if (!mayChange || value === undefined || key.includes(name)) return undefined
  if ('N' in value) return 'N'
  if ('BOOL' in value) return 'BOOL'
  return 'S' in value && value.S.length <= cellEditedTextMax && !unseen.test(value.S) ? 'S' : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/

function textOf(value: AttributeValue | undefined): string {
  return value === undefined ? '' : String(Object.values(value)[0])
}

function typedValue(kind: CellKind, text: string): AttributeValue {
  if (kind === 'BOOL') return { BOOL: text === 'true' }
  return kind === 'N' ? { N: text.trim() } : { S: text }
}

function isTouched(cell: EditedCell | undefined, text: string): boolean {
  return cell !== undefined && !isSame(cell.item[cell.name], typedValue(cell.kind, text))
}
