/** Sends what is told of a failure to what its destination stands for here: the functions' host, or a table of this server. */
import type { Engine } from '../../../engine/engine.ts'
import type { FunctionHost } from '../../../functions/function-host.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { RequestUsage } from '../../../metering/traffic/request-usage.ts'
import { putItem } from '../../../operations/items/put-item.ts'
import { type Failure, failureKey, failureRecord } from './failure-record.ts'

/** Rejects when it did not arrive, also when the file of functions does not say what the destination stands for. */
export async function deliverFailure(
  engine: MeteredEngine,
  functions: FunctionHost | undefined,
  arn: string,
  failure: Failure,
): Promise<void> {
  const destination = functions?.destination(arn)
  if (functions === undefined || destination === undefined) throw new Error(`nobody says what ${arn} stands for`)
  const text = failureRecord(failure, isBucket(arn))
  if (destination.kind === 'table') return putFailure(engine, destination.tableName, failure, text)
  return functions.deliver(destination, text, failureKey(failure))
}

function isBucket(arn: string): boolean {
  return /^arn:[^:]*:s3:/.test(arn)
}

/** An item under the id of the last invocation, or under that and the time where the table has a sort key. */
async function putFailure(engine: MeteredEngine, tableName: string, failure: Failure, text: string): Promise<void> {
  const { requestId, nowMs } = failure
  const { hash = '', range } = keyNames(engine, tableName)
  const keys = { [hash]: { S: requestId }, ...(range !== undefined && { [range]: { S: new Date(nowMs).toISOString() } }) }
  await putItem(engine, { TableName: tableName, Item: { ...keys, failure: { S: text } } } as never, new RequestUsage())
}

function keyNames(
  { catalog }: Pick<Engine, 'catalog'>,
  tableName: string,
): { readonly hash?: string | undefined; readonly range?: string | undefined } {
  const key = catalog.find(tableName)?.key
  return { hash: key?.hash[0]?.name, range: key?.range[0]?.name }
}
