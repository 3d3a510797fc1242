/** A table made in a form, with the command that would make it beside. */
import { type Signal, useSignal } from '@preact/signals'
import { Plus, Trash2 } from 'lucide-preact'
import { call } from '../../server/ask.ts'
import { Dialog } from '../../widgets/dialog.tsx'
import { Command, Failed } from '../../widgets/told.tsx'
import { type Draft, emptyDraft, emptyIndex, type IndexDraft, inputOf, type KeyDraft } from './table-draft.ts'

interface NewTableProps {
  readonly onClose: () => void
  readonly onMade: () => void
}

export function NewTable({ onClose, onMade }: NewTableProps) {
  const draft = useSignal<Draft>(emptyDraft)
  const error = useSignal<unknown>(undefined)
  const input = inputOf(draft.value)
  const change = (part: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...part }
  }
  const make = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      await call('CreateTable', input)
      onMade()
    } catch (failed) {
      error.value = failed
    }
  }
  const { name, partition, sort, billing, read, write, stream } = draft.value
  return (
    <Dialog title="Make a table" onClose={onClose} isSide>
      <form class="form" onSubmit={make}>
        <label class="field">
          <span>Name</span>
          <input required value={name} autofocus onInput={(event) => change({ name: event.currentTarget.value })} />
        </label>
        <KeyFields label="Partition key" value={partition} onChange={(value) => change({ partition: value })} isRequired />
        <KeyFields label="Sort key, if there is one" value={sort} onChange={(value) => change({ sort: value })} />
        <label class="field">
          <span>Throughput</span>
          <select value={billing} onChange={(event) => change({ billing: event.currentTarget.value as Draft['billing'] })}>
            <option value="PAY_PER_REQUEST">on demand</option>
            <option value="PROVISIONED">provisioned</option>
          </select>
        </label>
        {billing === 'PROVISIONED' && (
          <div class="field-row">
            <UnitsField label="Read units a second" value={read} onChange={(value) => change({ read: value })} />
            <UnitsField label="Write units a second" value={write} onChange={(value) => change({ write: value })} />
          </div>
        )}
        <label class="field">
          <span>Stream</span>
          <select value={stream} onChange={(event) => change({ stream: event.currentTarget.value as Draft['stream'] })}>
            {['none', 'NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'].map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <Indexes draft={draft} />
        <h3>The same on the command line</h3>
        <Command text={`aws dynamodb create-table --endpoint-url ${location.origin} --cli-input-json '${JSON.stringify(input)}'`} />
        {error.value !== undefined && <Failed error={error.value} />}
        <div class="dialog-foot">
          <button type="submit" class="button is-main">
            Make it
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function Indexes({ draft }: { readonly draft: Signal<Draft> }) {
  const { indexes } = draft.value
  const setAll = (all: readonly IndexDraft[]): void => {
    draft.value = { ...draft.value, indexes: all }
  }
  const change = (at: number, part: Partial<IndexDraft>): void =>
    setAll(indexes.map((each, index) => (index === at ? { ...each, ...part } : each)))
  return (
    <fieldset class="group">
      <legend>Indexes</legend>
      {indexes.map((index, at) => (
        <div class="index-draft" key={at}>
          <div class="field-row">
            <label class="field">
              <span>Name</span>
              <input required value={index.name} onInput={(event) => change(at, { name: event.currentTarget.value })} />
            </label>
            <label class="field">
              <span>Kind</span>
              <select value={index.kind} onChange={(event) => change(at, { kind: event.currentTarget.value as IndexDraft['kind'] })}>
                <option value="global">global</option>
                <option value="local">local</option>
              </select>
            </label>
            <button
              type="button"
              class="button is-quiet"
              aria-label={`Without the index ${index.name}`}
              onClick={() => setAll(indexes.toSpliced(at, 1))}
            >
              <Trash2 size={16} aria-hidden="true" />
            </button>
          </div>
          {index.kind === 'global' && (
            <KeyFields label="Partition key" value={index.partition} onChange={(partition) => change(at, { partition })} isRequired />
          )}
          <KeyFields label="Sort key" value={index.sort} onChange={(sort) => change(at, { sort })} isRequired={index.kind === 'local'} />
          <div class="field-row">
            <label class="field">
              <span>Projection</span>
              <select
                value={index.projection}
                onChange={(event) => change(at, { projection: event.currentTarget.value as IndexDraft['projection'] })}
              >
                {['ALL', 'KEYS_ONLY', 'INCLUDE'].map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            </label>
            {index.projection === 'INCLUDE' && (
              <label class="field">
                <span>Attributes, with commas</span>
                <input required value={index.included} onInput={(event) => change(at, { included: event.currentTarget.value })} />
              </label>
            )}
          </div>
        </div>
      ))}
      <button type="button" class="button" onClick={() => setAll([...indexes, emptyIndex])}>
        <Plus size={15} aria-hidden="true" /> An index
      </button>
    </fieldset>
  )
}

interface KeyFieldsProps {
  readonly label: string
  readonly value: KeyDraft
  readonly onChange: (value: KeyDraft) => void
  readonly isRequired?: boolean
}

function KeyFields({ label, value, onChange, isRequired = false }: KeyFieldsProps) {
  return (
    <div class="field-row">
      <label class="field">
        <span>{label}</span>
        <input required={isRequired} value={value.name} onInput={(event) => onChange({ ...value, name: event.currentTarget.value })} />
      </label>
      <label class="field is-small">
        <span>Type</span>
        <select
          aria-label={`Type of the ${label.toLowerCase()}`}
          value={value.type}
          onChange={(event) => onChange({ ...value, type: event.currentTarget.value as KeyDraft['type'] })}
        >
          <option value="S">string</option>
          <option value="N">number</option>
          <option value="B">binary</option>
        </select>
      </label>
    </div>
  )
}

function UnitsField({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <input type="number" min={1} value={value} onInput={(event) => onChange(Number(event.currentTarget.value))} />
    </label>
  )
}
