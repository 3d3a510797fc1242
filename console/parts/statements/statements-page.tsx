/** Statements of PartiQL: run, and explained by what they did: whether by key or by reading everything, items, units. */
import { useSignal } from '@preact/signals'
import { Play } from 'lucide-preact'
import { useSearchParams } from 'wouter-preact'
import { statementItemsMax } from '../../limits.ts'
import { call, control } from '../../server/ask.ts'
import { useTables } from '../../server/tables.ts'
import { type AttributeValue, type Item, lineOf } from '../../values/attribute-value.ts'
import { count, counted, milliseconds } from '../../values/shown-numbers.ts'
import { Failed } from '../../widgets/told.tsx'
import { ValueLine } from '../../widgets/value-line.tsx'
import { VirtualRows } from '../../widgets/virtual-rows.tsx'
import { Completions } from './completions.tsx'
import { explain } from './explain.ts'

interface Answer {
  readonly Items: readonly Item[]
  readonly NextToken?: string
  readonly ConsumedCapacity?: { readonly CapacityUnits: number; readonly TableName?: string }
}

interface Run {
  readonly statement: string
  readonly answer: Answer
  readonly tookMs: number
  readonly evaluated: number | undefined
}

export function StatementsPage() {
  const [search, setSearch] = useSearchParams()
  const text = useSignal(search.get('statement') ?? '')
  const run = useSignal<Run | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const tables = useTables(0)
  const ask = async (NextToken?: string): Promise<void> => {
    const statement = text.value.trim().replace(/;$/, '')
    if (statement === '') return
    setSearch({ statement })
    const startMs = performance.now()
    try {
      error.value = undefined
      const input = {
        Statement: statement,
        ReturnConsumedCapacity: 'INDEXES',
        Limit: statementItemsMax,
        ...(NextToken !== undefined && { NextToken }),
      }
      const answer = await call<Answer>('ExecuteStatement', input)
      const before = NextToken === undefined ? [] : (run.value?.answer.Items ?? [])
      const evaluated = await evaluatedBy()
      run.value = {
        statement,
        answer: { ...answer, Items: [...before, ...(answer.Items ?? [])] },
        tookMs: performance.now() - startMs,
        evaluated,
      }
    } catch (failed) {
      error.value = failed
    }
  }
  return (
    <>
      <header class="view-head">
        <h1>PartiQL</h1>
        <button type="button" class="button is-main" onClick={() => ask()}>
          <Play size={15} aria-hidden="true" /> Run <kbd>⌃⏎</kbd>
        </button>
      </header>
      <Completions
        text={text}
        names={(tables.value ?? []).flatMap(({ name, indexes }) => [`"${name}"`, ...indexes.map((index) => `"${name}"."${index.name}"`)])}
        onRun={() => ask()}
      />
      {error.value !== undefined && <Failed error={error.value} />}
      {run.value !== undefined && <Result run={run.value} onMore={ask} />}
    </>
  )
}

/** What the newest statement of this console read, if the server tells. */
async function evaluatedBy(): Promise<number | undefined> {
  interface Told {
    readonly requests: readonly { readonly evaluatedItems?: number }[]
  }
  const told = await control<Told>('GET', 'requests', { operation: 'ExecuteStatement', limit: 1 }).catch(() => undefined)
  return told?.requests.at(-1)?.evaluatedItems
}

function Result({
  run: { statement, answer, tookMs, evaluated },
  onMore,
}: {
  readonly run: Run
  readonly onMore: (token: string) => void
}) {
  const { Items, NextToken, ConsumedCapacity } = answer
  const names = [...new Set(Items.flatMap((item) => Object.keys(item)))]
  const columns = names.map(() => 'minmax(140px, 1fr)').join(' ')
  return (
    <>
      <p role="status">
        {counted(Items.length, 'item')} in {milliseconds(tookMs)}
        {ConsumedCapacity !== undefined && `, ${count(ConsumedCapacity.CapacityUnits)} capacity units`}
        {evaluated !== undefined && `, ${counted(evaluated, 'item')} read`}.{' '}
        <span class="soft">{explain(statement, Items.length, evaluated)}</span>
      </p>
      {Items.length > 0 && (
        <VirtualRows
          class="grid"
          label="Items of the answer"
          count={Items.length}
          columns={columns}
          head={names.map((name) => (
            <span key={name} role="columnheader">
              <bdi>{name}</bdi>
            </span>
          ))}
          row={(at) => names.map((name) => <Cell key={name} value={Items[at]?.[name]} />)}
        />
      )}
      {NextToken !== undefined && (
        <p>
          <button type="button" class="button" onClick={() => onMore(NextToken)}>
            More
          </button>
        </p>
      )}
    </>
  )
}

function Cell({ value }: { readonly value: AttributeValue | undefined }) {
  return (
    <span role="cell" title={value && lineOf(value)}>
      <ValueLine value={value} />
    </span>
  )
}
