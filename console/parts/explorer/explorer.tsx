/** The items of a table: a question in pills, what it will cost before it is asked, what it cost and dropped afterwards, and the items in a grid. */
import { useSignal } from '@preact/signals'
import { CodeXml, Play, Plus } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import { useSearchParams } from 'wouter-preact'
import type { TablePartitions } from '../../../src/server/control/partitions.ts'
import { slowPollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { keyNames, type TableDescription } from '../../server/tables.ts'
import type { Item } from '../../values/attribute-value.ts'
import { count, counted, percent } from '../../values/shown-numbers.ts'
import { Dialog } from '../../widgets/dialog.tsx'
import { Empty, Failed, Waiting } from '../../widgets/told.tsx'
import { ItemEditor } from '../item/item-editor.tsx'
import { Code } from './code.tsx'
import { askedBetter, foresee } from './foresight.ts'
import { Grid } from './grid.tsx'
import { type Loaded, useLoadedItems } from './loaded-items.ts'
import { Pills } from './pills.tsx'
import { isQuery, type Question, questionOf, readInput, searchOf } from './question.ts'

export function Explorer({ table }: { readonly table: TableDescription }) {
  const [search, setSearch] = useSearchParams()
  const question = useSignal<Question>(questionOf(search))
  const { loaded, ask, more, replace } = useLoadedItems(table)
  const open = useSignal<{ readonly at: number; readonly item: Item | undefined } | undefined>(undefined)
  const isCode = useSignal(false)
  const address = search.toString()
  // An address that was opened, or gone back to, is asked as it stands.
  useEffect(() => {
    question.value = questionOf(search)
    if (search.has('run')) void ask(question.value)
  }, [table.TableName, address])
  const run = (asked: Question): void => {
    const members = searchOf(asked)
    question.value = asked
    if (new URLSearchParams(members).toString() === address) void ask(asked)
    else setSearch(members)
  }
  return (
    <>
      <form
        class="explorer"
        onSubmit={(event) => {
          event.preventDefault()
          run(question.value)
        }}
      >
        <Pills table={table} question={question.value} onChange={(changed) => (question.value = changed)} />
        <Buttons
          what={isQuery(question.value) ? 'Query' : 'Scan'}
          isBusy={loaded.value.isBusy}
          onCode={() => {
            isCode.value = true
          }}
          onNew={() => {
            open.value = { at: -1, item: undefined }
          }}
        />
      </form>
      <Told table={table} question={question.value} loaded={loaded.value} onBetter={run} />
      {loaded.value.error !== undefined && <Failed error={loaded.value.error} />}
      {loaded.value.isFresh && (
        <Empty title="Nothing asked yet">Give a partition key for a Query, or none for a Scan, and press Enter.</Empty>
      )}
      {loaded.value.isBusy && loaded.value.pages === 0 && <Waiting what="Reading" />}
      {loaded.value.pages > 0 && (
        <Grid table={table} loaded={loaded.value} onMore={more} onOpen={(at, item) => (open.value = { at, item })} onChanged={replace} />
      )}
      {isCode.value && <AsCode table={table} question={question.value} onClose={() => (isCode.value = false)} />}
      {open.value !== undefined && (
        <ItemEditor
          table={table}
          item={open.value.item}
          onClose={() => (open.value = undefined)}
          onSaved={(item) => {
            if (open.value !== undefined && open.value.at >= 0) replace(open.value.at, item)
            else run(question.value)
            open.value = undefined
          }}
        />
      )}
    </>
  )
}

interface ButtonsProps {
  readonly what: 'Query' | 'Scan'
  readonly isBusy: boolean
  readonly onCode: () => void
  readonly onNew: () => void
}

function Buttons({ what, isBusy, onCode, onNew }: ButtonsProps) {
  return (
    <>
      <button type="submit" class="button is-main" aria-busy={isBusy}>
        <Play size={15} aria-hidden="true" /> {what}
      </button>
      <button type="button" class="button" onClick={onCode}>
        <CodeXml size={15} aria-hidden="true" /> As code
      </button>
      {mayChange && (
        <button type="button" class="button" onClick={onNew}>
          <Plus size={15} aria-hidden="true" /> Item
        </button>
      )}
    </>
  )
}

interface ToldProps {
  readonly table: TableDescription
  readonly question: Question
  readonly loaded: Loaded
  readonly onBetter: (question: Question) => void
}

/** Before: what it costs at most. Afterwards: what it cost, and how much of it was dropped. */
function Told({ table, question, loaded, onBetter }: ToldProps) {
  const path = `tables/${encodeURIComponent(table.TableName)}/partitions`
  const { value } = usePolled(path, slowPollMs, (signal) => control<TablePartitions>('GET', path, {}, signal))
  const partitions = value?.partitions.filter(({ index = '' }) => index === question.index).length ?? 1
  const { words, better } = foresee(table, question, Math.max(1, partitions))
  const { items, scanned, units, pages, next } = loaded
  const dropped = scanned === 0 ? 0 : 1 - items.length / scanned
  return (
    <p class="explorer-told" role="status">
      <span class="soft">Before: {words}.</span>{' '}
      {pages > 0 && (
        <span>
          {counted(items.length, 'item')} for {count(units)} RCU in {counted(pages, 'page')}
          {next === undefined ? ', and that is all' : ''}.{' '}
        </span>
      )}
      {dropped > 0.5 && <strong class="warn">The filter drops {percent(dropped)} of what is paid for. </strong>}
      {better !== undefined && (
        <button type="button" class="link" onClick={() => onBetter(askedBetter(question, better))}>
          Ask better: {better.words}
        </button>
      )}
    </p>
  )
}

interface AsCodeProps {
  readonly table: TableDescription
  readonly question: Question
  readonly onClose: () => void
}

function AsCode({ table, question, onClose }: AsCodeProps) {
  const operation = isQuery(question) ? 'Query' : 'Scan'
  return (
    <Dialog title={`This ${operation} as code`} onClose={onClose}>
      <Code operation={operation} input={readInput(table, question)} />
      <p class="soft">Its key: {keyNames(table.KeySchema).join(', ')}.</p>
    </Dialog>
  )
}
