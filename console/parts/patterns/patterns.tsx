/** How programs ask: every pattern with its requests, units, latency, dollars and advice; of all tables or of one. Saved as Markdown for a review. */
import { useSignal } from '@preact/signals'
import { Download } from 'lucide-preact'
import { Link } from 'wouter-preact'
import type { AdviceReport } from '../../../src/server/control/advice-routes.ts'
import type { PatternList } from '../../../src/server/control/traffic-routes.ts'
import type { CostEstimate } from '../../../src/services/cost/estimate-cost.ts'
import { pollMs, slowPollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { mustSign } from '../../server/keys.ts'
import { usePolled } from '../../server/polled.ts'
import { count, counted, dollars, milliseconds, percent } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Facts, type FactsProps } from '../../widgets/facts.tsx'
import { saveText } from '../../widgets/save-text.ts'
import { Empty, Failed, Waiting } from '../../widgets/told.tsx'
import { Heads, VirtualRows } from '../../widgets/virtual-rows.tsx'
import { type AdvisedPattern, advised } from './advised-pattern.ts'
import { patternsAsMarkdown } from './patterns-as-markdown.ts'

const columns = 'minmax(260px, 4fr) 90px 90px 90px 80px 80px 90px minmax(120px, 1fr)'

const orders = {
  'most units': (pattern: AdvisedPattern) => pattern.readUnits + pattern.writeUnits,
  'most requests': (pattern: AdvisedPattern) => pattern.requests,
  slowest: (pattern: AdvisedPattern) => pattern.latencyMs.p99,
  'most advice': (pattern: AdvisedPattern) => pattern.advice.length,
} as const

export function Patterns({ table }: { readonly table?: string }) {
  const list = usePolled(`patterns ${table ?? ''}`, pollMs, (signal) => control<PatternList>('GET', 'patterns', { table }, signal))
  const cost = usePolled(`cost ${table ?? ''}`, slowPollMs, (signal) => control<CostEstimate>('GET', 'cost', { table }, signal))
  // A server that gives none says so at its own view.
  const advice = usePolled(`advice ${table ?? ''}`, slowPollMs, (signal) => control<AdviceReport>('GET', 'advice', { table }, signal))
  const order = useSignal<keyof typeof orders>('most units')
  const filter = useSignal('')
  const opened = useSignal<AdvisedPattern | undefined>(undefined)
  const words = filter.value.toLowerCase()
  const shown = (list.value?.patterns ?? [])
    .map((pattern) => advised(pattern, advice.value?.findings ?? []))
    .filter(({ text }) => text.toLowerCase().includes(words))
    .sort((one, other) => orders[order.value](other) - orders[order.value](one))
  const dollarsOf = (pattern: AdvisedPattern): number | undefined => cost.value?.patterns.find(({ text }) => text === pattern.text)?.dollars
  return (
    <>
      <header class="view-head">
        {table === undefined && <h1>Access patterns</h1>}
        <input
          type="search"
          aria-label="Patterns with"
          placeholder="Patterns with …"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
        <label class="pill">
          <span>order</span>
          <select value={order.value} onChange={(event) => (order.value = event.currentTarget.value as keyof typeof orders)}>
            {Object.keys(orders).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="button"
          disabled={shown.length === 0}
          onClick={() => saveText('access-patterns.md', patternsAsMarkdown(shown, dollarsOf))}
        >
          <Download size={15} aria-hidden="true" /> As Markdown
        </button>
      </header>
      {list.error !== undefined && <Failed error={list.error} again={list.again} />}
      {list.value === undefined && list.error === undefined && <Waiting what="Asking" />}
      {list.value?.patterns.length === 0 && (
        <Empty
          title="Nobody has asked yet"
          command={`export AWS_ENDPOINT_URL_DYNAMODB=${location.origin} AWS_REGION=us-east-1${mustSign ? '' : ' AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local'}`}
        >
          <p>Run your program against this server: how it asks is listed here, values left out. Every AWS SDK reads these:</p>
        </Empty>
      )}
      {shown.length > 0 && (
        <VirtualRows
          label="Access patterns"
          count={shown.length}
          columns={columns}
          head={<Heads names={['Pattern', '#Requests', '#RCU', '#WCU', '#p50', '#p99', '#A month', 'Advice']} />}
          row={(at) => {
            const pattern = shown[at]
            return pattern && <PatternRow pattern={pattern} dollarsAMonth={dollarsOf(pattern)} onOpen={() => (opened.value = pattern)} />
          }}
        />
      )}
      {opened.value !== undefined && <PatternDetails pattern={opened.value} onClose={() => (opened.value = undefined)} />}
    </>
  )
}

interface PatternRowProps {
  readonly pattern: AdvisedPattern
  readonly dollarsAMonth: number | undefined
  readonly onOpen: () => void
}

function PatternRow({
  pattern: { text, requests, readUnits, writeUnits, latencyMs, advice, throttled },
  dollarsAMonth,
  onOpen,
}: PatternRowProps) {
  return (
    <>
      <span role="cell">
        <button type="button" class="cell-open" title={text} onClick={onOpen}>
          <bdi>{text}</bdi>
        </button>
      </span>
      {[
        count(requests),
        count(readUnits),
        count(writeUnits),
        milliseconds(latencyMs.p50),
        milliseconds(latencyMs.p99),
        dollarsAMonth === undefined ? '' : dollars(dollarsAMonth),
      ].map((value, at) => (
        <span key={at} role="cell" class="number">
          {value}
        </span>
      ))}
      <span role="cell">
        {throttled > 0 && <Badge tone="bad">{count(throttled)} throttled</Badge>}{' '}
        {advice.length > 0 && <Badge tone="warn">{counted(advice.length, 'advice')}</Badge>}
      </span>
    </>
  )
}

function PatternDetails({ pattern, onClose }: { readonly pattern: AdvisedPattern; readonly onClose: () => void }) {
  const {
    operation,
    table,
    text,
    requests,
    errors,
    failedConditions,
    throttled,
    evaluatedItems,
    returnedItems,
    answeredWithMore,
    continued,
    latencyMs,
    advice,
  } = pattern
  const facts: FactsProps['facts'] = [
    ['Requests', count(requests)],
    ['Errors', `${count(errors)}, of which ${count(failedConditions)} conditions that did not hold; ${count(throttled)} throttled`],
    [
      'Items',
      `${count(evaluatedItems)} read, ${count(returnedItems)} returned${evaluatedItems > 0 ? ` (${percent(returnedItems / evaluatedItems)})` : ''}`,
    ],
    ['Pages', `${count(answeredWithMore)} answered with more to come, ${count(continued)} asked for it`],
    ['Latency', `p50 ${milliseconds(latencyMs.p50)}, p90 ${milliseconds(latencyMs.p90)}, p99 ${milliseconds(latencyMs.p99)}`],
  ]
  return (
    <Dialog title={operation} onClose={onClose} isSide>
      <p>
        <code>{text}</code>
      </p>
      {advice.map((sentence) => (
        <p key={sentence} class="told is-warn">
          {sentence}
        </p>
      ))}
      <Facts facts={facts} />
      <p class="choices">
        <Link class="button" href={`/requests?${new URLSearchParams({ operation, ...(table !== '' && { table }) })}`}>
          Its requests
        </Link>
      </p>
    </Dialog>
  )
}
