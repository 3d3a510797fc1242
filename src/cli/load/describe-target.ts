/** Asks the endpoint what the table looks like, and says in one sentence why there can be no load when there can't. */
import { printable } from '../../base/printable.ts'
import { outcomeOf, parseMembers } from './answers.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import type { Target } from './item-template.ts'
import { type TableDescription, tableKeysOf } from './table-keys.ts'
import { unreachable } from './unreachable.ts'

/** What a server says to a header that only looks like a signature, if it verifies signatures. */
const ofVerifyingServers: ReadonlySet<string> = new Set(['InvalidSignatureException', 'UnrecognizedClientException'])

/** Rejects with an error of one clear sentence. */
export async function describeTarget(client: HttpClient, tableName: string, indexName: string | undefined): Promise<Target> {
  const { url, region } = client.endpoint
  let answer = await described(client, tableName)
  let outcome = outcomeOf(answer)
  if (outcome.kind === 'failed' && ofVerifyingServers.has(outcome.name)) {
    await client.signForReal()
    answer = await described(client, tableName)
    outcome = outcomeOf(answer)
  }
  if (outcome.kind === 'throttled') throw new Error(`${url.origin} throttles even DescribeTable (${outcome.exception}): try again later.`)
  if (outcome.kind === 'failed') {
    if (outcome.name === 'ResourceNotFoundException') throw new Error(`There is no table ${tableName} at ${url.origin} in ${region}.`)
    throw new Error(`${url.origin} does not describe the table ${tableName}: ${printable(`${outcome.name}: ${outcome.message}`)}`)
  }
  const description = parseMembers(answer.body)['Table'] as TableDescription | undefined
  if (description?.KeySchema === undefined) throw new Error(`What answers at ${url.origin} is not DynamoDB.`)
  if (description.TableStatus !== 'ACTIVE' && description.TableStatus !== 'UPDATING') {
    throw new Error(`The table ${tableName} is ${description.TableStatus}: wait until it is ACTIVE.`)
  }
  const keys = tableKeysOf(description)
  if (indexName === undefined) return { keys }
  const index = keys.indexes.find(({ name }) => name === indexName)
  if (index !== undefined) return { keys, index }
  const names = keys.indexes.map(({ name }) => name)
  throw new Error(`${tableName} has no index ${indexName}: it has ${names.length === 0 ? 'none' : names.join(', ')}.`)
}

function described(client: HttpClient, tableName: string): Promise<HttpAnswer> {
  return client.send('DescribeTable', JSON.stringify({ TableName: tableName })).catch((error: unknown) => {
    throw unreachable(client.endpoint.url, error)
  })
}
