/** What becomes, or became, of each table that the files have, and what of the files is not done: with the file and the line. */
import { Link } from 'wouter-preact'
import { placeText } from '../../../src/infrastructure/documents/tree.ts'
import { reportLines } from '../../../src/infrastructure/report.ts'
import { tableAddress } from '../../app/addresses.ts'
import { counted } from '../../values/shown-numbers.ts'
import { Badge, type Tone } from '../../widgets/badge.tsx'
import type { DoneWith } from './apply-dropped.ts'

type Outcome = DoneWith['outcomes'][number]

const tones: { readonly [kind in Outcome['kind']]: Tone } = {
  created: 'good',
  changed: 'accent',
  unchanged: 'plain',
  replaced: 'warn',
  'needs replacement': 'warn',
  failed: 'bad',
}

const endings = {
  done: 'All of it is done.',
  'in part': 'Not all of it is done: what is not stands below, with file and line.',
  'would replace': 'A table would have to be replaced: choose above how, or leave it.',
} as const
const foreseen = {
  done: 'All of it can be done.',
  'in part': 'Not all of it can be done: what cannot stands below, with file and line.',
  'would replace': endings['would replace'],
} as const

export function Plan({ done, isDryRun }: { readonly done: DoneWith; readonly isDryRun: boolean }) {
  const { outcomes, ending } = done
  // What is said of tables stands in the rows.
  const lines = outcomes.length === 0 ? reportLines(done, isDryRun) : reportLines({ ...done, outcomes: [] }, isDryRun)
  return (
    <section class="card" aria-label={isDryRun ? 'What would be done' : 'What was done'}>
      <h2>{isDryRun ? 'What would be done' : 'What was done'}</h2>
      <p role="status">{isDryRun ? foreseen[ending] : endings[ending]}</p>
      {outcomes.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label="Tables of the files">
          <table class="plain">
            <thead>
              <tr>
                <th>Table</th>
                <th>{isDryRun ? 'Would be' : 'Is'}</th>
                <th>How</th>
                <th>Where</th>
              </tr>
            </thead>
            <tbody>
              {outcomes.map((outcome) => (
                <OutcomeRow key={`${placeText(outcome.place)} ${outcome.tableName}`} outcome={outcome} isDryRun={isDryRun} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {lines.length > 0 && (
        <ul class="plain-list" aria-label="Besides">
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function OutcomeRow({ outcome, isDryRun }: { readonly outcome: Outcome; readonly isDryRun: boolean }) {
  const { id, tableName, kind, details, notDone, items, place } = outcome
  const isThere = kind !== 'failed' && !(isDryRun && kind === 'created')
  return (
    <tr>
      <td>
        {isThere ? (
          <Link href={tableAddress(tableName, 'definition')}>
            <bdi>{tableName}</bdi>
          </Link>
        ) : (
          <bdi>{tableName}</bdi>
        )}
        {id !== tableName && (
          <div class="soft">
            <bdi>{id}</bdi>
          </div>
        )}
      </td>
      <td>
        <Badge tone={tones[kind]}>{kind === 'failed' ? 'not made' : kind}</Badge>
      </td>
      <td>
        {details.join(', ')}
        {items > 0 && ` ${counted(items, 'item')} put`}
        {notDone.map((each) => (
          <div key={each} class="warn">
            {each}
          </div>
        ))}
      </td>
      <td>
        <code>{placeText(place)}</code>
      </td>
    </tr>
  )
}
