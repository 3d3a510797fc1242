/** `stator view apply FILE | list | drop NAME`: tables that follow from other tables, on a running server (docs/views.md). */
import type { AppliedView, DescribedView, ViewList } from '../../server/control/view-routes.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { type CommandOption, type GivenOptions, helpOption, optionRows } from '../command-options.ts'
import { UsageError } from '../read-arguments.ts'
import { readConfigurationFile } from '../read-configuration-file.ts'
import { readNamesAndOptions } from '../words-and-options.ts'

const usage = 'stator view apply FILE | list | drop NAME [options]'

export const options: readonly CommandOption[] = [
  endpointOption,
  { name: 'region', value: 'NAME', help: 'for which the request is signed, and with isolated regions whose views' },
  profileOption,
  { name: 'keep-table', help: 'with drop: the table stays as it is, and no view any more' },
  { name: 'json', help: 'print what was answered as JSON' },
  helpOption,
]

const helpText = `Keeps tables that follow from other tables of a running Stator: counts and sums by group, items under other keys.

  apply FILE  make the views of a file (.json, .js or .ts), or make those anew that are others now
  list        say which there are, and how far they are behind
  drop NAME   drop one, with its table

Usage: ${usage}

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runViewCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator view', { options, usage, names: [1, 2] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [action = '', name] = names
  if ((action === 'list') !== (name === undefined) || !['apply', 'list', 'drop'].includes(action)) {
    throw new UsageError(`Usage: ${usage}: see stator view --help.`)
  }
  if (given.has('keep-table') && action !== 'drop') throw new UsageError('--keep-table goes with drop.')
  const views = action === 'apply' ? viewsIn(name ?? '', readConfigurationFile('views', name ?? '')) : []
  const endpoint = await controlEndpointOf(given)
  if (action === 'apply') await apply(endpoint, given, views)
  else if (action === 'list') await list(endpoint, given)
  else await drop(endpoint, given, name ?? '')
  return 0
}

/** One view, a list of them, or an object with the member views. */
function viewsIn(path: string, content: unknown): readonly object[] {
  const found = typeof content === 'object' && content !== null && 'views' in content ? content.views : content
  const views: readonly unknown[] = Array.isArray(found) ? found : [found]
  if (views.length === 0 || !views.every((each) => typeof each === 'object' && each !== null)) {
    throw new UsageError(`${path} has no views: it holds an object, a list of objects, or { "views": [ … ] }.`)
  }
  return views as readonly object[]
}

async function apply(endpoint: ControlEndpoint, given: GivenOptions, views: readonly object[]): Promise<void> {
  for (const definition of views) {
    const body = { definition, ...inRegion(given) }
    const answer = (await askControl(endpoint, { method: 'POST', path: '/_stator/views', body, answerHas: 'change' })) as AppliedView
    print(given, answer, `${answer.view.name}: ${answer.change}, ${answer.view.state}`)
  }
}

async function list(endpoint: ControlEndpoint, given: GivenOptions): Promise<void> {
  const path = `/_stator/views${query(given)}`
  const answer = (await askControl(endpoint, { method: 'GET', path, answerHas: 'views' })) as ViewList
  if (given.has('json')) process.stdout.write(`${JSON.stringify(answer)}\n`)
  else if (answer.views.length === 0) process.stdout.write('There are no views.\n')
  else for (const view of answer.views) process.stdout.write(`${lineOf(view)}\n`)
}

async function drop(endpoint: ControlEndpoint, given: GivenOptions, name: string): Promise<void> {
  const path = `/_stator/views/${encodeURIComponent(name)}`
  const isKept = given.has('keep-table')
  const view = (await askControl(
    endpoint,
    isKept
      ? { method: 'POST', path: `${path}/release`, body: inRegion(given), answerHas: 'from' }
      : { method: 'DELETE', path: `${path}${query(given)}`, answerHas: 'from' },
  )) as DescribedView
  print(given, view, isKept ? `${name}: dropped, its table stays` : `${name}: dropped`)
}

function lineOf({ name, from, state, waitingChanges, ageMs }: DescribedView): string {
  const behind =
    waitingChanges === 0 ? '' : `, ${waitingChanges.toLocaleString('en-US')} changes behind, the oldest ${Math.ceil(ageMs / 1000)} s old`
  return `${name} of ${from}: ${state}${behind}`
}

function print(given: GivenOptions, answer: object, line: string): void {
  process.stdout.write(given.has('json') ? `${JSON.stringify(answer)}\n` : `${line}\n`)
}

function inRegion(given: GivenOptions): { readonly region?: string } {
  const region = given.get('region')
  return region === undefined ? {} : { region }
}

function query(given: GivenOptions): string {
  const region = given.get('region')
  return region === undefined ? '' : `?region=${encodeURIComponent(region)}`
}
