/** `stator seed --from FROM`: a copy into a table of the same name, which is made where it is not there, or of all tables of an endpoint. */
import { type CommandOption, optionRows } from '../command-options.ts'
import { UsageError } from '../read-arguments.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { askedFor, type CopyClients, copyAll, options as copyOptions } from './copy-command.ts'
import { type CopyEnd, readCopyEnd } from './copy-end.ts'

export const options: readonly CommandOption[] = [
  { name: 'from', value: 'FROM', help: 'a table, a file or a bucket, as stator copy has them, or URL: all tables there' },
  ...copyOptions.filter(({ name }) => name !== 'with'),
]

const usage = 'stator seed [TABLE] --from FROM [options]'

const helpText = `Fills a table of a server with items of another, of a file or of a bucket (docs/copy.md). It is made where it is not there and the
source has its definition.

Usage: ${usage}

       stator seed --from aws:eu-west-1:Orders --sample 1% --anonymize rules.json
       stator seed Orders --from orders.csv
       stator seed --from http://localhost:8001

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runSeedCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator seed', { options, usage, names: [0, 1] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const from = given.get('from')
  if (from === undefined) throw new UsageError(`Usage: ${usage}: see stator seed --help.`)
  const [name] = names
  await copyAll(given, async (clients) => {
    const sources = isEndpoint(from) ? await tablesAt(from, name, clients) : [from]
    if (sources.length > 1 && given.has('resume')) throw new UsageError('--resume goes with one table.')
    return sources.map((each) => askedFor({ from: each, to: name ?? tableOf(each), withTables: true }, given))
  })
  return 0
}

function isEndpoint(from: string): boolean {
  return /^https?:\/\/[^#]+$/.test(from)
}

async function tablesAt(endpoint: string, name: string | undefined, clients: CopyClients): Promise<readonly string[]> {
  if (name !== undefined) throw new UsageError(`Which table of ${endpoint} is meant? Say --from ${endpoint}#TABLE.`)
  const client = await clients.of({ kind: 'table', tableName: '', endpoint })
  const tables: string[] = []
  let last: string | undefined
  do {
    const page: { readonly TableNames?: readonly string[]; readonly LastEvaluatedTableName?: string } = await client.ask('ListTables', {
      ...(last !== undefined && { ExclusiveStartTableName: last }),
    })
    tables.push(...(page.TableNames ?? []))
    last = page.LastEvaluatedTableName
  } while (last !== undefined)
  return tables.map((table) => `${endpoint}#${table}`)
}

/** Of a file its name up to the first dot, of a bucket the last part of the prefix. Throws UsageError. */
function tableOf(from: string): string {
  const end = readCopyEnd(from)
  const name = nameIn(end)
  if (end.kind === 'table' && !('isAws' in end) && end.endpoint === undefined)
    throw new UsageError(`${from} is the table itself: say where it is, as URL#${name} or aws:${name}, or which table is to be filled.`)
  if (name !== '') return name
  throw new UsageError(`Which table is to be filled from ${from}? Usage: ${usage}.`)
}

function nameIn(end: CopyEnd): string {
  if (end.kind === 'table') return end.tableName
  const path = end.kind === 'file' ? end.path : end.prefix.replace(/\/$/, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  return end.kind === 'file' ? name.replace(/\..*/, '') : name
}
