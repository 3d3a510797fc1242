/** One item, edited as JSON: how large it is, what saving it costs, what differs from what was read; saved only if nobody changed the same meanwhile. */
import { itemBytesMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { indexesOf, keyNames, type TableDescription } from '../../server/tables.ts'
import { type AttributeValue, type Item, keyText, lineOf, partOf } from '../../values/attribute-value.ts'
import { itemBytes, writeUnits } from '../../values/item-size.ts'
import { bytes, count } from '../../values/shown-numbers.ts'
import { Dialog } from '../../widgets/dialog.tsx'
import { Failed } from '../../widgets/told.tsx'
import type { Change } from './item-changes.ts'
import { type EditedItem, useEditedItem } from './use-edited-item.ts'

interface ItemEditorProps {
  readonly table: TableDescription
  /** Undefined: a new one. */
  readonly item: Item | undefined
  readonly onClose: () => void
  readonly onSaved: (item: Item | undefined) => void
}

export function ItemEditor({ table, item, onClose, onSaved }: ItemEditorProps) {
  const edit = useEditedItem(table, item)
  const { changes, error, met } = edit
  const save = async (): Promise<void> => {
    const saved = await edit.save()
    if (saved !== undefined) onSaved(saved)
  }
  return (
    <Dialog
      title={item === undefined ? `New item of ${table.TableName}` : keyText(item, keyNames(table.KeySchema))}
      onClose={onClose}
      isSide
      mayClose={() => changes.value.length === 0 || item === undefined || confirm('Close without saving what was changed?')}
    >
      <Text table={table} edit={edit} />
      {item !== undefined && changes.value.length > 0 && <Differences title="What changes" changes={changes.value} />}
      {error.value !== undefined && <Failed error={error.value} />}
      {met.value !== undefined && <Met changes={met.value} onTake={edit.takeMet} />}
      {mayChange && (
        <Foot
          table={table}
          item={item}
          isReady={edit.edited.value.value !== undefined && changes.value.length > 0}
          onSave={save}
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
      <div class="choices" role="group" aria-label="Form of the text">
        {(['plain', 'dynamodb'] as const).map((each) => (
          <button
            key={each}
            type="button"
            class={each === form.value ? 'button is-chosen' : 'button'}
            aria-pressed={each === form.value}
            onClick={() => switchTo(each)}
          >
            {each === 'plain' ? 'JSON' : 'DynamoDB JSON'}
          </button>
        ))}
        <span class="soft">{value === undefined ? '' : sizeWords(value, table)}</span>
      </div>
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
  readonly onSaved: (item: undefined) => void
  readonly onError: (error: unknown) => void
}

function Foot({ table, item, isReady, onSave, onSaved, onError }: FootProps) {
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
        <button type="button" class="button is-danger" onClick={remove}>
          Delete
        </button>
      )}
      <button type="button" class="button is-main" disabled={!isReady} onClick={onSave}>
        Save
      </button>
    </div>
  )
}

/** Somebody changed the same meanwhile: what he did is shown, and nothing is overwritten unless it was looked at. */
function Met({ changes, onTake }: { readonly changes: readonly Change[]; readonly onTake: () => void }) {
  return (
    <div class="told is-bad">
      <Differences title="What somebody else changed meanwhile" changes={changes} />
      <button type="button" class="button" onClick={onTake}>
        I have seen it: save mine on top
      </button>
    </div>
  )
}

function Differences({ title, changes }: { readonly title: string; readonly changes: readonly Change[] }) {
  return (
    <section class="differences" aria-label={title}>
      <h3>{title}</h3>
      <dl>
        {changes.map(({ name, before, after }) => (
          <div key={name}>
            <dt>
              <bdi>{name}</bdi>
            </dt>
            <dd>
              {before !== undefined && <del>{shown(before)}</del>} {after !== undefined && <ins>{shown(after)}</ins>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function shown(value: AttributeValue) {
  return <bdi>{lineOf(value)}</bdi>
}

function sizeWords(item: Item, table: TableDescription): string {
  const size = itemBytes(item)
  const indexes = indexesOf(table).length
  const more = indexes === 0 ? '' : `, and up to twice that for ${indexes === 1 ? 'its index' : `each of its ${count(indexes)} indexes`}`
  return `${bytes(size)} of ${bytes(itemBytesMax)}; to write it takes ${count(writeUnits(size))} WCU${more}`
}
