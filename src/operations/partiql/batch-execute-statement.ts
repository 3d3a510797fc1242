/**
 * BatchExecuteStatement: up to 25 PartiQL statements, each about one item and answered in a slot of its own, in any order and none
 * depending on another (partiql.md §4). A statement that is throttled has that in its slot, also when all are: the model does not give
 * this operation ProvisionedThroughputExceededException, as it does BatchGetItem and BatchWriteItem, of which capacity.md §8 speaks.
 */

import { invalid, ServiceError, unknownFailure } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { allOver } from '../../base/all-over.ts'
import { assert } from '../../base/assert.ts'
import type { JsonText } from '../../base/json-text.ts'
import { isContended } from '../../engine/items/change-item.ts'
import type { BoundSelect, BoundStatement } from '../../expressions/partiql/bound-statement.ts'
import { notWellFormed } from '../../expressions/partiql/not-well-formed.ts'
import { parsedStatement } from '../../expressions/partiql/parse-statement.ts'
import type { ParsedStatement } from '../../expressions/partiql/statement.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { isThrottle } from '../../metering/throughput/throttle.ts'
import type { RequestUsage, UnderstoodMember, UnderstoodRequest } from '../../metering/traffic/request-usage.ts'
import { type StatementMember, statementsPattern } from '../request/access-pattern.ts'
import type { AskedRequest } from '../request/asked-request.ts'
import { type ConsumedUnits, consumedCapacities } from '../request/consumed-capacity.ts'
import { checkDistinctInBatch } from '../request/distinct-keys.ts'
import { projectedText } from '../request/projected-text.ts'
import { requestTable } from '../request/request-table.ts'
import { checkStrongRead } from '../request/strong-read.ts'
import { codeOf } from '../transactions/cancellation.ts'
import { sumsByTable } from '../transactions/transaction-capacity.ts'
import { membersOf, planSelect, type SelectPlan } from './plan-select.ts'
import { checkParameters, readStatement } from './read-statement.ts'
import { runSelect } from './run-select.ts'
import { type PreparedWrite, prepareWrite, runWrite } from './run-write.ts'

type Request = InputOf<'BatchExecuteStatement'>['Statements'][number]
type Response = NonNullable<OutputOf<'BatchExecuteStatement'>['Responses']>[number]
type SlotError = NonNullable<Response['Error']>

/** What a statement is to do, or why it can't. */
type Member =
  | (AskedMember & { readonly kind: 'read'; readonly plan: SelectPlan; readonly consistent: boolean })
  | (AskedMember & { readonly kind: 'write'; readonly prepared: PreparedWrite })
  | { readonly kind: 'faulty'; readonly error: ServiceError }

interface AskedMember extends StatementMember {
  readonly tableName: string
}

interface Slot {
  readonly response: Response
  /** Undefined when nothing was consumed. */
  readonly units: ConsumedUnits | undefined
  readonly succeeded: boolean
}

export async function batchExecuteStatement(
  engine: MeteredEngine,
  input: InputOf<'BatchExecuteStatement'>,
  usage: RequestUsage,
  { denied }: Pick<AskedRequest, 'denied'>,
): Promise<OutputOf<'BatchExecuteStatement'>> {
  const parsed = input.Statements.map(({ Statement: text }) => faultOr(() => parsedStatement(text)))
  checkNotMixed(parsed)
  const members = input.Statements.map((request, at): Member => {
    const refusal = denied?.get(at)
    return refusal === undefined ? prepare({ engine, usage }, request, parsed[at]) : { kind: 'faulty', error: refusal }
  })
  checkDistinctInBatch(members.flatMap(keyOf))

  const asked = members.filter(isAsked)
  usage.pattern = statementsPattern(engine, 'BatchExecuteStatement', asked)
  const kept = usage.beforeDoing && (await usage.beforeDoing({ access: accessOf(asked), members: asked.map(understood) }))
  const placeOf = (member: Member | undefined): number => asked.indexOf(member as Asked)
  const done =
    kept === undefined ? members : members.map((member) => (isAsked(member) ? keptOr(member, kept.get(placeOf(member))) : member))
  const slots = await allOver(done.map((member, at) => run({ engine, usage }, member, placeOf(members[at]))))
  return { Responses: slots.map(({ response }) => response), ...capacityOf(input.ReturnConsumedCapacity, slots) }
}

type Asked = Exclude<Member, { kind: 'faulty' }>

function isAsked(member: Member): member is Asked {
  return member.kind !== 'faulty'
}

/** They are not mixed. */
function accessOf([first]: readonly Asked[]): UnderstoodRequest['access'] {
  return first?.kind === 'write' ? 'write' : 'read'
}

/** A statement that reads one item. */
function understood(member: Asked): UnderstoodMember {
  if (member.kind === 'write') return { table: member.prepared.write.table, key: member.prepared.write.key }
  const [read] = membersOf(member.plan, member.consistent)
  assert(read !== undefined, 'a statement of a batch names an item')
  return read
}

function keptOr(member: Member, error: ServiceError | undefined): Member {
  return error === undefined ? member : { kind: 'faulty', error }
}

/** What is not well formed, or no statement, counts for neither side. */
function checkNotMixed(all: readonly (ParsedStatement | ServiceError)[]): void {
  const kinds = all.flatMap((parsed) =>
    parsed instanceof ServiceError || parsed.statement.kind === 'expression' ? [] : [parsed.statement.kind],
  )
  const reads = kinds.filter((kind) => kind === 'select').length
  if (reads === 0 || reads === kinds.length) return
  throw invalid('Read and write requests together in the same batch is not supported.')
}

interface Running {
  readonly engine: MeteredEngine
  readonly usage: RequestUsage
}

function prepare({ engine, usage }: Running, request: Request, parsed: ParsedStatement | ServiceError | undefined): Member {
  assert(parsed !== undefined, 'every statement was parsed')
  const member = faultOr(() => {
    const parameters = checkParameters(request.Parameters)
    if (parsed instanceof ServiceError) throw parsed
    return memberOf({ engine, usage }, readStatement(engine, parsed, parameters), request)
  })
  return member instanceof ServiceError ? { kind: 'faulty', error: member } : member
}

function memberOf(
  { engine, usage }: Running,
  statement: BoundStatement,
  { Statement: text, ConsistentRead: consistent = false }: Request,
): Member {
  if (statement.kind === 'exists') throw notWellFormed('Expected data manipulation')
  const { tableName } = statement
  const table = requestTable(engine, usage, tableName)
  const asked = { text, statement, tableName }
  if (statement.kind !== 'select') return { kind: 'write', ...asked, prepared: prepareWrite(table, statement) }
  return { kind: 'read', ...asked, plan: planOfOneItem(() => planSelect(table, statement, { consistent }), statement), consistent }
}

/** By the whole key and nothing else. An index is refused before it is looked for. */
function planOfOneItem(plan: () => SelectPlan, { indexName }: BoundSelect): SelectPlan {
  const found = indexName === undefined ? plan() : undefined
  const [read, ...others] = found?.reads ?? []
  if (found !== undefined && read?.kind === 'item' && read.filter === undefined && others.length === 0) return found
  throw invalid('Select statements within BatchExecuteStatement must specify the primary key in the where clause.')
}

function keyOf(member: Member): readonly Uint8Array[] {
  if (member.kind === 'write') return [member.prepared.write.key]
  return member.kind === 'read' ? member.plan.reads.flatMap((read) => (read.kind === 'item' ? [read.key] : [])) : []
}

/** `place`: among the statements that are asked for. */
async function run(running: Running, member: Member, place: number): Promise<Slot> {
  if (member.kind === 'faulty') return failed(member.error, undefined)
  try {
    return member.kind === 'read' ? await runRead(running, member, place) : await runPrepared(running, member)
  } catch (error) {
    if (error instanceof ServiceError) return failed(error, isThrottle(error) ? member.tableName : undefined)
    if (isContended(error)) return failed(unknownFailure(), undefined)
    throw error
  }
}

async function runRead(
  { engine, usage }: Running,
  { tableName, plan, consistent }: Extract<Member, { kind: 'read' }>,
  place: number,
): Promise<Slot> {
  const { table } = plan.target
  if (consistent && table.replication !== undefined) await checkStrongRead(engine, table)
  const position = { read: 0, after: undefined }
  const page = await runSelect(engine, usage, plan, { tableName, consistent, limit: 1, position, place })
  const [item] = page.items
  const text = item && projectedText(item, plan.projection)
  // What the columns lead to may be nothing [I].
  return succeeded(tableName, text?.text === '{}' ? undefined : text, page.units)
}

async function runPrepared({ engine, usage }: Running, { tableName, prepared }: Extract<Member, { kind: 'write' }>): Promise<Slot> {
  const written = await runWrite(engine, usage, prepared, 'NONE')
  if (written.kind === 'written') return succeeded(tableName, written.returned, written.units)
  return { ...failed(written.error, tableName), units: written.units }
}

function succeeded(tableName: string, item: JsonText | undefined, units: ConsumedUnits): Slot {
  return { response: { TableName: tableName, ...(item && { Item: item }) }, units, succeeded: true }
}

/** The table is named for a statement that got as far as its item, or was throttled there (github.com/boto/boto3/issues/3834). */
function failed(error: ServiceError, tableName: string | undefined): Slot {
  // Statements raise no exception without a code in a slot.
  const code = codeOf(error) as NonNullable<SlotError['Code']>
  const response = { Error: { Code: code, Message: error.message }, ...(tableName !== undefined && { TableName: tableName }) }
  return { response, units: undefined, succeeded: false }
}

/** Failed writes are charged, but a table on which nothing succeeded is not told of (capacity.md §6). */
function capacityOf(
  asked: InputOf<'BatchExecuteStatement'>['ReturnConsumedCapacity'],
  slots: readonly Slot[],
): Pick<OutputOf<'BatchExecuteStatement'>, 'ConsumedCapacity'> {
  const known = new Set(slots.flatMap(({ succeeded: did, units }) => (did && units !== undefined ? [units.tableName] : [])))
  const all = slots.flatMap(({ units }) => (units !== undefined && known.has(units.tableName) ? [units] : []))
  return all.length === 0 ? {} : consumedCapacities(asked, sumsByTable(all))
}

function faultOr<T>(make: () => T): T | ServiceError {
  try {
    return make()
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}
