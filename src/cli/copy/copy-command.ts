/** `stator copy FROM TO`: items, and definitions, between tables of any endpoints, files and buckets. */
import { readFileSync } from 'node:fs'
import { systemClock } from '../../base/clock.ts'
import { printable } from '../../base/printable.ts'
import { systemRandom, uuid } from '../../base/random.ts'
import type { Buckets } from '../../storage/buckets/buckets.ts'
import { openBuckets } from '../../storage/buckets/open-buckets.ts'
import { profileOption } from '../asking/ask-control.ts'
import { findEndpoint, findRegion } from '../asking/endpoint.ts'
import { type CommandOption, type GivenOptions, helpOption, optionRows } from '../command-options.ts'
import { copyConnections, skippedNamedMax } from '../limits.ts'
import { HttpClient } from '../load/http-client.ts'
import { bucketOptions } from '../outbound-options.ts'
import { ProgressLine } from '../progress-line.ts'
import { readArguments, UsageError } from '../read-arguments.ts'
import { bucketsFrom } from '../settings.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { readRules } from './anonymize-rules.ts'
import { readCopyEnd, type TableEnd } from './copy-end.ts'
import { systemPatience, TableClient } from './copy-tables.ts'
import { type CopyAsked, type CopyTools, runCopy } from './run-copy.ts'

export const options: readonly CommandOption[] = [
  { name: 'with', value: 'tables', help: 'definitions, too: a table that is not there is made; beside a file as FILE.table.json' },
  { name: 'sample', value: 'PERCENT', help: 'so many item collections, by the hash of their partition key: 1%' },
  { name: 'anonymize', value: 'FILE', help: 'rules in JSON (docs/copy.md)' },
  { name: 'yes', help: 'with --anonymize: keep what looks as if it were of a person' },
  { name: 'key', value: 'NAME', help: 'the partition key of files, for --sample and --anonymize' },
  { name: 'resume', value: 'FILE', help: 'remember in this file how far it has come, and go on from there' },
  { name: 'endpoint', value: 'URL', help: 'of tables that are named alone ($AWS_ENDPOINT_URL_DYNAMODB, else http://127.0.0.1:8000)' },
  { name: 'region', value: 'NAME', help: 'of that endpoint, and of aws:TABLE ($AWS_REGION, $AWS_DEFAULT_REGION, else of the profile)' },
  profileOption,
  { name: 's3-folder', value: 'FOLDER', help: 'its subfolders are the buckets ($STATOR_S3_FOLDER, else ./buckets)' },
  { name: 's3-endpoint', value: 'URL', help: 'buckets of an S3-compatible server instead ($STATOR_S3_ENDPOINT)' },
  { name: 'json', help: 'print what was done as JSON' },
  helpOption,
]

const usage = (name: string): string =>
  ({ export: 'stator export TABLE FILE [options]', import: 'stator import FILE TABLE [options]' })[name] ?? 'stator copy FROM TO [options]'

const helpText = (name: string): string => `Copies items between tables, files and buckets.

Usage: ${usage(name)}

FROM and TO are each TABLE (at --endpoint), URL#TABLE, aws:TABLE, aws:REGION:TABLE, s3://BUCKET/PREFIX,
or a file: .jsonl (plain), .json (DynamoDB JSON), .csv, .ion, each perhaps with .gz or .zst, or .parquet.

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runCopyCommand(name: 'copy' | 'export' | 'import', words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions(`stator ${name}`, { options, usage: usage(name), names: [2, 2] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText(name))
    return 0
  }
  const [from = '', to = ''] = names
  await copyAll(given, async () => [askedFor({ from, to, withTables: withTablesIn(given) }, given)])
  return 0
}

export interface CopyClients {
  of(end: TableEnd): Promise<TableClient>
}

/** One after the other, and what was done told of each. Rejects with one clear sentence. */
export async function copyAll(given: GivenOptions, copiesOf: (clients: CopyClients) => Promise<readonly NamedCopy[]>): Promise<void> {
  const buckets = bucketsOf(given)
  const clients = new Map<string, Promise<OpenClient>>()
  const asked = async (end: TableEnd): Promise<TableClient> => (await clientOf(end, given, clients)).asked
  try {
    for (const copy of await copiesOf({ of: asked })) await copyAndTell(copy, { buckets, clientOf: asked, isJson: given.has('json') })
  } finally {
    for (const opening of clients.values()) await opening.then(({ client }) => client.close()).catch(() => {})
  }
}

async function copyAndTell(
  { asked, toName }: NamedCopy,
  { isJson, ...tools }: Pick<CopyTools, 'buckets' | 'clientOf'> & { readonly isJson: boolean },
): Promise<void> {
  const progress = new ProgressLine()
  const skipped = new SkippedObjects()
  const { report, ...done } = await runCopy(asked, {
    ...tools,
    onProgress: (items) => progress.show((elapsedMs) => progressText(items, elapsedMs)),
    onSkipped: (key) => skipped.add(key),
  }).finally(() => progress.end())
  if (skipped.count > 0) process.stderr.write(`stator: ${skipped.text}\n`)
  if (isJson) {
    const { count, names: objects } = skipped
    process.stdout.write(`${JSON.stringify({ ...done, anonymized: Object.fromEntries(report), skipped: { count, objects } })}\n`)
  } else {
    process.stdout.write(`${done.written} of ${done.read} items copied to ${toName}\n`)
    for (const [path, count] of report) process.stdout.write(`  ${path}: ${count}\n`)
  }
}

/** Objects of a bucket that were not read, of which only some are named. */
class SkippedObjects {
  readonly names: string[] = []
  count = 0

  add(key: string): void {
    this.count += 1
    if (this.names.length < skippedNamedMax) this.names.push(key)
  }

  get text(): string {
    const more = this.count > this.names.length ? ', …' : ''
    return `${this.count === 1 ? '1 object was not read, as its name ends' : `${this.count} objects were not read, as their names end`} with no format: ${printable(this.names.join(', '))}${more}`
  }
}

export interface NamedCopy {
  readonly asked: CopyAsked
  /** As it was typed. */
  readonly toName: string
}

/** Throws UsageError. */
function withTablesIn(given: GivenOptions): boolean {
  const withWhat = given.get('with')
  if (withWhat !== undefined && withWhat !== 'tables') throw new UsageError('--with takes the word tables.')
  return withWhat !== undefined
}

/** Throws UsageError. */
export function askedFor(
  { from, to, withTables }: { readonly from: string; readonly to: string; readonly withTables: boolean },
  given: GivenOptions,
): NamedCopy {
  const rulesFile = given.get('anonymize')
  const resumeFile = given.get('resume')
  const target = readCopyEnd(to)
  if (resumeFile !== undefined && target.kind === 'file' && target.format === 'parquet')
    throw new UsageError('--resume does not go with .parquet: the end of such a file tells of all of it.')
  const asked = {
    from: readCopyEnd(from),
    to: target,
    withTables,
    sample: shareOf(given.get('sample')),
    key: given.get('key'),
    resumeFile,
    rules: rulesFile === undefined ? undefined : readRules(textOfRules(rulesFile), rulesContext(resumeFile !== undefined)),
    isSure: given.has('yes'),
  }
  return { asked, toName: to }
}

function textOfRules(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`The rules for anonymising cannot be read: ${(error as Error).message}.`)
  }
}

function rulesContext(isResumed: boolean): Parameters<typeof readRules>[1] {
  return { env: process.env, isResumed, random: uuid(systemRandom) }
}

function shareOf(text: string | undefined): number {
  if (text === undefined) return 1
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  const share = Number(percent) / 100
  if (!(share > 0 && share <= 1)) throw new UsageError('--sample takes a share such as 1%, up to 100%.')
  return share
}

/** As a server finds them: said here, or by its variables. Throws UsageError. */
function bucketsOf(given: GivenOptions): Buckets {
  const words = ['s3-folder', 's3-endpoint'].flatMap((name) => (given.has(name) ? [`--${name}=${given.get(name)}`] : []))
  const region = given.get('region')
  const settings = { ...bucketsFrom(readArguments(words, process.env).given), ...(region !== undefined && { region }) }
  return openBuckets(bucketOptions(settings, process.env).buckets ?? { kind: 'folder', folder: './buckets' })
}

interface OpenClient {
  readonly client: HttpClient
  readonly asked: TableClient
}

/** One for each endpoint, which both ends of a copy may have. */
function clientOf(end: TableEnd, given: GivenOptions, clients: Map<string, Promise<OpenClient>>): Promise<OpenClient> {
  const id = JSON.stringify('isAws' in end ? [true, end.region] : [end.endpoint])
  const opening = clients.get(id) ?? openClient(end, given)
  clients.set(id, opening)
  return opening
}

async function openClient(end: TableEnd, given: GivenOptions): Promise<OpenClient> {
  const profile = given.get('profile')
  const region =
    'isAws' in end ? (end.region ?? (await findRegion({ region: given.get('region'), profile }, process.env))) : given.get('region')
  const address = 'isAws' in end ? awsAddress(region ?? '') : (end.endpoint ?? given.get('endpoint'))
  const client = await HttpClient.open(
    await findEndpoint({ endpoint: address, region, profile }, process.env),
    copyConnections,
    systemClock,
  )
  await client.signForReal()
  return { client, asked: new TableClient(client, systemPatience) }
}

/** China has a domain of its own. */
function awsAddress(region: string): string {
  return `https://dynamodb.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

function progressText(items: number, elapsedMs: number): string {
  const perSecond = Math.round((items * 1000) / Math.max(1, elapsedMs))
  return `${items.toLocaleString('en-US')} items, ${perSecond.toLocaleString('en-US')} a second`
}
