/**
 * A request that was answered, as those see it who follow what is asked: the feed, the log, the counts by caller. What costs something
 * to say is said when somebody looks (`describeRequest`).
 */
import { getOwn, setOwn } from '../../base/own.ts'
import type { KeyAttribute, KeySchema, Table } from '../../engine/schema/table.ts'
import type { PatternName } from '../../metering/traffic/access-pattern.ts'
import { patternText } from '../../metering/traffic/describe-pattern.ts'
import { keptKeyTextMax } from '../limits.ts'

export interface AnsweredRequest {
  readonly requestId: string
  /** Stator's time at the end of it. */
  readonly atMs: number
  readonly durationMs: number
  /** The name that its requests are signed for; `stator`: of the control endpoint. */
  readonly service: string
  /** Undefined for what names none. */
  readonly operation: string | undefined
  readonly region: string
  /** Of HTTP. */
  readonly status: number
  readonly error: ToldError | undefined
  /** An ARN; undefined when it was not let in. */
  readonly caller: string | undefined
  readonly accessKeyId: string | undefined
  /** Undefined in process. */
  readonly sourceAddress: string | undefined
  readonly userAgent: string | undefined
  /** Which faults have struck it. */
  readonly faults: readonly string[] | undefined
  /** Of requests for items. */
  readonly items?: RequestForItems | undefined
}

export interface ToldError {
  readonly exception: string
  readonly message: string
  /** What it means for whoever wrote the program (hint.ts). */
  readonly hint?: string | undefined
}

export interface RequestForItems {
  /** The first one that it found. */
  readonly table: Table | undefined
  /** What it calls its table, if that is all there is to go by. */
  readonly tableName: string | undefined
  readonly otherTables: readonly Table[] | undefined
  readonly index: string | undefined
  /** Its name alone: what it came to is forgotten with its tables, and need not wait for a request that is still told of. */
  readonly pattern: PatternName | undefined
  /** What it says of the one item that it is about: the key, perhaps among other attributes. */
  readonly named: ItemKey | undefined
  readonly readUnits: number
  readonly writeUnits: number
  readonly evaluatedItems: number
  readonly returnedItems: number | undefined
}

/** Attribute values by name, as on the wire. */
export type ItemKey = { readonly [name: string]: unknown }

/** As they came and went. */
export interface RequestTexts {
  readonly request: string
  readonly response: string
}

/** One as programs and people read it; what there is nothing to say of is left out. */
export interface RequestReport {
  /** Ascending, from 1 since the server started. */
  readonly number: number
  readonly requestId: string
  readonly at: string
  readonly durationMs: number
  readonly service: string
  readonly operation?: string
  readonly region: string
  readonly status: number
  readonly error?: ToldError
  /** An ARN. */
  readonly caller?: string
  readonly accessKeyId?: string
  readonly sourceAddress?: string
  readonly userAgent?: string
  /** Those that tests have asked for, by their names (docs/faults.md). */
  readonly faults?: readonly string[]
  readonly table?: string
  readonly otherTables?: readonly string[]
  readonly index?: string
  readonly key?: ItemKey
  /** How it asks, without values (docs/traffic.md). */
  readonly pattern?: string
  readonly readUnits?: number
  readonly writeUnits?: number
  readonly evaluatedItems?: number
  readonly returnedItems?: number
  readonly request?: string
  readonly response?: string
}

export function describeRequest(number: number, asked: AnsweredRequest, texts?: RequestTexts): RequestReport {
  const { requestId, atMs, durationMs, service, operation, region, status, error, caller, accessKeyId, sourceAddress, userAgent } = asked
  const { faults, items } = asked
  return {
    number,
    requestId,
    at: new Date(atMs).toISOString(),
    durationMs: Number(durationMs.toFixed(3)),
    service,
    ...(operation !== undefined && { operation }),
    region,
    status,
    ...(error !== undefined && { error }),
    ...(caller !== undefined && { caller }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(sourceAddress !== undefined && { sourceAddress }),
    ...(userAgent !== undefined && { userAgent }),
    ...(faults !== undefined && { faults }),
    ...(items !== undefined && describeItems(items)),
    ...texts,
  }
}

function describeItems({
  table,
  tableName = table?.name,
  otherTables,
  index,
  pattern,
  named,
  ...counts
}: RequestForItems): Partial<RequestReport> {
  const { readUnits, writeUnits, evaluatedItems, returnedItems } = counts
  const key = table && otherTables === undefined ? namedKey(table.key, named) : undefined
  return {
    ...(tableName !== undefined && { table: tableName }),
    ...(otherTables !== undefined && { otherTables: otherTables.map(({ name }) => name) }),
    ...(index !== undefined && { index }),
    ...(key !== undefined && { key }),
    ...(pattern !== undefined && { pattern: patternText(pattern) }),
    ...(readUnits > 0 && { readUnits }),
    ...(writeUnits > 0 && { writeUnits }),
    ...(evaluatedItems > 0 && { evaluatedItems }),
    ...(returnedItems !== undefined && { returnedItems }),
  }
}

/** What stands in the value; undefined when it is none of the attribute's type, or too long to be kept. */
export function valueText(attribute: KeyAttribute | undefined, named: ItemKey | undefined): string | undefined {
  if (attribute === undefined || named === undefined) return undefined
  const value = getOwn(named, attribute.name)
  const text = typeof value === 'object' && value !== null ? getOwn(value as ItemKey, attribute.type) : undefined
  return typeof text === 'string' && text.length <= keptKeyTextMax ? text : undefined
}

/** The key that is named; undefined when it is none, or too long to be kept. */
function namedKey({ hash, range }: KeySchema, named: ItemKey | undefined): ItemKey | undefined {
  const key: { [name: string]: unknown } = {}
  for (const attribute of [...hash, ...range]) {
    const text = valueText(attribute, named)
    if (text === undefined) return undefined
    setOwn(key, attribute.name, { [attribute.type]: text })
  }
  return key
}
