/** ExecuteStatement: one PartiQL statement (partiql.md §2, §3). */

import type { InputOf, OutputOf } from '../../api/operations.ts'
import { JsonText } from '../../base/json-text.ts'
import { inSlices } from '../../base/pace.ts'
import type { BoundSelect, BoundWrite } from '../../expressions/partiql/bound-statement.ts'
import { notWellFormed } from '../../expressions/partiql/not-well-formed.ts'
import { parsedStatement } from '../../expressions/partiql/parse-statement.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { workOf } from '../reads/read-selection.ts'
import { statementAccessPattern } from '../request/access-pattern.ts'
import { consumedCapacity } from '../request/consumed-capacity.ts'
import { projectedText } from '../request/projected-text.ts'
import { requestTable } from '../request/request-table.ts'
import { checkStrongRead } from '../request/strong-read.ts'
import { positionOfToken, printToken, readToken, statementDigest } from './next-token.ts'
import { membersOf, planSelect } from './plan-select.ts'
import { checkParameters, readStatement } from './read-statement.ts'
import { runSelect } from './run-select.ts'
import { prepareWrite, runWrite } from './run-write.ts'

type Input = InputOf<'ExecuteStatement'>
type Output = OutputOf<'ExecuteStatement'>

export async function executeStatement(engine: MeteredEngine, input: Input, usage: RequestUsage): Promise<Output> {
  const parameters = checkParameters(input.Parameters)
  const statement = readStatement(engine, parsedStatement(input.Statement), parameters)
  switch (statement.kind) {
    case 'select':
      return select({ engine, usage }, input, statement, parameters)
    case 'exists':
      // [I] Outside of a transaction EXISTS is no statement.
      throw notWellFormed('Expected data manipulation')
    default:
      return write({ engine, usage }, input, statement)
  }
}

interface Running {
  readonly engine: MeteredEngine
  readonly usage: RequestUsage
}

async function select(
  { engine, usage }: Running,
  input: Input,
  statement: BoundSelect,
  parameters: readonly AttributeValue[],
): Promise<Output> {
  const sent = input.NextToken === undefined ? undefined : readToken(input.NextToken, statementDigest(input.Statement, parameters))
  const { tableName } = statement
  const table = requestTable(engine, usage, tableName)
  const consistent = input.ConsistentRead === true
  const plan = planSelect(table, statement, { consistent })
  usage.pattern = statementAccessPattern(engine, table, { text: input.Statement, statement })
  usage.continues = sent !== undefined
  const position = sent === undefined ? { read: 0, after: undefined } : positionOfToken(sent, plan.target)

  if (consistent && table.replication !== undefined) await checkStrongRead(engine, table)
  if (usage.beforeDoing !== undefined) await usage.beforeDoing({ access: 'read', members: membersOf(plan, consistent) })
  const limit = input.Limit ?? Number.POSITIVE_INFINITY
  const page = await runSelect(engine, usage, plan, { tableName, consistent, limit, position, place: 0 })

  usage.hasMore = page.next !== undefined
  const texts: string[] = []
  await inSlices(page.items, workOf, (item) => texts.push(projectedText(item, plan.projection).text), usage.pace)
  return {
    Items: new JsonText(`[${texts.join(',')}]`),
    ...(page.next && { NextToken: printToken(statementDigest(input.Statement, parameters), page.next, plan.target) }),
    ...(page.lastKey && { LastEvaluatedKey: page.lastKey }),
    ...consumedCapacity(input.ReturnConsumedCapacity, page.units),
  }
}

async function write({ engine, usage }: Running, input: Input, statement: BoundWrite): Promise<Output> {
  const table = requestTable(engine, usage, statement.tableName)
  const prepared = prepareWrite(table, statement)
  usage.pattern = statementAccessPattern(engine, table, { text: input.Statement, statement })
  if (usage.beforeDoing !== undefined) await usage.beforeDoing({ access: 'write', members: [{ table, key: prepared.write.key }] })
  const written = await runWrite(engine, usage, prepared, input.ReturnValuesOnConditionCheckFailure)
  if (written.kind === 'refused') throw written.error
  return {
    Items: new JsonText(written.returned === undefined ? '[]' : `[${written.returned.text}]`),
    ...consumedCapacity(input.ReturnConsumedCapacity, written.units),
  }
}
