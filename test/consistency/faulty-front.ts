/**
 * A server that stands before the real one and breaks one promise, as a cache, a retry or a missing lock would: what the checkers must
 * find. Everything else it hands on; it has no control endpoint.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpAnswer, HttpClient } from './http-client.ts'

interface Input {
  readonly [member: string]: unknown
  readonly UpdateExpression?: string | undefined
  readonly ConditionExpression?: string
  readonly ExpressionAttributeNames?: { readonly [name: string]: string }
  readonly ExpressionAttributeValues?: { readonly [name: string]: unknown }
  readonly TransactItems?: readonly object[]
}

type Ask = (operation: string, input: Input) => Promise<HttpAnswer | undefined>

/** Undefined when the request is to be handed on as it is. */
export type Fault = (ask: Ask, operation: string, input: Input) => Promise<HttpAnswer | undefined>

/** Each fault with a memory of its own. */
export const faults: { readonly [name: string]: () => Fault } = {
  'reads from a cache that is renewed now and then': () => cachedReads('GetItem', 20),
  'index reads from a cache that is renewed now and then': () => cachedReads('Query', 20),
  'puts that are acknowledged and lost now and then': () => {
    const isDue = every(8)
    return async (ask, operation, { Item, ConditionExpression, ReturnValues, TableName }) => {
      if (operation !== 'PutItem' || ConditionExpression !== undefined || !isDue()) return undefined
      const { pk, sk } = Item as { readonly pk: object; readonly sk: object }
      const read = await ask('GetItem', { TableName, Key: { pk, sk }, ConsistentRead: true })
      const old = JSON.parse(read?.text ?? '{}').Item
      return { status: 200, text: JSON.stringify(ReturnValues === 'ALL_OLD' && old ? { Attributes: old } : {}) }
    }
  },
  'updates that are done twice now and then': () => {
    const isDue = every(8)
    return async (ask, operation, input) => {
      if (operation !== 'UpdateItem' || !isDue()) return undefined
      const answer = await ask(operation, input)
      await ask(operation, input)
      return answer
    }
  },
  'updates whose condition is checked before the write, not with it': () => async (ask, operation, input) => {
    if (operation !== 'UpdateItem' || input.ConditionExpression === undefined) return undefined
    const { TableName, Key, ConditionExpression, UpdateExpression, ReturnValues } = input
    const check = { TableName, Key, ConditionExpression, ...placeholdersIn(ConditionExpression, input) }
    const checked = await ask('TransactWriteItems', { TransactItems: [{ ConditionCheck: check }] })
    if (checked?.status !== 200) return undefined
    // As long as three requests take, so that others come in between.
    for (let wait = 0; wait < 3; wait += 1) await ask('GetItem', { TableName, Key })
    const update: Input = { TableName, Key, UpdateExpression, ReturnValues, ...placeholdersIn(UpdateExpression ?? '', input) }
    return ask('UpdateItem', update)
  },
  'transactions that are done action by action': () => async (ask, operation, input) => {
    if (operation !== 'TransactWriteItems') return undefined
    let last: HttpAnswer | undefined
    for (const item of input.TransactItems ?? []) {
      last = await ask(operation, { TransactItems: [item] })
      if (last?.status !== 200) break
    }
    return last
  },
  'snapshots that are read item by item': () => async (ask, operation, input) => {
    if (operation !== 'TransactGetItems') return undefined
    const items: string[] = []
    for (const item of input.TransactItems ?? []) {
      const answer = await ask(operation, { TransactItems: [item] })
      if (answer?.status !== 200) return answer
      items.push(JSON.stringify(JSON.parse(answer.text).Responses[0]))
    }
    return { status: 200, text: `{"Responses":[${items.join(',')}]}` }
  },
  'repeated transactions that are done again':
    () =>
    async (ask, operation, { ClientRequestToken, ...input }) => {
      return operation === 'TransactWriteItems' && ClientRequestToken !== undefined ? ask(operation, input) : undefined
    },
  'records that are left out now and then': () => {
    const isDue = every(20)
    return changedRecords((records) => (isDue() ? records.slice(1) : records))
  },
  'records that come twice now and then': () => {
    const isDue = every(20)
    return changedRecords((records) => (isDue() ? [...records, ...records.slice(-1)] : records))
  },
}

function changedRecords(change: (records: readonly unknown[]) => readonly unknown[]): Fault {
  return async (ask, operation, input) => {
    if (operation !== 'GetRecords') return undefined
    const answer = await ask(operation, input)
    const body = JSON.parse(answer?.text ?? '{}')
    if (answer?.status !== 200 || body.Records.length === 0) return answer
    return { status: 200, text: JSON.stringify({ ...body, Records: change(body.Records) }) }
  }
}

function cachedReads(cached: string, period: number): Fault {
  const answers = new Map<string, HttpAnswer>()
  const isDue = every(period)
  return async (ask, operation, input) => {
    if (operation !== cached) return undefined
    const key = JSON.stringify(input)
    const old = answers.get(key)
    if (old !== undefined && !isDue()) return old
    const answer = await ask(operation, input)
    if (answer?.status === 200) answers.set(key, answer)
    return answer
  }
}

function every(period: number): () => boolean {
  let count = 0
  return () => {
    count += 1
    return count % period === 0
  }
}

/** A request may not define what its expressions don't use. */
function placeholdersIn(text: string, { ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Input): object {
  const used = <Value>(all: { readonly [name: string]: Value } | undefined): { [name: string]: Value } =>
    Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => new RegExp(`${name}\\b`).test(text)))
  const [usedNames, usedValues] = [used(names), used(values)]
  return {
    ...(Object.keys(usedNames).length > 0 && { ExpressionAttributeNames: usedNames }),
    ...(Object.keys(usedValues).length > 0 && { ExpressionAttributeValues: usedValues }),
  }
}

export interface FaultyFront {
  readonly endpoint: string
  close(): Promise<void>
}

export async function openFaultyFront(realEndpoint: string, fault: Fault): Promise<FaultyFront> {
  const client = new HttpClient()
  const ask: Ask = (operation, input) => client.send(realEndpoint, { operation, input })
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const input: Input = JSON.parse(await bodyOf(request))
    const answer = (await fault(ask, operation, input)) ?? (await ask(operation, input))
    response.writeHead(answer?.status ?? 500, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(answer?.text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, close: () => closeServer(server, client) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function closeServer(server: Server, client: HttpClient): Promise<void> {
  client.close()
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
