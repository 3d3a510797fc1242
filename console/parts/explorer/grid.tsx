/**
 * Items in rows and attributes in columns, the key first. The keyboard moves in it: arrows, Home and End; Enter and F2 edit a value where it stands, or
 * open the item, Space selects, Delete deletes what is selected. Only what can be seen is there.
 */
import { useSignal } from '@preact/signals'
import { Download, ListPlus, Trash2 } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import { columnsMax, rowPixels } from '../../limits.ts'
import { mayChange } from '../../server/keys.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import { type Item, keyText, lineOf } from '../../values/attribute-value.ts'
import { counted } from '../../values/shown-numbers.ts'
import { Failed } from '../../widgets/told.tsx'
import { ValueLine } from '../../widgets/value-line.tsx'
import { VirtualRows } from '../../widgets/virtual-rows.tsx'
import { saveItems } from '../files/save-items.ts'
import { gatheredFor } from '../transaction/gathered.ts'
import { CellEditFoot, CellEditor } from './cell-editor.tsx'
import type { Loaded } from './loaded-items.ts'
import { type CellEdit, useCellEdit } from './use-cell-edit.ts'
import { type Selection, useSelection } from './use-selection.ts'

interface GridProps {
  readonly table: TableDescription
  readonly loaded: Loaded
  readonly onMore: () => void
  readonly onOpen: (at: number, item: Item) => void
  /** After a write of the grid's own; undefined: the item is gone. */
  readonly onChanged: (at: number, item: Item | undefined) => void
}

export function Grid({ table, loaded: { items, next, isBusy }, onMore, onOpen, onChanged }: GridProps) {
  const active = useSignal<{ readonly at: number; readonly name: string; readonly isMoved?: boolean }>({ at: 0, name: '' })
  const key = keyNames(table.KeySchema)
  const attributes = attributesOf(items, key)
  // Columns beyond the edge come into sight; whoever scrolls away by himself is left alone.
  useEffect(() => {
    if (active.value.isMoved === true) document.querySelector('.grid .is-at')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [active.value])
  const column = Math.max(0, attributes.indexOf(active.value.name))
  const selection = useSelection(table, items, (at) => onChanged(at, undefined))
  const edit = useCellEdit(table, items, onChanged)
  const columns = `36px ${attributes.map((name) => (key.includes(name) ? 'minmax(150px, 1fr)' : 'minmax(120px, 1fr)')).join(' ')}`
  const activate = (at: number, name: string): void => {
    const item = items[at]
    if (item !== undefined && !edit.begin(item, name)) onOpen(at, item)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { at } = active.value
    const name = attributes[column] ?? ''
    const to = movedTo(event.key, at, items.length)
    const side = attributes[column + (steps[event.key] ?? 0)]
    if (to !== undefined) active.value = { at: to, name, isMoved: true }
    else if (event.key in steps) active.value = { at, name: side ?? name, isMoved: true }
    else if (event.key === 'Enter' || event.key === 'F2') activate(at, name)
    else if (event.key === ' ') selection.toggle(items[at])
    else if (event.key === 'Delete' && mayChange) void selection.remove()
    else return
    event.preventDefault()
  }
  return (
    <>
      {selection.error !== undefined && <Failed error={selection.error} />}
      {selection.selected.size > 0 && <Selected selection={selection} name={table.TableName} />}
      <VirtualRows
        class="grid"
        label={`Items of ${table.TableName}`}
        count={items.length}
        columns={columns}
        active={active.value.at}
        onKeyDown={onKeyDown}
        rowPixels={rowPixels}
        {...(next !== undefined && !isBusy && { onEnd: onMore })}
        head={<GridHead attributes={attributes} keyNames={key} />}
        row={(at) => (
          <GridRow
            table={table}
            item={items[at]}
            attributes={attributes}
            column={at === active.value.at ? column : undefined}
            edit={edit}
            isSelected={selection.selected.has(items[at] as Item)}
            onToggle={selection.toggle}
            onChoose={(name) => (active.value = { at, name })}
            onActivate={(name) => activate(at, name)}
          />
        )}
      />
      {active.value.isMoved === true && <Said item={items[active.value.at]} name={attributes[column] ?? ''} />}
      <CellEditFoot edit={edit} keyNames={key} />
      <GridFoot next={next} isBusy={isBusy} count={items.length} onMore={onMore} />
    </>
  )
}

/** Between columns. */
const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }

/** Where the keyboard is, for who hears the page. */
function Said({ item, name }: { readonly item: Item | undefined; readonly name: string }) {
  const value = item?.[name]
  return (
    <span class="hidden" aria-live="polite">
      {`${name}: ${value === undefined ? 'nothing' : lineOf(value)}`}
    </span>
  )
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
  readonly table: TableDescription
  readonly item: Item | undefined
  readonly attributes: readonly string[]
  /** Where the keyboard is, if it is in this row. */
  readonly column: number | undefined
  readonly edit: CellEdit
  readonly isSelected: boolean
  readonly onToggle: (item: Item) => void
  readonly onChoose: (name: string) => void
  readonly onActivate: (name: string) => void
}

function GridRow({ table, item, attributes, column, edit, isSelected, onToggle, onChoose, onActivate }: GridRowProps) {
  if (item === undefined) return null
  const key = keyNames(table.KeySchema)
  const isGathered = gatheredFor(table.TableName, key, item) !== undefined
  return (
    <>
      <span role="cell" class={isGathered ? 'is-gathered' : ''} title={isGathered ? 'In the transaction' : undefined}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select ${keyText(item, key)}${isGathered ? ', in the transaction' : ''}`}
          checked={isSelected}
          onChange={() => onToggle(item)}
        />
      </span>
      {attributes.map((name, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: Enter edits or opens what the grid is at.
        <span
          key={name}
          role="cell"
          class={at === column ? 'cell is-at' : 'cell'}
          onClick={() => (edit.isFor(item, name) ? onChoose(name) : onActivate(name))}
          onDblClick={() => edit.isFor(item, name) && onActivate(name)}
        >
          {edit.edited?.item === item && edit.edited.name === name ? (
            <CellEditor edit={edit} label={`${name} of ${keyText(item, key)}`} />
          ) : at === 0 ? (
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

function Selected({ selection: { selected, remove, addRemoval }, name }: { readonly selection: Selection; readonly name: string }) {
  return (
    <div class="selection" role="toolbar" aria-label="What is selected">
      <span>{counted(selected.size, 'item')} selected</span>
      <button type="button" class="button" onClick={() => saveItems(name, [...selected], 'DynamoDB JSON')}>
        <Download size={15} aria-hidden="true" /> Save as DynamoDB JSON
      </button>
      {mayChange && (
        <>
          <button type="button" class="button" onClick={addRemoval}>
            <ListPlus size={15} aria-hidden="true" /> Add their deletion to transaction
          </button>
          <button type="button" class="button is-danger" onClick={remove}>
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
  const rows: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -last, End: last }
  const step = rows[pressed]
  return step === undefined ? undefined : Math.min(last, Math.max(0, at + step))
}
