/** Sends what is told of a failure to what its destination stands for here: the functions' host, or a table of this server. */
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

/** An item under the id of the failure, a text, and where the table has a sort key its time, as text or as a number of milliseconds. */
async function putFailure(engine: MeteredEngine, tableName: string, failure: Failure, text: string): Promise<void> {
  const { requestId, nowMs } = failure
  const key = engine.catalog.find(tableName)?.key
  const [hash] = key?.hash ?? []
  const [range] = key?.range ?? []
  const time = range?.type === 'N' ? { N: String(nowMs) } : { S: new Date(nowMs).toISOString() }
  const Item = { ...(hash && { [hash.name]: { S: requestId } }), ...(range && { [range.name]: time }), failure: { S: text } }
  await putItem(engine, { TableName: tableName, Item } as never, new RequestUsage())
}
