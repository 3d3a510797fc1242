/** TransactGetItems: up to a hundred items of any tables as they were at one moment (operations.md §3). */
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import type { JsonText } from '../../base/json-text.ts'
import { madeInSlices } from '../../base/pace.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { type Projection, parsedProjections } from '../../expressions/projection.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { checkAttributes } from '../../values/check.ts'
import { type BatchMember, batchPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { projectedText } from '../request/projected-text.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { type TransactGet, transactGet } from './transact-get.ts'
import { capacityOfGets } from './transaction-capacity.ts'

const { wording } = operations.TransactGetItems
const languages = clauseLanguages.transactGet

type Input = InputOf<'TransactGetItems'>

interface Prepared extends TransactGet {
  readonly projection: Projection | undefined
}

export async function transactGetItems(engine: MeteredEngine, input: Input, usage: RequestUsage): Promise<OutputOf<'TransactGetItems'>> {
  const gets = input.TransactItems.map(prepare)
  usage.pattern = batchPattern(
    engine,
    'TransactGetItems',
    input.TransactItems.map(({ Get: get }, at) => memberOf(get, gets[at])),
  )
  const items = await transactGet(engine, usage, gets)
  return {
    Responses: await madeInSlices(items, (item, at) => shown(item, gets[at]?.projection), usage.pace),
    ...capacityOfGets(input.ReturnConsumedCapacity, gets, items),
  }
}

type Get = Input['TransactItems'][number]['Get']

function memberOf(get: Get, prepared: Prepared | undefined): BatchMember {
  return { action: 'Get', tableName: get.TableName, input: get, clauses: { projection: prepared?.projection } }
}

function prepare({ Get: get }: Input['TransactItems'][number]): Prepared {
  const written = readClauses(get, languages)
  if (get.ProjectionExpression !== undefined) parsedProjections.get('ProjectionExpression', get.ProjectionExpression)
  const { projection } = compileClauses(written)
  return { tableName: get.TableName, key: checkAttributes(get.Key, wording), projection }
}

/** A projection that finds nothing in the item leaves it out of the answer. */
function shown(item: StoredItem | undefined, projection: Projection | undefined): { readonly Item?: JsonText } {
  if (item === undefined) return {}
  const text = projectedText(item, projection)
  return text.text === '{}' ? {} : { Item: text }
}
