/** `stator copy FROM TO`: items, and definitions, between tables of any endpoints, files and buckets. */
import { readFileSync } from 'node:fs'
import { stopwatchMs, systemClock } from '../../base/clock.ts'
import { systemRandom, uuid } from '../../base/random.ts'
import { openBuckets } from '../../storage/buckets/open-buckets.ts'
import { profileOption } from '../asking/ask-control.ts'
import { findEndpoint } from '../asking/endpoint.ts'
import { type CommandOption, type GivenOptions, helpOption, optionRows } from '../command-options.ts'
import { copyConnections, progressEveryMs } from '../limits.ts'
import { HttpClient } from '../load/http-client.ts'
import { UsageError } from '../read-arguments.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { anonymizerOf } from './anonymize.ts'
import { type CopyEnd, readCopyEnd } from './copy-end.ts'
import { type CopyAsked, runCopy } from './run-copy.ts'

export const options: readonly CommandOption[] = [
  { name: 'with', value: 'tables', help: 'definitions, too: a table that is not there is made; beside a file as FILE.table.json' },
  { name: 'sample', value: 'PERCENT', help: 'so many item collections, by the hash of their partition key: 1%' },
  { name: 'anonymize', value: 'FILE', help: 'rules in JSON (docs/copy.md)' },
  { name: 'yes', help: 'with --anonymize: keep what looks as if it were of a person' },
  { name: 'key', value: 'NAME', help: 'the partition key of files, for --sample and --anonymize' },
  { name: 'resume', value: 'FILE', help: 'into a table: remember in this file how far it has come, and go on from there' },
  { name: 'endpoint', value: 'URL', help: 'of tables that are named alone ($AWS_ENDPOINT_URL_DYNAMODB, else http://127.0.0.1:8000)' },
  { name: 'region', value: 'NAME', help: 'of that endpoint' },
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
  const asked = askedFor(names, given)
  const clients = new Map<string, HttpClient>()
  const { report, ...done } = await runCopy(asked, {
    buckets: bucketsOf(given),
    clientOf: (end) => clientOf(end, given, clients),
    onProgress: progress(),
  }).finally(() => {
    for (const client of clients.values()) client.close()
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  if (given.has('json')) process.stdout.write(`${JSON.stringify({ ...done, anonymized: Object.fromEntries(report) })}\n`)
  else {
    process.stdout.write(`${done.written} of ${done.read} items copied to ${names[1]}\n`)
    for (const [path, count] of report) process.stdout.write(`  ${path}: ${count}\n`)
  }
  return 0
}

function askedFor([from = '', to = '']: readonly string[], given: GivenOptions): CopyAsked {
  const withWhat = given.get('with')
  if (withWhat !== undefined && withWhat !== 'tables') throw new UsageError('--with takes the word tables.')
  const rulesFile = given.get('anonymize')
  const resumeFile = given.get('resume')
  const target = readCopyEnd(to)
  if (resumeFile !== undefined && target.kind !== 'table')
    throw new UsageError('--resume goes with a table to copy to: files and buckets are written anew.')
  const rules = rulesFile === undefined ? undefined : readFileSync(rulesFile, 'utf8')
  return {
    from: readCopyEnd(from),
    to: target,
    withTables: withWhat !== undefined,
    sample: shareOf(given.get('sample')),
    key: given.get('key'),
    resumeFile,
    anonymizer:
      rules === undefined
        ? undefined
        : (keyNames) => anonymizerOf(rules, keyNames, { env: process.env, isSure: given.has('yes'), random: uuid(systemRandom) }),
  }
}

function shareOf(text: string | undefined): number {
  if (text === undefined) return 1
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  const share = Number(percent) / 100
  if (!(share > 0 && share <= 1)) throw new UsageError('--sample takes a share such as 1%, up to 100%.')
  return share
}

function bucketsOf(given: GivenOptions): ReturnType<typeof openBuckets> {
  const { STATOR_S3_ENDPOINT, STATOR_S3_FOLDER, STATOR_S3_ACCESS_KEY_ID, STATOR_S3_SECRET_ACCESS_KEY } = process.env
  const endpoint = given.get('s3-endpoint') ?? (given.has('s3-folder') ? undefined : STATOR_S3_ENDPOINT || undefined)
  if (endpoint === undefined) return openBuckets({ kind: 'folder', folder: given.get('s3-folder') ?? (STATOR_S3_FOLDER || './buckets') })
  const isSigned = STATOR_S3_ACCESS_KEY_ID && STATOR_S3_SECRET_ACCESS_KEY
  const credentials = isSigned
    ? { credentials: { accessKeyId: STATOR_S3_ACCESS_KEY_ID, secretAccessKey: STATOR_S3_SECRET_ACCESS_KEY } }
    : {}
  return openBuckets({ kind: 's3', endpoint, region: given.get('region') ?? 'us-east-1', ...credentials })
}

async function clientOf(
  end: Extract<CopyEnd, { kind: 'table' }>,
  given: GivenOptions,
  clients: Map<string, HttpClient>,
): Promise<HttpClient> {
  const endpoint = await findEndpoint(
    { endpoint: end.endpoint ?? given.get('endpoint'), region: end.region ?? given.get('region'), profile: given.get('profile') },
    process.env,
  )
  const id = `${endpoint.url.href} ${endpoint.region}`
  const known = clients.get(id)
  if (known !== undefined) return known
  const client = await HttpClient.open(endpoint, copyConnections, systemClock)
  await client.signForReal()
  clients.set(id, client)
  return client
}

/** A line on a terminal that is written over. */
function progress(): (items: number) => void {
  let shownMs = Number.NEGATIVE_INFINITY
  const startedMs = stopwatchMs()
  return (items) => {
    const nowMs = stopwatchMs()
    if (process.stderr.isTTY !== true || nowMs - shownMs < progressEveryMs) return
    shownMs = nowMs
    const perSecond = Math.round((items * 1000) / Math.max(1, nowMs - startedMs))
    process.stderr.write(`\r\u001b[K${items.toLocaleString('en-US')} items, ${perSecond.toLocaleString('en-US')} a second`)
  }
}
