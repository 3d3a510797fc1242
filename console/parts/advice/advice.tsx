/** What the advisor has found in what programs asked: what is, what to change, what would not help, what it saves, and where AWS says so. */
import { useSignal } from '@preact/signals'
import { Link, useSearchParams } from 'wouter-preact'
import type { AdviceReport } from '../../../src/server/control/advice-routes.ts'
import { tableAddress } from '../../app/addresses.ts'
import { slowPollMs } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import { count, dollars, utc } from '../../values/shown-numbers.ts'
import { Badge, type Tone } from '../../widgets/badge.tsx'
import { Facts } from '../../widgets/facts.tsx'
import { Command, Empty, Failed, Waiting } from '../../widgets/told.tsx'
import { MuteForm } from './mute-form.tsx'

type Finding = AdviceReport['findings'][number]

const tones: { readonly [Severity in Finding['severity']]: Tone } = { error: 'bad', warning: 'warn', info: 'accent' }

export function Advice() {
  const [search] = useSearchParams()
  const table = search.get('table') ?? undefined
  const report = usePolled(`advice ${table ?? ''}`, slowPollMs, (signal) => control<AdviceReport>('GET', 'advice', { table }, signal))
  const findings = report.value?.findings ?? []
  const told = findings.filter(isTold)
  const others = findings.filter((finding) => !isTold(finding))
  return (
    <>
      <header class="view-head">
        <h1>Advice{table !== undefined && ` on ${table}`}</h1>
        {table !== undefined && <Link href="/advice">On all tables</Link>}
        {report.value?.profile === 'test' && (
          <span class="soft">
            For programs under test. What needs days of traffic is told with <code>--advice-profile prod</code>.
          </span>
        )}
      </header>
      <div class="scrolled">
        {report.error !== undefined && <Failed error={report.error} again={report.again} />}
        {report.value === undefined && report.error === undefined && <Waiting what="Thinking" />}
        {report.value !== undefined && told.length === 0 && (
          <Empty title="Nothing was found so far" command={`stator advise --endpoint ${location.origin} --fail-on warning`}>
            <p>
              Run your program or its tests against this server: lost updates, pages that nobody reads, hot keys and what costs more than it
              must show here. In a pipeline this ends with 5 when something is found:
            </p>
          </Empty>
        )}
        {told.map((finding) => (
          <FindingCard key={finding.fingerprint} finding={finding} again={report.again} />
        ))}
        {others.length > 0 && (
          <details>
            <summary>{count(others.length)} muted, or the effect of another</summary>
            {others.map((finding) => (
              <FindingCard key={finding.fingerprint} finding={finding} again={report.again} />
            ))}
          </details>
        )}
      </div>
    </>
  )
}

function isTold({ muted, suppressedBy }: Finding): boolean {
  return muted === undefined && suppressedBy === undefined
}

interface CardProps {
  readonly finding: Finding
  readonly again: () => void
}

function FindingCard({ finding, again }: CardProps) {
  const { id, severity, confidence, table, index, patterns = [], sentence, change, wontHelp, saving, docs, fromMs, toMs } = finding
  const isMuting = useSignal(false)
  return (
    <article class="card">
      <h2>
        <Badge tone={tones[severity]}>{severity}</Badge>{' '}
        <Link href={tableAddress(table, 'patterns', index === undefined ? {} : { index })}>
          <bdi>{[table, index].filter(Boolean).join(' · ')}</bdi>
        </Link>{' '}
        <span class="soft">{id}</span>
      </h2>
      <p>{sentence}</p>
      <p>
        <strong>Change:</strong> {change.text}
      </p>
      {change.code !== undefined && <Command text={change.code} />}
      {wontHelp !== undefined && (
        <p class="soft">
          <strong>Would not help:</strong> {wontHelp}
        </p>
      )}
      {saving !== undefined && (
        <p>
          <strong>Saves {dollars(saving.usdPerMonth)} a month:</strong> {saving.formula}
        </p>
      )}
      {finding.suppressedBy !== undefined && <p class="soft">It follows from {finding.suppressedBy}.</p>}
      {finding.muted !== undefined && <p class="soft">Muted: {finding.muted}</p>}
      {patterns.length > 0 && (
        <ul class="plain-list soft">
          {patterns.map((pattern) => (
            <li key={pattern}>
              <code>{pattern}</code>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>What it rests on</summary>
        <Facts
          facts={[
            ...Object.entries(finding.evidence).map(([name, value]) => [name, count(value)] as const),
            ['seen', `${utc(fromMs)} to ${utc(toMs)}`],
            ['how sure that the requests belong together', confidence],
          ]}
        />
        <a href={docs.url} rel="noreferrer" target="_blank">
          {docs.title}
        </a>
      </details>
      {isMuting.value ? (
        <MuteForm finding={finding} done={again} />
      ) : (
        <button
          type="button"
          class="button is-quiet"
          onClick={() => {
            isMuting.value = true
          }}
        >
          {finding.muted === undefined ? 'Do not tell this' : 'Tell it again'}
        </button>
      )}
    </article>
  )
}
