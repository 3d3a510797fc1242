/** One item, edited as JSON: how large it is, what saving it costs, what differs from what was read; saved only if nobody changed the same meanwhile. */
import { useMemo } from 'preact/hooks'
import { itemBytesMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { indexesOf, keyNames, type TableDescription } from '../../server/tables.ts'
import { type Item, keyText, partOf } from '../../values/attribute-value.ts'
import { itemBytes, writeUnits } from '../../values/item-size.ts'
import { bytes, count } from '../../values/shown-numbers.ts'
import { ChoiceButtons } from '../../widgets/choice-buttons.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Failed } from '../../widgets/told.tsx'
import { changeFor, gather } from '../transaction/gathered.ts'
import { Differences, Met } from './differences.tsx'
import { changesBetween } from './item-changes.ts'
import { type EditedItem, useEditedItem } from './use-edited-item.ts'

interface ItemEditorProps {
  readonly table: TableDescription
  /** Undefined: a new one. */
  readonly item: Item | undefined
  readonly onClose: () => void
  readonly onSaved: (item: Item | undefined) => void
}

export function ItemEditor({ table, item, onClose, onSaved }: ItemEditorProps) {
  const key = keyNames(table.KeySchema)
  // What is gathered goes on from where it was left.
  const known = useMemo(() => (item === undefined ? undefined : changeFor(table.TableName, key, item)), [])
  const edit = useEditedItem(table, known?.before ?? item, known?.after)
  const { changes, edited, error, met } = edit
  const save = async (): Promise<void> => {
    const saved = await edit.save()
    if (saved !== undefined) onSaved(saved)
  }
  const add = (after: Item | undefined): void => {
    try {
      if (gather({ tableName: table.TableName, key, before: edit.read.value, after }, known)) onClose()
    } catch (failed) {
      error.value = failed
    }
  }
  const isTouched = (): boolean => (known === undefined ? changes.value : changesBetween(known.after, edited.value.value ?? {})).length > 0
  return (
    <Dialog
      title={item === undefined ? `New item of ${table.TableName}` : keyText(item, key)}
      onClose={onClose}
      isSide
      mayClose={() => !isTouched() || item === undefined || confirm('Close without saving what was changed?')}
    >
      {known !== undefined && <p class="soft">This is how the transaction has it.</p>}
      <Text table={table} edit={edit} />
      {item !== undefined && changes.value.length > 0 && <Differences title="What changes" changes={changes.value} />}
      {error.value !== undefined && <Failed error={error.value} />}
      {met.value !== undefined && <Met changes={met.value} onTake={edit.takeMet} />}
      {mayChange && (
        <Foot
          table={table}
          item={item}
          isReady={edited.value.value !== undefined && changes.value.length > 0}
          onSave={save}
          onAdd={() => add(edited.value.value)}
          onAddRemoval={() => add(undefined)}
          onSaved={onSaved}
          onError={(failed) => {
            error.value = failed
          }}
        />
      )}
    </Dialog>
  )
}

function Text({ table, edit: { text, form, edited, switchTo } }: { readonly table: TableDescription; readonly edit: EditedItem }) {
  const { value, problem } = edited.value
  return (
    <>
      <ChoiceButtons
        label="Form of the text"
        choices={['plain', 'dynamodb']}
        chosen={form.value}
        onChoose={switchTo}
        words={{ plain: 'JSON', dynamodb: 'DynamoDB JSON' }}
      />
      <span class="soft">{value === undefined ? '' : sizeWords(value, table)}</span>
      <textarea
        class="item-text"
        aria-label="The item as JSON"
        spellcheck={false}
        readOnly={!mayChange}
        value={text.value}
        aria-invalid={problem !== undefined}
        onInput={(event) => {
          text.value = event.currentTarget.value
        }}
      />
      {problem !== undefined && (
        <p class="warn" role="alert">
          {problem}
        </p>
      )}
    </>
  )
}

interface FootProps {
  readonly table: TableDescription
  readonly item: Item | undefined
  readonly isReady: boolean
  readonly onSave: () => void
  readonly onAdd: () => void
  readonly onAddRemoval: () => void
  readonly onSaved: (item: undefined) => void
  readonly onError: (error: unknown) => void
}

function Foot({ table, item, isReady, onSave, onAdd, onAddRemoval, onSaved, onError }: FootProps) {
  const remove = async (): Promise<void> => {
    if (item === undefined || !confirm('Delete this item? It is gone then.')) return
    const Key = partOf(item, keyNames(table.KeySchema))
    try {
      await call('DeleteItem', { TableName: table.TableName, Key })
      onSaved(undefined)
    } catch (failed) {
      onError(failed)
    }
  }
  return (
    <div class="dialog-foot">
      {item !== undefined && (
        <>
          <button type="button" class="button is-danger" onClick={remove}>
            Delete
          </button>
          <button type="button" class="button" onClick={onAddRemoval}>
            Add its deletion to transaction
          </button>
        </>
      )}
      <button type="button" class="button" disabled={!isReady} onClick={onAdd}>
        Add to transaction
      </button>
      <button type="button" class="button is-main" disabled={!isReady} onClick={onSave}>
        Save
      </button>
    </div>
  )
}

function sizeWords(item: Item, table: TableDescription): string {
  const size = itemBytes(item)
  const indexes = indexesOf(table).length
  const more = indexes === 0 ? '' : `, and up to twice that for ${indexes === 1 ? 'its index' : `each of its ${count(indexes)} indexes`}`
  return `${bytes(size)} of ${bytes(itemBytesMax)}; to write it takes ${count(writeUnits(size))} WCU${more}`
}
