/** `stator cost`: asks a running server what its tables would cost on AWS, and prints the answer. */
import type { CostEstimate } from '../../server/control/cost-routes.ts'
import { askControl, type ControlQuestion, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { readJsonFile } from '../read-json-file.ts'
import { costReport } from './cost-report.ts'

export const options: readonly CommandOption[] = [
  endpointOption,
  profileOption,
  { name: 'table', value: 'NAME', help: 'this table alone (all)' },
  {
    name: 'hours',
    value: 'NUMBER',
    help: 'use of the last so many hours, up to 360 (from the first to the last use in 15 days)',
  },
  { name: 'region', value: 'NAME', help: 'with isolated regions, whose tables; and for which the request is signed' },
  { name: 'price-region', value: 'NAME', help: 'whose prices (those of the region of the tables)' },
  { name: 'prices', value: 'FILE', help: 'other prices than those of the server (docs/cost.md)' },
  { name: 'json', help: 'print all that is known, as JSON' },
  helpOption,
]

const helpText = `Says what the tables of a running Stator would cost on AWS in a month, from what was used.

Usage: stator cost [options]

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence when there is no answer. */
export async function runCostCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator cost', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const pricesFile = given.get('prices')
  const members = {
    table: given.get('table'),
    hours: given.get('hours'),
    region: given.get('region'),
    priceRegion: given.get('price-region'),
  }
  const prices = pricesFile === undefined ? undefined : readJsonFile('prices', pricesFile)
  const estimate = (await askControl(await controlEndpointOf(given), questionOf(members, prices))) as CostEstimate
  process.stdout.write(given.has('json') ? `${JSON.stringify(estimate, undefined, 2)}\n` : costReport(estimate))
  return 0
}

/** `prices`: instead of the server's. */
function questionOf(members: { readonly [name: string]: string | undefined }, prices: unknown): ControlQuestion {
  const given = Object.entries(members).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]))
  const asked = { path: '/_stator/cost', answerHas: 'assumptions' }
  if (prices !== undefined) return { ...asked, method: 'POST', body: { ...Object.fromEntries(given), prices } }
  const query = new URLSearchParams(given).toString()
  return { ...asked, method: 'GET', path: query === '' ? asked.path : `${asked.path}?${query}` }
}
