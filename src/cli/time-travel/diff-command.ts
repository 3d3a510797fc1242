/** `stator diff TABLE@TIME TABLE@TIME`: what became of the items of a table between two seconds. */
import type { TableDifferences } from '../../server/control/time-travel-routes.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
import { UsageError } from '../read-arguments.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { differenceText, summaryText } from './difference-text.ts'
import { parseTableAt, timeMsOf } from './table-at.ts'

const usage = 'stator diff TABLE@TIME TABLE[@TIME] [options]'

export const options: readonly CommandOption[] = [
  endpointOption,
  { name: 'region', value: 'NAME', help: 'for which the request is signed, and with isolated regions whose tables' },
  profileOption,
  { name: 'json', help: 'print a line of JSON for each item' },
  helpOption,
]

const helpText = `Prints which items of a table were added, removed or changed between the ends of two seconds, on a running Stator.
The table needs point-in-time recovery. TIME is such as 2026-11-22T10:04:59Z, or 30s, 15m, 2h or 7d before now; without it: now.

Usage: ${usage}

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runDiffCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator diff', { options, usage, names: [2, 2] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [first, second] = names.map(parseTableAt)
  if (first === undefined || second === undefined || first.table !== second.table)
    throw new UsageError('stator diff is of one table at two times: TABLE@TIME TABLE@TIME.')
  const endpoint = await controlEndpointOf(given)
  const [from, to] = [await timeMsOf(endpoint, first), await timeMsOf(endpoint, second)]
  const counts = { added: 0, removed: 0, changed: 0 }
  for await (const { differences } of pages(endpoint, { table: first.table, from, to, region: given.get('region') })) {
    for (const difference of differences) {
      counts[difference.change] += 1
      await print(given.has('json') ? `${JSON.stringify(difference)}\n` : differenceText(difference))
    }
  }
  if (!given.has('json')) await print(summaryText(counts))
  return 0
}

interface Asked {
  readonly table: string
  readonly from: number
  readonly to: number
  readonly region: string | undefined
}

async function* pages(endpoint: ControlEndpoint, { table, from, to, region }: Asked): AsyncGenerator<TableDifferences> {
  let after: string | undefined
  do {
    const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    const query = new URLSearchParams({ ...times, ...(region !== undefined && { region }), ...(after !== undefined && { after }) })
    const path = `/_stator/tables/${encodeURIComponent(table)}/diff?${query}`
    const page = (await askControl(endpoint, { method: 'GET', path, answerHas: 'differences' })) as TableDifferences
    yield page
    after = page.next
  } while (after !== undefined)
}

/** As fast as whoever reads it takes it. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}
