/** An item while it is edited: its text, what it says, what differs from what was read, and how it is saved. */
import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals'
import { call } from '../../server/ask.ts'
import { itemMet } from '../../server/server-error.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { type Change, changesBetween, writeOf } from './item-changes.ts'
import { type Form, itemOf, textOf } from './item-text.ts'

export interface EditedItem {
  readonly text: Signal<string>
  readonly form: Signal<Form>
  /** What the text says, or in a sentence why it says no item. */
  readonly edited: ReadonlySignal<{ readonly value?: Item; readonly problem?: string }>
  readonly changes: ReadonlySignal<readonly Change[]>
  /** As it was read, or as somebody else made it since that was looked at; undefined: a new one. */
  readonly read: ReadonlySignal<Item | undefined>
  readonly error: Signal<unknown>
  /** What somebody else made of it meanwhile; undefined while nobody did. */
  readonly met: ReadonlySignal<readonly Change[] | undefined>
  switchTo(form: Form): void
  /** Resolves with the item as it was saved, or with undefined when it was not. */
  save(): Promise<Item | undefined>
  /** From now on what somebody else made of it is what was read. */
  takeMet(): void
}

/** `item` undefined: a new one. `begun`: what was made of it already. */
export function useEditedItem(table: TableDescription, item: Item | undefined, begun?: Item): EditedItem {
  const form = useSignal<Form>('plain')
  const text = useSignal(textOf(begun ?? item ?? newItem(table), 'plain'))
  const read = useSignal(item)
  const error = useSignal<unknown>(undefined)
  const found = useSignal<Item | undefined>(undefined)
  const edited = useComputed(() => attempt(() => itemOf(text.value, form.value)))
  const changes = useComputed(() => (edited.value.value === undefined ? [] : changesBetween(read.value ?? {}, edited.value.value)))
  const met = useComputed(() => (found.value === undefined ? undefined : changesBetween(read.value ?? {}, found.value)))
  return {
    text,
    form,
    edited,
    changes,
    read,
    error,
    met,
    switchTo: (next) => {
      const { value } = edited.value
      if (value === undefined) return
      text.value = textOf(value, next)
      form.value = next
    },
    save: async () => {
      const { value } = edited.value
      if (value === undefined) return undefined
      const { operation, input } = writeOf({ tableName: table.TableName, key: keyNames(table.KeySchema), before: read.value, after: value })
      try {
        await call(operation, input)
        return value
      } catch (failed) {
        error.value = failed
        found.value = itemMet(failed)
        return undefined
      }
    },
    takeMet: () => {
      read.value = found.value
      found.value = undefined
      error.value = undefined
    },
  }
}

function attempt(make: () => Item): { readonly value?: Item; readonly problem?: string } {
  try {
    return { value: make() }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

/** With the key's attributes, which it cannot do without. */
function newItem({ KeySchema, AttributeDefinitions }: TableDescription): Item {
  const empty = (name: string): AttributeValue => {
    const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType
    return type === 'N' ? { N: '0' } : type === 'B' ? { B: '' } : { S: '' }
  }
  return Object.fromEntries(keyNames(KeySchema).map((name) => [name, empty(name)]))
}
