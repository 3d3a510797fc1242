/**
 * Which access pattern a request is one of. It is found by what the client wrote, part by part; only a form that was never met
 * before is printed, from what it was compiled to.
 */

import type { OperationName } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { getOwn } from '../../base/own.ts'
import { attributesOfKey, type KeySchema, type Table } from '../../engine/schema/table.ts'
import { throughputModeOf } from '../../engine/settings.ts'
import type { Clauses } from '../../expressions/clauses.ts'
import type { BoundStatement } from '../../expressions/partiql/bound-statement.ts'
import { statementPattern } from '../../expressions/partiql/statement-pattern.ts'
import { conditionPattern, keyConditionPattern, projectionPattern, updatePattern } from '../../expressions/print-pattern.ts'
import { accessPatternMembersMax, rawFormPartsMax } from '../../metering/limits.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { AccessPattern, PatternClauseTexts } from '../../metering/traffic/access-pattern.ts'
import type { PatternMember, RawForm } from '../../metering/traffic/raw-forms.ts'
import type { ClauseInput } from './request-clauses.ts'

type PatternEngine = Pick<MeteredEngine, 'metering' | 'region' | 'catalog' | 'settings'>

/** What is read or written: a table, or an index of it. */
export interface PatternTarget {
  readonly table: Table
  /** A vector index has no key. */
  readonly index?: { readonly name: string; readonly key?: KeySchema } | undefined
}

/** What the client wrote. An input may have members that its operation does not know, and nobody has checked those. */
export type PatternInput = { readonly [Name in keyof ClauseInput | 'SearchConditionExpression']?: unknown }

/** What it was compiled to; more may be there and is not looked at. */
export type PatternClauses = { readonly [Clause in keyof Clauses]?: Clauses[Clause] }

/** One of the writes, reads or checks that a batch or a transaction is made of. */
export interface BatchMember {
  /** `Put`, `Delete`, `Get` … */
  readonly action: string
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly input: PatternInput
  readonly clauses: PatternClauses
}

export interface StatementMember {
  readonly text: string
  readonly statement: BoundStatement
}

/**
 * The pattern of a request about one table: a few look-ups, unless its form was never met before. Undefined where throughput is
 * off, and nothing is to be counted.
 */
export function accessPattern(
  {
    metering: {
      traffic: { patterns },
    },
    region,
    settings,
  }: PatternEngine,
  operation: OperationName,
  { table, index }: PatternTarget,
  input: PatternInput,
  clauses: PatternClauses,
): AccessPattern | undefined {
  if (throughputModeOf(settings, table.tableId) === 'off') return undefined
  const start = patterns.root().step(operation).step(table.tableId)
  const form = writtenForm(start.step(index?.name), input)
  if (form?.pattern !== undefined) return form.pattern
  const name = { operation, region, table: table.name, tableIds: [table.tableId], index: index?.name }
  if (form === undefined) return patterns.settle(start.step(unwritten), { ...name, clauses: {}, isOther: true })
  const keyNames = attributesOfKey(index === undefined ? table.key : (index.key ?? noKey)).map((attribute) => attribute.name)
  return patterns.settle(form, { ...name, clauses: clauseTexts(clauses, keyNames), isOther: false })
}

/** The same for requests that may be about several tables: what their members do, each kind once. Undefined also for a table that is not there. */
export function batchPattern(engine: PatternEngine, operation: OperationName, members: readonly BatchMember[]): AccessPattern | undefined {
  if (isOff(engine)) return undefined
  const { patterns } = engine.metering.traffic
  const known: PatternMember[] = []
  for (const { action, tableName, input, clauses } of members) {
    const table = engine.catalog.find(tableNameOf(tableName))
    if (table === undefined) return undefined
    const start = patterns.root().step('member').step(table.tableId).step(action)
    const form = writtenForm(start, input) ?? start.step(unwritten)
    if (form.member === undefined) {
      const text = memberText(`${action} ${table.name}`, clauseTexts(clauses, []))
      form.member = patterns.settleMember(form, { tableId: table.tableId, table: table.name, text })
    }
    note(known, form.member)
  }
  return membersPattern(engine, operation, known)
}

/** The pattern of one statement, of an index where it reads one. */
export function statementAccessPattern(
  {
    metering: {
      traffic: { patterns },
    },
    region,
    settings,
  }: PatternEngine,
  table: Table,
  { text, statement }: StatementMember,
): AccessPattern | undefined {
  if (throughputModeOf(settings, table.tableId) === 'off') return undefined
  const operation = 'ExecuteStatement'
  const form = patterns.root().step(operation).step(table.tableId).step(text)
  if (form.pattern !== undefined) return form.pattern
  const index = statement.kind === 'select' ? statement.indexName : undefined
  const clauses = { statement: statementPattern(statement) }
  return patterns.settle(form, { operation, region, table: table.name, tableIds: [table.tableId], index, clauses, isOther: false })
}

/** The pattern of many statements. Undefined also for a table that is not there. */
export function statementsPattern(
  engine: PatternEngine,
  operation: OperationName,
  members: readonly StatementMember[],
): AccessPattern | undefined {
  if (isOff(engine)) return undefined
  const { patterns } = engine.metering.traffic
  const known: PatternMember[] = []
  for (const { text, statement } of members) {
    const { tableName } = statement.kind === 'exists' ? statement.select : statement
    const table = engine.catalog.find(tableNameOf(tableName))
    if (table === undefined) return undefined
    const form = patterns.root().step('statement').step(table.tableId).step(text)
    if (form.member === undefined) {
      const printed = `${table.name}: ${statementPattern(statement)}`
      form.member = patterns.settleMember(form, { tableId: table.tableId, table: table.name, text: printed })
    }
    note(known, form.member)
  }
  return membersPattern(engine, operation, known)
}

/** Stands for whatever has too many parts; no index is called so. */
const unwritten = '…'
const noKey: KeySchema = { hash: [], range: [] }

function isOff({ settings }: PatternEngine): boolean {
  return settings.throughput === 'off' && settings.tableThroughput.size === 0
}

function note(known: PatternMember[], member: PatternMember): void {
  if (known.length < accessPatternMembersMax && !known.includes(member)) known.push(member)
}

function membersPattern(
  {
    metering: {
      traffic: { patterns },
    },
    region,
  }: PatternEngine,
  operation: OperationName,
  members: PatternMember[],
): AccessPattern | undefined {
  if (members.length === 0) return undefined
  members.sort((a, b) => a.id - b.id)
  let form = patterns.root().step(operation).step('members')
  for (const { id } of members) form = form.step(id)
  if (form.pattern !== undefined) return form.pattern
  const tableIds = [...new Set(members.map(({ tableId }) => tableId))].sort((a, b) => a - b)
  const table = members.find(({ tableId }) => tableId === tableIds[0])?.table ?? ''
  const clauses = { members: [...new Set(members.map(({ text }) => text))].sort() }
  return patterns.settle(form, { operation, region, table, tableIds, index: undefined, clauses, isOther: false })
}

/** Where the parts that were written lead to; undefined when they are too many to be remembered. */
function writtenForm(start: RawForm, input: PatternInput): RawForm | undefined {
  let form = start
    .step(textOf(input.KeyConditionExpression ?? input.SearchConditionExpression))
    .step(textOf(input.FilterExpression))
    .step(textOf(input.ProjectionExpression))
    .step(textOf(input.UpdateExpression))
    .step(textOf(input.ConditionExpression))
  const { ExpressionAttributeNames: names } = input
  if (isMap(names)) {
    let parts = 0
    for (const alias in names) {
      parts += 1
      if (parts > rawFormPartsMax) return undefined
      form = form.step(alias).step(textOf(getOwn(names, alias)))
    }
  }
  return speaksLegacy(input) ? legacyForm(form, input) : form
}

function speaksLegacy(input: PatternInput): boolean {
  return (
    input.AttributesToGet !== undefined ||
    input.KeyConditions !== undefined ||
    input.QueryFilter !== undefined ||
    input.ScanFilter !== undefined ||
    input.Expected !== undefined ||
    input.AttributeUpdates !== undefined
  )
}

/** What of the legacy parameters decides how they are printed: names, operators, and of which kind a value is. */
function legacyForm(start: RawForm, input: PatternInput): RawForm | undefined {
  const { AttributesToGet, KeyConditions, QueryFilter, ScanFilter, Expected, AttributeUpdates, ConditionalOperator } = input
  let form = start.step(textOf(ConditionalOperator))
  let parts = 0
  for (const parameter of [AttributesToGet, KeyConditions, QueryFilter, ScanFilter, Expected, AttributeUpdates]) {
    form = form.step(undefined)
    if (!isMap(parameter)) continue
    for (const name in parameter) {
      parts += 1
      if (parts > rawFormPartsMax) return undefined
      const said = getOwn(parameter, name)
      form = form.step(name)
      form = isMap(said) ? saidForm(form, said) : form.step(textOf(said))
    }
  }
  return form
}

function saidForm(start: RawForm, { ComparisonOperator, Exists, Action, Value }: UnknownMap): RawForm {
  return start
    .step(textOf(ComparisonOperator))
    .step(String(Exists === false))
    .step(textOf(Action))
    .step(isMap(Value) ? String(Object.hasOwn(Value, 'L')) : undefined)
}

type UnknownMap = { readonly [name: string]: unknown }

/** Lists are maps by their indexes. */
function isMap(value: unknown): value is UnknownMap {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function clauseTexts(
  { keyCondition, filter, projection, condition, update }: PatternClauses,
  keyNames: readonly string[],
): PatternClauseTexts {
  return {
    keyCondition: keyCondition && keyConditionPattern(keyCondition, keyNames),
    filter: filter && conditionPattern(filter.tree),
    projection: projection && projectionPattern(projection.paths),
    condition: condition && conditionPattern(condition.tree),
    update: update && updatePattern(update.actions),
  }
}

function memberText(what: string, { projection, condition, update }: PatternClauseTexts): string {
  const clauses = [projection && `show ${projection}`, update, condition && `if ${condition}`].filter((text) => text !== undefined)
  return [what, ...clauses].join(' ')
}
