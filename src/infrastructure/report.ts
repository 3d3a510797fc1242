/** What an import did, in lines for people and as a value for programs, and how the command ends for it. */
import type { Applied } from './apply-infrastructure.ts'
import { placeText } from './documents/tree.ts'
import { otherKindsNamedMax } from './limits.ts'
import type { Outcome } from './server/apply-table.ts'
import type { Pruned } from './server/prune-tables.ts'
import type { Note, Reading, Refusal } from './tables/table-spec.ts'

export type Ending = 'done' | 'in part' | 'would replace'

export function endingOf({ reading, outcomes, pruned }: Applied): Ending {
  if (outcomes.some(({ kind }) => kind === 'needs replacement')) return 'would replace'
  const isPart =
    reading.refused.length > 0 ||
    reading.notes.some((note) => note.isPart) ||
    pruned.some(({ kind }) => kind === 'failed') ||
    outcomes.some(({ kind, notDone }) => kind === 'failed' || notDone.length > 0)
  return isPart ? 'in part' : 'done'
}

export function reportLines({ reading, outcomes, pruned, files }: Applied, isDryRun: boolean): readonly string[] {
  return [
    ...(isEmpty(reading) && pruned.length === 0 ? [`There are no tables in ${files.length === 1 ? files[0] : 'these files'}.`] : []),
    ...outcomes.flatMap((outcome) => outcomeLines(outcome, isDryRun)),
    ...pruned.map((each) => prunedLine(each, isDryRun)),
    ...reading.refused.map((each) => `${calledAt(each)}: not made: ${sentence(each.reason)}`),
    ...reading.skipped.map((each) => `${calledAt(each)}: skipped (${each.reason})`),
    ...reading.notes.map(noteLine),
    ...othersLine(reading.others),
  ]
}

function isEmpty({ tables, refused, skipped }: Reading): boolean {
  return tables.length + refused.length + skipped.length === 0
}

function outcomeLines({ id, tableName, place, kind, details, notDone, items }: Outcome, isDryRun: boolean): readonly string[] {
  const name = called(id, tableName)
  const would = isDryRun && kind !== 'unchanged' && kind !== 'needs replacement' ? 'would be ' : ''
  const why = details.length === 0 || kind === 'failed' ? '' : ` (${details.join(', ')})`
  const what =
    kind === 'failed'
      ? `not made: ${sentence(details.join(', '))}`
      : `${would}${kind}${why}${items > 0 ? `, ${items} ${items === 1 ? 'item' : 'items'} put` : ''}`
  return [`${name}: ${what}`, ...notDone.map((each) => `${placeText(place)} ${id}.${each}`)]
}

function prunedLine({ id, tableName, kind, reason = '' }: Pruned, isDryRun: boolean): string {
  const name = called(id, tableName)
  if (kind === 'removed') return `${name}: ${isDryRun ? 'would be ' : ''}removed (no file has it any more)`
  return `${name}: no file has it any more, and it is ${kind === 'kept' ? 'kept' : 'not removed'}: ${sentence(reason)}`
}

function called(id: string, tableName: string): string {
  return tableName === id ? tableName : `${id} = ${tableName}`
}

function noteLine({ place, subject, reason }: Note): string {
  return `${placeText(place)} ${subject}: not done: ${sentence(reason)}`
}

/** `Orders (template.yaml:41)`. */
function calledAt({ id, place }: Pick<Refusal, 'id' | 'place'>): string {
  return `${id} (${placeText(place)})`
}

function sentence(text: string): string {
  return text.replace(/[.\s]*$/, '.')
}

function othersLine(others: ReadonlyMap<string, number>): readonly string[] {
  const all = [...others].sort(([a], [b]) => (a < b ? -1 : 1))
  if (all.length === 0) return []
  const count = all.reduce((sum, [, each]) => sum + each, 0)
  const named = all.slice(0, otherKindsNamedMax).map(([kind, each]) => (each === 1 ? kind : `${kind} (${each})`))
  const more = all.length > named.length ? ', …' : ''
  return [`${count} ${count === 1 ? 'resource that is no table' : 'resources that are no tables'}: ${named.join(', ')}${more}`]
}

/** The same for programs. */
export function reportValue(applied: Applied, isDryRun: boolean): object {
  const { reading, outcomes, pruned } = applied
  return {
    ending: endingOf(applied),
    dryRun: isDryRun,
    tables: outcomes.map(({ place, ...outcome }) => ({ ...outcome, at: placeText(place) })),
    pruned,
    refused: reading.refused.map(({ id, place, reason }) => ({ id, at: placeText(place), reason })),
    skipped: reading.skipped.map(({ id, place, reason }) => ({ id, at: placeText(place), reason })),
    notDone: reading.notes.map(({ place, subject, reason }) => ({ subject, at: placeText(place), reason })),
    others: Object.fromEntries(reading.others),
  }
}
