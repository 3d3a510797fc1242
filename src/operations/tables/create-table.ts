/** CreateTable (operations.md §5.1): a checked definition becomes a table, CREATING in the answer and ACTIVE when its time has come. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { isArn, tableArn, tableNameOf } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { allEmpty, tableDescription } from '../../engine/catalog/describe.ts'
import { settledTable } from '../../engine/schema/settle-table.ts'
import type { AttachedPolicy } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Principals } from '../../policies/bound-principals.ts'
import type { AskedRequest } from '../request/asked-request.ts'
import { checkAccountMaxima, checkMaxima } from './definition/check-maxima.ts'
import { checkResourcePolicy } from './definition/check-resource-policy.ts'
import { defineTable } from './definition/define-table.ts'
import { checkRoom, newTable } from './new-table.ts'

export async function createTable(
  engine: MeteredEngine,
  input: InputOf<'CreateTable'>,
  _usage?: RequestUsage,
  asked?: Pick<AskedRequest, 'principals'>,
): Promise<OutputOf<'CreateTable'>> {
  const definition = defineTable(newTableName(input.TableName), input)
  const policy = checkedPolicy(engine, definition.name, input.ResourcePolicy, asked?.principals)
  const creating = await changeTables(engine, [definition.name], (tables) => {
    checkRoom(tables, definition)
    checkMaxima(engine.region, input)
    checkAccountMaxima(engine.region, tables.all(), definition)
    const created = tables.create(newTable(engine, definition, policy))
    if (engine.settings.tableStateDelayMs === 0) tables.replace(settledTable(created))
    return created
  })
  const { WarmThroughput: warm, ...description } = tableDescription(engine, creating, allEmpty)
  const isWarmAsked = Object.keys(input.WarmThroughput ?? {}).length > 0
  return { TableDescription: { ...description, ...(isWarmAsked && { WarmThroughput: { ...warm, Status: 'UPDATING' } }) } }
}

function checkedPolicy(
  engine: MeteredEngine,
  tableName: string,
  text: string | undefined,
  principals: Principals | undefined,
): Omit<AttachedPolicy, 'revisionId'> | undefined {
  if (text === undefined) return undefined
  const { boundIds } = checkResourcePolicy({ kind: 'table', arn: tableArn({ ...engine, tableName }) }, text, principals)
  return { text, ...(boundIds !== undefined && { boundIds }) }
}

/** An ARN of something else is no name; the words are those of tags (operations.md §5.5) [I]. */
function newTableName(nameOrArn: string): string {
  const name = tableNameOf(nameOrArn)
  if (isArn(name)) throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${nameOrArn}`)
  return name
}
