/**
 * Which sinks a server has, as whoever starts it says it (docs/sinks.md), read and checked: a member that nobody knows or that makes no sense is
 * one sentence. Pure.
 */
import { isObject } from '../../base/is-object.ts'
import type { ItemForm } from '../../outbound/sinks/change-line.ts'
import type { ColumnType } from '../../outbound/sinks/postgres-columns.ts'
import { sinksMax, viewTextMax } from '../limits.ts'
import { readShown, type Say, shown, tableName, type ViewValue } from '../views/view-definition.ts'

/** What was written are no sinks. The message is one sentence. */
export class SinkDefinitionFault extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'SinkDefinitionFault'
  }
}

interface Headers {
  readonly [name: string]: string
}

export type SinkTarget =
  | { readonly kind: 'file'; readonly file: string; readonly form: ItemForm }
  | { readonly kind: 'call'; readonly take: (changes: readonly unknown[]) => unknown }
  | { readonly kind: 'url'; readonly url: string; readonly headers: Headers; readonly secret?: string; readonly form: ItemForm }
  | {
      readonly kind: 'postgres'
      readonly url: string
      readonly table: readonly string[]
      readonly columns?: ReadonlyMap<string, ColumnType>
    }
  | { readonly kind: 'opensearch'; readonly url: string; readonly index: string; readonly headers: Headers }

export interface SinkDefinition {
  readonly name: string
  readonly from: string
  readonly region?: string
  /** A condition of PartiQL. */
  readonly where?: string
  /** What it is told of an item, besides its key; undefined: all of it. */
  readonly item: readonly (readonly [name: string, value: ViewValue])[] | undefined
  readonly loads: boolean
  readonly to: SinkTarget
}

export interface SinkDefinitions {
  readonly sinks: readonly SinkDefinition[]
  /** The file of what sinks do not take. */
  readonly deadLetters: string
}

const defaultDeadLetters = 'dead-letters.jsonl'

/** Throws SinkDefinitionFault. */
export function readSinks(given: unknown): SinkDefinitions {
  const whole: Say = (sentence) => new SinkDefinitionFault(`Sinks: ${sentence}`)
  if (!isObject(given)) throw whole('they are an object with the members sinks and deadLetters.')
  const { sinks, deadLetters = defaultDeadLetters, ...others } = given
  const [other] = Object.keys(others)
  if (other !== undefined) throw whole(`there is no member ${other}; there are sinks and deadLetters.`)
  if (!Array.isArray(sinks)) throw whole('sinks is a list.')
  if (sinks.length > sinksMax) throw whole(`there may be ${sinksMax}, and these are ${sinks.length}.`)
  if (typeof deadLetters !== 'string' || deadLetters === '') throw whole('deadLetters is the path of a file.')
  const read = sinks.map(readSink)
  const twice = read.find(({ name }, at) => read.findIndex((each) => each.name === name) < at)
  if (twice !== undefined) throw whole(`two of them are called ${twice.name}.`)
  return { sinks: read, deadLetters }
}

function readSink(given: unknown): SinkDefinition {
  if (!isObject(given)) throw new SinkDefinitionFault('Sinks: each is an object with the members name, from and to.')
  const { name, from, region, where, item, load = true, to, ...others } = given
  if (typeof name !== 'string' || !tableName.test(name)) {
    throw new SinkDefinitionFault(`Sinks: one has a name of 3 to 255 letters, digits, dots, hyphens and underscores, not ${shown(name)}.`)
  }
  const say: Say = (sentence) => new SinkDefinitionFault(`Sink ${name}: ${sentence}`)
  const [other] = Object.keys(others)
  if (other !== undefined) throw say(`there is no member ${other}; there are name, from, region, where, item, load and to.`)
  if (typeof from !== 'string' || !tableName.test(from)) throw say(`from is the name of a table, not ${shown(from)}.`)
  if (region !== undefined && typeof region !== 'string') throw say('region is the name of a region.')
  if (where !== undefined && (typeof where !== 'string' || where.length > viewTextMax)) {
    throw say(`where is a condition of PartiQL of up to ${viewTextMax} characters.`)
  }
  if (typeof load !== 'boolean') throw say('load is true or false.')
  return {
    name,
    from,
    ...(region !== undefined && { region }),
    ...(where !== undefined && { where }),
    item: readShown(say, item),
    loads: load,
    to: readTarget(say, to),
  }
}

const targets = 'to has one of file, url, postgres, opensearch and call'

function readTarget(say: Say, given: unknown): SinkTarget {
  if (!isObject(given)) throw say(`${targets}.`)
  const kinds = ['file', 'url', 'postgres', 'opensearch', 'call'].filter((kind) => kind in given)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) throw say(`${targets}.`)
  switch (kind) {
    case 'file': {
      const { file, format } = members(say, given, ['file', 'format'])
      if (typeof file !== 'string' || file === '') throw say('to.file is the path of a file, or - for the standard output.')
      return { kind, file, form: formOf(say, format) }
    }
    case 'url': {
      const { url, headers, secret, format } = members(say, given, ['url', 'headers', 'secret', 'format'])
      if (secret !== undefined && (typeof secret !== 'string' || secret === '')) throw say('to.secret is a text.')
      return {
        kind,
        url: httpOf(say, 'to.url', url),
        headers: headersOf(say, headers),
        ...(secret !== undefined && { secret }),
        form: formOf(say, format),
      }
    }
    case 'postgres':
      return postgresOf(say, members(say, given, ['postgres', 'table', 'columns']))
    case 'opensearch': {
      const { opensearch, index, headers } = members(say, given, ['opensearch', 'index', 'headers'])
      if (typeof index !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,254}$/.test(index))
        throw say('to.index is the name of an index, in lower case.')
      return { kind, url: httpOf(say, 'to.opensearch', opensearch), index, headers: headersOf(say, headers) }
    }
    default: {
      const { call } = members(say, given, ['call'])
      if (typeof call !== 'function') throw say('to.call is a function, which only a program can give.')
      return { kind: 'call', take: call as (changes: readonly unknown[]) => unknown }
    }
  }
}

const columnTypes: readonly string[] = ['text', 'numeric', 'boolean', 'bytea', 'jsonb', 'timestamptz'] satisfies readonly ColumnType[]

function postgresOf(say: Say, { postgres: url, table, columns }: { readonly [member: string]: unknown }): SinkTarget {
  if (typeof url !== 'string' || !/^postgres(ql)?:\/\/./.test(url)) throw say('to.postgres is a URL that begins with postgres://.')
  const names = typeof table === 'string' ? table.split('.') : []
  if (names.length < 1 || names.length > 2 || names.includes(''))
    throw say('to.table is the name of a table, or a schema, a dot and a name.')
  if (columns === undefined) return { kind: 'postgres', url, table: names }
  const entries = isObject(columns) ? Object.entries(columns) : []
  if (entries.length === 0 || !entries.every(([, type]) => typeof type === 'string' && columnTypes.includes(type))) {
    throw say(`to.columns is an object: names of columns, and of each the type: ${columnTypes.join(', ')}.`)
  }
  return { kind: 'postgres', url, table: names, columns: new Map(entries as [string, ColumnType][]) }
}

function members(
  say: Say,
  given: { readonly [member: string]: unknown },
  names: readonly string[],
): { readonly [member: string]: unknown } {
  const other = Object.keys(given).find((name) => !names.includes(name))
  if (other !== undefined) throw say(`to has no member ${other}; it has ${names.join(', ')}.`)
  return given
}

function formOf(say: Say, format: unknown): ItemForm {
  if (format === undefined || format === 'plain') return 'plain'
  if (format === 'dynamodb') return 'dynamodb'
  throw say(`to.format is plain or dynamodb, not ${shown(format)}.`)
}

function httpOf(say: Say, member: string, url: unknown): string {
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url)) throw say(`${member} begins with http:// or https://.`)
  return url
}

function headersOf(say: Say, headers: unknown): Headers {
  if (headers === undefined) return {}
  const entries = isObject(headers) ? Object.entries(headers) : undefined
  const areRight = entries?.every(
    ([name, value]) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && typeof value === 'string' && /^[\t -~]*$/.test(value),
  )
  if (entries === undefined || areRight !== true) throw say('to.headers is an object of names and texts.')
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]))
}
