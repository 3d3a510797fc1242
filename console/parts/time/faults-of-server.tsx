/** What requests meet on purpose: those that are there with what they struck, and a form that adds one. */
import { useSignal } from '@preact/signals'
import { Plus, Trash2 } from 'lucide-preact'
import type { FaultList, FaultReport } from '../../../src/server/faults/fault.ts'
import { pollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { count } from '../../values/shown-numbers.ts'
import { Command, Failed } from '../../widgets/told.tsx'
import { type Effect, effects, emptyFault, type FaultDraft, faultLine, faultOf, throttleReasons } from './fault-draft.ts'

export function FaultsOfServer() {
  const list = usePolled('faults', pollMs, (signal) => control<FaultList>('GET', 'faults', {}, signal))
  const error = useSignal<unknown>(undefined)
  const act = async (doing: () => Promise<unknown>): Promise<void> => {
    try {
      error.value = undefined
      await doing()
    } catch (failed) {
      error.value = failed
    }
    list.again()
  }
  const faults = list.value?.faults ?? []
  return (
    <section class="card" aria-label="Faults">
      <h2>Faults</h2>
      <p class="soft">
        What requests of your program are to meet: so that retries that are never tried are tried before production does. Requests of this
        console meet them, too.
      </p>
      {list.error !== undefined && <Failed error={list.error} again={list.again} />}
      {faults.length === 0 && <p>There are none.</p>}
      {faults.length > 0 && (
        <FaultTable faults={faults} onRemove={(fault) => act(() => control('DELETE', `faults/${encodeURIComponent(fault)}`))} />
      )}
      {faults.length > 1 && mayChange && (
        <button type="button" class="button" onClick={() => act(() => control('DELETE', 'faults'))}>
          Remove all
        </button>
      )}
      {error.value !== undefined && <Failed error={error.value} />}
      {mayChange && <NewFaultForm onAdd={(draft) => act(() => control('POST', 'faults', { ...faultOf(draft) }))} />}
    </section>
  )
}

function FaultTable({ faults, onRemove }: { readonly faults: readonly FaultReport[]; readonly onRemove: (fault: string) => void }) {
  return (
    <div class="table-scroll">
      <table class="plain">
        <thead>
          <tr>
            {['What', 'For', 'Matched', 'Struck', 'Waiting', ''].map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {faults.map(({ fault, match, after, times, probability, do: effect, matched, struck, waiting }) => (
            <tr key={fault}>
              <td>
                <code>{JSON.stringify(effect)}</code>
              </td>
              <td>
                <bdi>{match === undefined ? 'any request' : JSON.stringify(match)}</bdi>{' '}
                <span class="soft">
                  {[after && `after ${after}`, times && `${times} times`, probability !== undefined && `by chance ${probability}`]
                    .filter(Boolean)
                    .join(', ')}
                </span>
              </td>
              <td class="number">{count(matched)}</td>
              <td class="number">{count(struck)}</td>
              <td class="number">{count(waiting)}</td>
              <td>
                {mayChange && (
                  <button type="button" class="button is-quiet" aria-label={`Remove ${fault}`} onClick={() => onRemove(fault)}>
                    <Trash2 size={15} aria-hidden="true" />
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function NewFaultForm({ onAdd }: { readonly onAdd: (draft: FaultDraft) => void }) {
  const draft = useSignal(emptyFault)
  const change = (part: Partial<FaultDraft>): void => {
    draft.value = { ...draft.value, ...part }
  }
  const text = (label: string, name: 'operation' | 'table' | 'index' | 'key' | 'after' | 'times', placeholder: string) => (
    <label class="field" key={name}>
      <span>{label}</span>
      <input placeholder={placeholder} value={draft.value[name]} onInput={(event) => change({ [name]: event.currentTarget.value })} />
    </label>
  )
  return (
    <form
      class="form group"
      aria-label="A new fault"
      onSubmit={(event) => {
        event.preventDefault()
        onAdd(draft.value)
      }}
    >
      <div class="field-row">
        {text('Operation', 'operation', 'any, or PutItem')}
        {text('Table', 'table', 'any')}
        {text('Index', 'index', 'any')}
        {text('Key', 'key', 'any, or {"pk":{"S":"a"}}')}
      </div>
      <EffectFields draft={draft.value} onChange={change} />
      <div class="field-row">
        {text('After so many that pass', 'after', '0')}
        {text('So often', 'times', 'always')}
        <label class="field">
          <span>Of a hundred</span>
          <input
            type="number"
            min={0}
            max={100}
            value={draft.value.percent}
            onInput={(event) => change({ percent: Number(event.currentTarget.value) })}
          />
        </label>
      </div>
      <Command text={attemptLine(draft.value)} />
      <button type="submit" class="button is-main">
        <Plus size={15} aria-hidden="true" /> Add the fault
      </button>
    </form>
  )
}

function EffectFields({ draft, onChange }: { readonly draft: FaultDraft; readonly onChange: (part: Partial<FaultDraft>) => void }) {
  return (
    <div class="field-row">
      <label class="field">
        <span>What they meet</span>
        <select value={draft.effect} onChange={(event) => onChange({ effect: event.currentTarget.value as Effect })}>
          {effects.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      {draft.effect === 'throttle' && (
        <label class="field">
          <span>Reason</span>
          <select value={draft.reason} onChange={(event) => onChange({ reason: event.currentTarget.value })}>
            {throttleReasons.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      )}
      {draft.effect === 'error' && (
        <label class="field">
          <span>Exception</span>
          <input required value={draft.exception} onInput={(event) => onChange({ exception: event.currentTarget.value })} />
        </label>
      )}
      {draft.effect === 'delay' && (
        <label class="field">
          <span>Milliseconds</span>
          <input
            type="number"
            min={1}
            value={draft.delayMs}
            onInput={(event) => onChange({ delayMs: Number(event.currentTarget.value) })}
          />
        </label>
      )}
    </div>
  )
}

function attemptLine(draft: FaultDraft): string {
  try {
    return faultLine(faultOf(draft))
  } catch {
    return 'The key must be JSON, such as {"pk":{"S":"a"}}.'
  }
}
