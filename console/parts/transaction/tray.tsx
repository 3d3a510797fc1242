/** What is gathered for a transaction, at the foot of every view: each change with what is against it, and all of them sent together. */
import { useSignal } from '@preact/signals'
import { ChevronDown, ChevronUp, X } from 'lucide-preact'
import { useEffect, useRef } from 'preact/hooks'
import { transactionActionsMax } from '../../limits.ts'
import { keyText } from '../../values/attribute-value.ts'
import { counted } from '../../values/shown-numbers.ts'
import { Badge, type Tone } from '../../widgets/badge.tsx'
import { Command, Failed } from '../../widgets/told.tsx'
import { codeOf } from '../explorer/code-of.ts'
import { Differences } from '../item/differences.tsx'
import { changesBetween } from '../item/item-changes.ts'
import { actionCount, forget, type Gathered, gathered, keyOf, takeMet } from './gathered.ts'
import { inputOf, sendGathered } from './send-gathered.ts'

export function Tray() {
  const isOpen = useSignal(false)
  const isBusy = useSignal(false)
  const error = useSignal<unknown>(undefined)
  const done = useSignal('')
  const toggle = useRef<HTMLButtonElement>(null)
  const entries = gathered.value
  const send = async (): Promise<void> => {
    isBusy.value = true
    try {
      error.value = undefined
      await sendGathered(entries)
      done.value = `Done: ${counted(entries.length, 'change')} in one transaction.`
    } catch (failed) {
      error.value = failed
      isOpen.value = true
    }
    isBusy.value = false
  }
  useEffect(() => {
    if (entries.length > 0) done.value = ''
  }, [entries.length])
  if (entries.length === 0) return done.value === '' ? null : <Done words={done.value} onClose={() => (done.value = '')} />
  return (
    <section class="tray" aria-label="Transaction">
      <div class="choices">
        <button type="button" class="button" ref={toggle} aria-expanded={isOpen.value} onClick={() => (isOpen.value = !isOpen.value)}>
          {isOpen.value ? <ChevronDown size={15} aria-hidden="true" /> : <ChevronUp size={15} aria-hidden="true" />}
          Transaction: {counted(entries.length, 'change')}
        </button>
        <span class="soft">
          {actionCount(entries)} of {counted(transactionActionsMax, 'action')}
        </span>
        <button type="button" class="button is-main" disabled={isBusy.value} onClick={send}>
          Send all together
        </button>
        <button
          type="button"
          class="button is-danger"
          disabled={isBusy.value}
          onClick={() => confirm(`Give up ${counted(entries.length, 'change')}?`) && forget()}
        >
          Give all up
        </button>
      </div>
      {isOpen.value && (
        <Inside
          entries={entries}
          error={error.value}
          isBusy={isBusy.value}
          onRemove={(entry) => {
            forget([entry])
            toggle.current?.focus()
          }}
        />
      )}
    </section>
  )
}

function Done({ words, onClose }: { readonly words: string; readonly onClose: () => void }) {
  return (
    <section class="tray" aria-label="Transaction">
      <div class="choices">
        <span role="status">{words}</span>
        <button type="button" class="button is-quiet" aria-label="Close" ref={(button) => button?.focus()} onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </button>
      </div>
    </section>
  )
}

interface InsideProps {
  readonly entries: readonly Gathered[]
  readonly error: unknown
  readonly isBusy: boolean
  readonly onRemove: (entry: Gathered) => void
}

function Inside({ entries, error, isBusy, onRemove }: InsideProps) {
  const isCode = useSignal(false)
  return (
    <div class="tray-inside" role="group" aria-label="What is gathered" tabIndex={0}>
      {error !== undefined && <Failed error={error} />}
      <ol class="tray-list">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} isBusy={isBusy} onRemove={onRemove} />
        ))}
      </ol>
      <p>
        <button type="button" class="button" aria-expanded={isCode.value} onClick={() => (isCode.value = !isCode.value)}>
          The same on the command line
        </button>
      </p>
      {isCode.value && <Command text={codeOf('CLI', 'TransactWriteItems', inputOf(entries))} />}
    </div>
  )
}

interface EntryProps {
  readonly entry: Gathered
  readonly isBusy: boolean
  readonly onRemove: (entry: Gathered) => void
}

function Entry({ entry, isBusy, onRemove }: EntryProps) {
  const { tableName, key, before, after, reason } = entry
  const { word, tone } = kindOf(entry)
  const keyWords = keyText(keyOf(entry), key)
  const { Item: found } = reason ?? {}
  const canTake = found !== undefined && word !== 'move'
  return (
    <li>
      <div class="choices">
        <Badge tone={tone}>{word}</Badge> <bdi>{tableName}</bdi> <strong>{<bdi>{keyWords}</bdi>}</strong>
        {word === 'update' && (
          <span class="soft">
            <bdi>{entry.changes.map(({ name }) => name).join(', ')}</bdi>
          </span>
        )}
        <button
          type="button"
          class="button is-quiet"
          aria-label={`Remove from the transaction: ${word} ${tableName} ${keyWords}`}
          disabled={isBusy}
          onClick={() => onRemove(entry)}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </div>
      {reason !== undefined && (
        <p class="warn">
          <strong>{reason.Code}</strong>
          {reason.Message !== undefined && `: ${reason.Message}`}
        </p>
      )}
      {found !== undefined && <Differences title="What somebody else changed meanwhile" changes={changesBetween(before ?? {}, found)} />}
      {canTake && (
        <button type="button" class="button" disabled={isBusy} onClick={() => takeMet(entry, found)}>
          {after === undefined ? 'I have seen it: delete it as it is now' : 'I have seen it: mine on top'}
        </button>
      )}
    </li>
  )
}

function kindOf(entry: Gathered): { readonly word: 'put' | 'update' | 'move' | 'delete'; readonly tone: Tone } {
  if (entry.after === undefined) return { word: 'delete', tone: 'bad' }
  if (entry.before === undefined) return { word: 'put', tone: 'good' }
  return entry.actions.length === 2 ? { word: 'move', tone: 'warn' } : { word: 'update', tone: 'accent' }
}
