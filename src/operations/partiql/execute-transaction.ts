/**
 * ExecuteTransaction: up to a hundred PartiQL statements done together, all of them reads of one item each or all of them writes and
 * checks (partiql.md §5). They are lowered to the actions of the other transactions.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { BoundExists, BoundSelect, BoundStatement, BoundWrite } from '../../expressions/partiql/bound-statement.ts'
import { parsedStatement } from '../../expressions/partiql/parse-statement.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { checkItemKeyTypes, checkKeyTypes } from '../items/key-parameters.ts'
import { statementsPattern } from '../request/access-pattern.ts'
import { projectedText } from '../request/projected-text.ts'
import { requestTable } from '../request/request-table.ts'
import { reasonOf, transactionCancelled } from '../transactions/cancellation.ts'
import { fingerprintOf } from '../transactions/fingerprint.ts'
import type { TransactAction } from '../transactions/transact-action.ts'
import { type TransactGet, transactGet } from '../transactions/transact-get.ts'
import { transactWrite } from '../transactions/transact-write.ts'
import { capacityOfGets, capacityOfWrites } from '../transactions/transaction-capacity.ts'
import { checkParameters, readStatement } from './read-statement.ts'
import { readKey } from './statement-key.ts'
import { checkAction, transactedAction } from './write-action.ts'

type Input = InputOf<'ExecuteTransaction'>
type Output = OutputOf<'ExecuteTransaction'>

/** A statement at its place in the request. */
interface Member<Statement> {
  readonly at: number
  readonly statement: Statement
  readonly returnOnFailure: TransactAction['returnOnFailure']
}

export async function executeTransaction(engine: MeteredEngine, input: Input, usage: RequestUsage): Promise<Output> {
  const parameters = input.TransactStatements.map((request) => checkParameters(request.Parameters))
  const members = input.TransactStatements.map((request, at): Member<BoundStatement> => {
    const statement = named(at, () => readStatement(engine, parsedStatement(request.Statement), parameters[at] ?? []))
    return { at, statement, returnOnFailure: request.ReturnValuesOnConditionCheckFailure }
  })
  const reads = members.filter(isRead)
  const writes = members.filter(isWrite)
  if (reads.length > 0 && writes.length > 0) {
    throw invalid('ExecuteTransaction API does not support both read and write operations in the same request.')
  }
  return reads.length > 0 ? read({ engine, usage }, input, reads) : write({ engine, usage }, input, writes)
}

function isRead(member: Member<BoundStatement>): member is Member<BoundSelect> {
  return member.statement.kind === 'select'
}

function isWrite(member: Member<BoundStatement>): member is Member<BoundWrite | BoundExists> {
  return member.statement.kind !== 'select'
}

interface Running {
  readonly engine: MeteredEngine
  readonly usage: RequestUsage
}

async function read({ engine, usage }: Running, input: Input, members: readonly Member<BoundSelect>[]): Promise<Output> {
  const gets = members.map((member) => getOf({ engine, usage }, member, members.length))
  usage.pattern = patternOf(engine, input, members)
  const items = await transactGet(engine, usage, gets)
  const responses = items.map((item, at) => {
    const text = item && projectedText(item, members[at]?.statement.projection)
    return text === undefined || text.text === '{}' ? {} : { Item: text }
  })
  return { Responses: responses, ...capacityOfGets(input.ReturnConsumedCapacity, gets, items) }
}

function getOf({ engine, usage }: Running, { at, statement }: Member<BoundSelect>, count: number): TransactGet {
  const { tableName, where } = statement
  const table = orCancelled({ at, count }, () => requestTable(engine, usage, tableName))
  const key = named(at, () => {
    refuseIndex(statement)
    const found = readKey(table, where)
    if (found !== undefined && found.filter === undefined) return found.key
    throw invalid('Select statements within ExecuteTransaction must specify the primary key in the where clause.')
  })
  orCancelled({ at, count }, () => checkKeyTypes(table, key))
  return { tableName, key }
}

async function write({ engine, usage }: Running, input: Input, members: readonly Member<BoundWrite | BoundExists>[]): Promise<Output> {
  const actions = members.map((member) => actionOf({ engine, usage }, member, members.length))
  usage.pattern = patternOf(engine, input, members)
  const { ClientRequestToken: token, TransactStatements: statements } = input
  const transacted = await transactWrite(engine, actions, {
    usage,
    token: token === undefined ? undefined : { space: 'ExecuteTransaction', token, fingerprint: fingerprintOf(statements) },
  })
  return { Responses: [], ...capacityOfWrites(input.ReturnConsumedCapacity, actions, transacted) }
}

function actionOf({ engine, usage }: Running, member: Member<BoundWrite | BoundExists>, count: number): TransactAction {
  const { at, statement, returnOnFailure } = member
  const { tableName } = statement.kind === 'exists' ? statement.select : statement
  const table = orCancelled({ at, count }, () => requestTable(engine, usage, tableName))
  const action = named(at, () => {
    refuseClauses(statement)
    return statement.kind === 'exists' ? checkAction(table, statement) : transactedAction(table, statement)
  })
  orCancelled({ at, count }, () => (action.kind === 'put' ? checkItemKeyTypes(table, action.item) : checkKeyTypes(table, action.key)))
  return { ...action, returnOnFailure }
}

/** A table that is not there, or a key that is not the table's, cancels the transaction; of what follows nothing is said. */
function orCancelled<T>({ at, count }: { readonly at: number; readonly count: number }, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const refusals = Array.from({ length: count }, (_, other) => (other === at ? ({ kind: 'fault', error } as const) : undefined))
    throw transactionCancelled(refusals.map((refusal) => reasonOf(refusal, 'NONE')))
  }
}

function patternOf(engine: MeteredEngine, input: Input, members: readonly Member<BoundStatement>[]): RequestUsage['pattern'] {
  const asked = members.map(({ at, statement }) => ({ text: input.TransactStatements[at]?.Statement ?? '', statement }))
  return statementsPattern(engine, 'ExecuteTransaction', asked)
}

function refuseClauses(statement: BoundWrite | BoundExists): void {
  if (statement.kind === 'exists') refuseIndex(statement.select)
  else if (statement.kind !== 'insert' && statement.returning !== undefined) {
    throw invalid('RETURNING clause is not supported in ExecuteTransaction.')
  }
}

function refuseIndex({ indexName }: BoundSelect): void {
  if (indexName !== undefined) throw invalid('Reads on indices are not supported within transactions.')
}

/** What is wrong with one statement is told with its number. */
function named<T>(at: number, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof ServiceError) || error.exception !== 'ValidationException') throw error
    throw invalid(`Validation failed in TransactStatements[${at}]: ${error.message}`)
  }
}
