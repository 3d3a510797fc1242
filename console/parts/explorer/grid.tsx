/**
 * Items in rows and attributes in columns, the key first. The keyboard moves in it: arrows, Home and End, Enter opens, Space selects, Delete deletes what
 * is selected. Only what can be seen is there.
 */
import { useSignal } from '@preact/signals'
import { Download, ListPlus, Trash2 } from 'lucide-preact'
import { columnsMax, rowPixels } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import { type Item, keyText, partOf } from '../../values/attribute-value.ts'
import { counted } from '../../values/shown-numbers.ts'
import { Failed } from '../../widgets/told.tsx'
import { ValueLine } from '../../widgets/value-line.tsx'
import { VirtualRows } from '../../widgets/virtual-rows.tsx'
import { saveItems } from '../files/save-items.ts'
import { gather } from '../transaction/gathered.ts'
import type { Loaded } from './loaded-items.ts'

interface GridProps {
  readonly table: TableDescription
  readonly loaded: Loaded
  readonly onMore: () => void
  readonly onOpen: (at: number, item: Item) => void
  readonly onGone: (at: number) => void
}

export function Grid({ table, loaded: { items, next, isBusy }, onMore, onOpen, onGone }: GridProps) {
  const active = useSignal(0)
  const selected = useSignal<ReadonlySet<Item>>(new Set())
  const error = useSignal<unknown>(undefined)
  const key = keyNames(table.KeySchema)
  const attributes = attributesOf(items, key)
  const columns = `36px ${attributes.map((name) => (key.includes(name) ? 'minmax(150px, 1fr)' : 'minmax(120px, 1fr)')).join(' ')}`
  const toggle = (item: Item | undefined): void => {
    if (item === undefined) return
    const all = new Set(selected.value)
    if (!all.delete(item)) all.add(item)
    selected.value = all
  }
  const remove = async (): Promise<void> => {
    const chosen = items.flatMap((item, at) => (selected.value.has(item) ? [{ item, at }] : []))
    if (chosen.length === 0 || !confirm(`Delete ${counted(chosen.length, 'item')}? They are gone then.`)) return
    error.value = await removeAll(table, chosen, ({ item, at }) => {
      toggle(item)
      onGone(at)
    })
  }
  const addRemoval = (): void => {
    try {
      error.value = undefined
      for (const item of selected.value) {
        if (!gather({ tableName: table.TableName, key, before: item, after: undefined })) return
        toggle(item)
      }
    } catch (failed) {
      error.value = failed
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = movedTo(event.key, active.value, items.length)
    const item = items[active.value]
    if (to !== undefined) active.value = to
    else if (event.key === 'Enter' && item !== undefined) onOpen(active.value, item)
    else if (event.key === ' ') toggle(item)
    else if (event.key === 'Delete' && mayChange) void remove()
    else return
    event.preventDefault()
  }
  return (
    <>
      {error.value !== undefined && <Failed error={error.value} />}
      {selected.value.size > 0 && (
        <Selection items={[...selected.value]} name={table.TableName} onRemove={remove} onAddRemoval={addRemoval} />
      )}
      <VirtualRows
        class="grid"
        label={`Items of ${table.TableName}`}
        count={items.length}
        columns={columns}
        active={active.value}
        onKeyDown={onKeyDown}
        rowPixels={rowPixels}
        {...(next !== undefined && !isBusy && { onEnd: onMore })}
        head={<GridHead attributes={attributes} keyNames={key} />}
        row={(at) => (
          <GridRow
            item={items[at]}
            at={at}
            attributes={attributes}
            keyNames={key}
            isSelected={selected.value.has(items[at] as Item)}
            onToggle={toggle}
            onOpen={onOpen}
          />
        )}
      />
      <GridFoot next={next} isBusy={isBusy} count={items.length} onMore={onMore} />
    </>
  )
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

function GridHead({ attributes, keyNames: key }: { readonly attributes: readonly string[]; readonly keyNames: readonly string[] }) {
  return (
    <>
      <span role="columnheader">
        <span class="hidden">Selected</span>
      </span>
      {attributes.map((name) => (
        <span key={name} role="columnheader" class={key.includes(name) ? 'is-key' : ''} title={name}>
          <bdi>{name}</bdi>
        </span>
      ))}
    </>
  )
}

interface GridFootProps {
  readonly next: Item | undefined
  readonly isBusy: boolean
  readonly count: number
  readonly onMore: () => void
}

function GridFoot({ next, isBusy, count, onMore }: GridFootProps) {
  return (
    <p class="grid-foot soft">
      {next === undefined && `${counted(count, 'item')}: the end.`}
      {next !== undefined && isBusy && 'Reading the next page …'}
      {next !== undefined && !isBusy && (
        <button type="button" class="button" onClick={onMore}>
          Next page, behind {keyText(next, Object.keys(next))}
        </button>
      )}
    </p>
  )
}

interface GridRowProps {
  readonly item: Item | undefined
  readonly at: number
  readonly attributes: readonly string[]
  readonly keyNames: readonly string[]
  readonly isSelected: boolean
  readonly onToggle: (item: Item) => void
  readonly onOpen: (at: number, item: Item) => void
}

function GridRow({ item, at, attributes, keyNames: key, isSelected, onToggle, onOpen }: GridRowProps) {
  if (item === undefined) return null
  return (
    <>
      <span role="cell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${keyText(item, key)}`}
          checked={isSelected}
          onChange={() => onToggle(item)}
        />
      </span>
      {attributes.map((name, column) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: Enter opens the row that the grid is at.
        <span key={name} role="cell" class="cell" onClick={() => onOpen(at, item)}>
          {column === 0 ? (
            <button type="button" class="cell-open" tabIndex={-1} aria-label={`Open ${keyText(item, key)}`}>
              <ValueLine value={item[name]} />
            </button>
          ) : (
            <ValueLine value={item[name]} />
          )}
        </span>
      ))}
    </>
  )
}

interface SelectionProps {
  readonly items: readonly Item[]
  readonly name: string
  readonly onRemove: () => void
  readonly onAddRemoval: () => void
}

function Selection({ items, name, onRemove, onAddRemoval }: SelectionProps) {
  return (
    <div class="selection" role="toolbar" aria-label="What is selected">
      <span>{counted(items.length, 'item')} selected</span>
      <button type="button" class="button" onClick={() => saveItems(name, items, 'DynamoDB JSON')}>
        <Download size={15} aria-hidden="true" /> Save as DynamoDB JSON
      </button>
      {mayChange && (
        <>
          <button type="button" class="button" onClick={onAddRemoval}>
            <ListPlus size={15} aria-hidden="true" /> Add their deletion to transaction
          </button>
          <button type="button" class="button is-danger" onClick={onRemove}>
            <Trash2 size={15} aria-hidden="true" /> Delete
          </button>
        </>
      )}
    </div>
  )
}

/** The key first, then what most items have. */
function attributesOf(items: readonly Item[], key: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const item of items) for (const name of Object.keys(item)) counts.set(name, (counts.get(name) ?? 0) + 1)
  const others = [...counts.keys()]
    .filter((name) => !key.includes(name))
    .sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0))
  return [...key, ...others].slice(0, columnsMax)
}

function movedTo(pressed: string, at: number, length: number): number | undefined {
  const last = Math.max(0, length - 1)
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -last, End: last }
  const step = steps[pressed]
  return step === undefined ? undefined : Math.min(last, Math.max(0, at + step))
}
