/** The field in the place of a value of the grid, and under the grid what can be done with it and what was against it. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { cellLinesMax } from '../../limits.ts'
import { keyText } from '../../values/attribute-value.ts'
import { Failed } from '../../widgets/told.tsx'
import { Met } from '../item/differences.tsx'
import type { CellEdit } from './use-cell-edit.ts'

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

export function CellEditor({ edit, label }: { readonly edit: CellEdit; readonly label: string }) {
  const place = useRef<HTMLSpanElement>(null)
  // Before the next key is pressed.
  useLayoutEffect(() => {
    const field = place.current?.querySelector<Field>('input, textarea, select')
    const rows = place.current?.closest<HTMLElement>('.rows')
    field?.focus()
    if (field !== null && field !== undefined && 'select' in field) field.select()
    return () => {
      if (document.activeElement === field) rows?.focus({ preventScroll: true })
    }
  }, [edit.edited?.item])
  const onKeyDown = (event: KeyboardEvent): void => {
    // The grid moves by the same keys.
    event.stopPropagation()
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) void edit.save()
    else if (event.key === 'Escape') edit.leave()
    else return
    event.preventDefault()
  }
  const { text, edited, error } = edit
  const onInput = ({ currentTarget: { value } }: { readonly currentTarget: Field }): void => {
    text.value = value
  }
  const shared = { 'aria-label': label, 'aria-invalid': error !== undefined, dir: 'auto' as const, value: text.value, onInput }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is done in the field is not done in the grid, too.
    <span
      ref={place}
      class="cell-editor"
      onKeyDown={onKeyDown}
      onClick={(event) => event.stopPropagation()}
      onDblClick={(event) => event.stopPropagation()}
    >
      {edited?.kind === 'BOOL' && (
        <select {...shared}>
          <option>true</option>
          <option>false</option>
        </select>
      )}
      {edited?.kind === 'N' && <input inputMode="decimal" {...shared} />}
      {edited?.kind === 'S' && <textarea spellcheck={false} rows={Math.min(cellLinesMax, text.value.split('\n').length)} {...shared} />}
    </span>
  )
}

export function CellEditFoot({ edit, keyNames }: { readonly edit: CellEdit; readonly keyNames: readonly string[] }) {
  const { edited, error, met, isBusy } = edit
  if (edited === undefined) return null
  return (
    <section class="cell-foot" aria-label="The value that is edited">
      {error !== undefined && <Failed error={error} />}
      {met !== undefined && <Met changes={met} onTake={edit.takeMet} />}
      <div class="selection">
        <span>
          <bdi>{edited.name}</bdi> of <bdi>{keyText(edited.item, keyNames)}</bdi>
        </span>
        <span class="soft">Enter saves, Escape leaves{edited.kind === 'S' ? ', Shift+Enter begins a line' : ''}.</span>
        <button type="button" class="button is-main" disabled={isBusy || met !== undefined} onClick={edit.save}>
          Save
        </button>
        <button type="button" class="button" onClick={edit.add}>
          Add to transaction
        </button>
        <button type="button" class="button" onClick={edit.leave}>
          Leave
        </button>
      </div>
    </section>
  )
}
