/** `stator cost`: asks a running server what its tables would cost on AWS, and prints the answer. */
import type { CostEstimate } from '../../server/control/cost-routes.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { endpointAddress } from '../endpoint-address.ts'
import { costReport } from './cost-report.ts'
import { readPriceFile } from './read-price-file.ts'

const options: readonly CommandOption[] = [
  { name: 'endpoint', value: 'URL', help: 'where Stator runs ($AWS_ENDPOINT_URL_DYNAMODB, $AWS_ENDPOINT_URL, else http://127.0.0.1:8000)' },
  { name: 'table', value: 'NAME', help: 'this table alone (all)' },
  {
    name: 'hours',
    value: 'NUMBER',
    help: 'use of the last so many hours, up to 360 (from the first to the last use in 15 days)',
  },
  { name: 'region', value: 'NAME', help: 'with isolated regions, whose tables' },
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
  const prices = pricesFile === undefined ? undefined : readPriceFile(pricesFile)
  const estimate = await ask(endpointAddress(given.get('endpoint'), process.env), { members, prices })
  process.stdout.write(given.has('json') ? `${JSON.stringify(estimate, undefined, 2)}\n` : costReport(estimate))
  return 0
}

interface Question {
  readonly members: { readonly [name: string]: string | undefined }
  /** Instead of the server's. */
  readonly prices: unknown
}

async function ask(endpoint: URL, { members, prices }: Question): Promise<CostEstimate> {
  const given = Object.entries(members).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]))
  const url = new URL('/_stator/cost', endpoint)
  if (prices === undefined) url.search = new URLSearchParams(given).toString()
  const posted = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...Object.fromEntries(given), prices }),
  }
  const response = await fetch(url, prices === undefined ? {} : posted).catch((error: unknown) => {
    throw new Error(`No server answers at ${endpoint.origin}: start one with 'stator', or name yours with --endpoint.`, { cause: error })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && typeof answer === 'object' && answer !== null && 'assumptions' in answer) return answer as CostEstimate
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(String(answer.error))
  throw new Error(`What answers at ${endpoint.origin} is no Stator with a control endpoint.`)
}
