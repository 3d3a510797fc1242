/** The items of a grid that are selected, and what can be done with all of them. */
import { useSignal } from '@preact/signals'
import { call } from '../../server/ask.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import { type Item, partOf } from '../../values/attribute-value.ts'
import { counted } from '../../values/shown-numbers.ts'
import { gather } from '../transaction/gathered.ts'

export interface Selection {
  readonly selected: ReadonlySet<Item>
  /** Why the newest deed ended early. */
  readonly error: unknown
  toggle(item: Item | undefined): void
  /** One after the other, if that is meant. */
  remove(): Promise<void>
  /** To the transaction. */
  addRemoval(): void
}

export function useSelection(table: TableDescription, items: readonly Item[], onGone: (at: number) => void): Selection {
  const selected = useSignal<ReadonlySet<Item>>(new Set())
  const error = useSignal<unknown>(undefined)
  const toggle = (item: Item | undefined): void => {
    if (item === undefined) return
    const all = new Set(selected.value)
    if (!all.delete(item)) all.add(item)
    selected.value = all
  }
  return {
    selected: selected.value,
    error: error.value,
    toggle,
    remove: async () => {
      const chosen = items.flatMap((item, at) => (selected.value.has(item) ? [{ item, at }] : []))
      if (chosen.length === 0 || !confirm(`Delete ${counted(chosen.length, 'item')}? They are gone then.`)) return
      error.value = await removeAll(table, chosen, ({ item, at }) => {
        toggle(item)
        onGone(at)
      })
    },
    addRemoval: () => {
      try {
        error.value = undefined
        for (const item of selected.value) {
          if (!gather({ tableName: table.TableName, key: keyNames(table.KeySchema), before: item, after: undefined })) return
          toggle(item)
        }
      } catch (failed) {
        error.value = failed
      }
    },
  }
}

interface Place {
  readonly item: Item
  readonly at: number
}

/** From the last to the first, so that places stay true. Resolves with why it ended early, or with undefined. */
async function removeAll(
  { TableName, KeySchema }: TableDescription,
  places: readonly Place[],
  onGone: (place: Place) => void,
): Promise<unknown> {
  for (const place of places.toReversed()) {
    try {
      await call('DeleteItem', { TableName, Key: partOf(place.item, keyNames(KeySchema)) })
      onGone(place)
    } catch (failed) {
      return failed
    }
  }
  return undefined
}
