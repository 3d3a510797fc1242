/**
 * A sink that is an index of OpenSearch or Elasticsearch, by its bulk API: a document for each item. Documents have external versions in the order
 * of the changes, so that whatever comes twice or late changes nothing. What the server is too busy for is sent again, by itself.
 */
import { sha256Hex } from '../../base/digest.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { plainLine } from '../../values/files/plain-json.ts'
import { askServer, quoted } from '../ask-server.ts'
import { bulkBytesMax, documentIdBytesMax, doubleDigitsMax, sinkChangesMax } from '../limits.ts'
import { type Refused, type Sink, type SinkBatch, type SinkChange, SinkFault } from './sink.ts'

export interface OpenSearchOptions {
  readonly url: string
  readonly index: string
  readonly headers: { readonly [name: string]: string }
  /** The names of the key attributes, the partition key first. */
  readonly keyNames: readonly string[]
}

export function openOpenSearchSink(options: OpenSearchOptions): Sink {
  return {
    changesMax: sinkChangesMax,
    put: async (batch) => {
      const refused: Refused[] = []
      for (const changes of pieces(options, batch)) refused.push(...(await putPiece(options, changes)))
      return refused
    },
  }
}

interface Action {
  readonly change: SinkChange
  readonly lines: string
}

/** In requests that are not too large. */
function pieces(options: OpenSearchOptions, batch: SinkBatch): readonly (readonly Action[])[] {
  const all: Action[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const change of batch.changes) {
    const lines = actionLines(options, batch, change)
    const size = Buffer.byteLength(lines)
    if (bytes + size > bulkBytesMax) {
      all.push([])
      bytes = 0
    }
    all.at(-1)?.push({ change, lines })
    bytes += size
  }
  return all
}

interface BulkAnswer {
  readonly items?: readonly { readonly [operation: string]: { readonly status: number; readonly error?: unknown } }[]
}

async function putPiece(options: OpenSearchOptions, actions: readonly Action[]): Promise<readonly Refused[]> {
  const url = new URL(options.url)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/_bulk`
  const headers = { ...options.headers, 'content-type': 'application/x-ndjson' }
  const body = Buffer.from(actions.map(({ lines }) => lines).join(''))
  const answer = await askServer({ url, headers, body, who: url.origin })
  if (answer.status !== 200) throw new SinkFault(`${url.origin} answers ${answer.status}: ${quoted(answer.text)}`)
  const { items } = parsed(answer.text, url.origin)
  if (items?.length !== actions.length)
    throw new SinkFault(`${url.origin} answers for ${items?.length ?? 'no'} of ${actions.length} changes`)
  const refused: Refused[] = []
  let trouble: string | undefined
  for (const [at, item] of items.entries()) {
    const [result] = Object.values(item)
    const [change, status] = [actions[at]?.change, result?.status ?? 0]
    const isTaken = status >= 200 && status <= 299
    // 409: a later version is there already. 404: what is deleted is not there.
    if (change === undefined || isTaken || status === 409 || (status === 404 && change.newItem === undefined)) continue
    const reason = `${url.origin} answers ${status}: ${quoted(JSON.stringify(result?.error ?? ''))}`
    if (status === 400) refused.push({ change, reason })
    else trouble ??= reason
  }
  // All of them again: those that were taken have their versions.
  if (trouble !== undefined) throw new SinkFault(trouble)
  return refused
}

function parsed(text: string, who: string): BulkAnswer {
  try {
    return JSON.parse(text) as BulkAnswer
  } catch (error) {
    throw new SinkFault(`${who} answers with something that is no JSON`, { cause: error })
  }
}

function actionLines(options: OpenSearchOptions, batch: SinkBatch, change: SinkChange): string {
  const action = { _index: options.index, _id: documentId(options, change.key), version_type: 'external' }
  const head = `${JSON.stringify(action).slice(0, -1)},"version":${versionOf(batch, change)}}`
  return change.newItem === undefined ? `{"delete":${head}}\n` : `{"index":${head}}\n${documentText(change.newItem)}\n`
}

/** Positive and below 2^63: which beginning it is, then the number of the change. */
function versionOf({ epoch }: SinkBatch, { number }: SinkChange): string {
  return String((BigInt(epoch) << 40n) + BigInt(number) + 1n)
}

/** The values of the key, each as it stands in an address, with `|` between them; a digest where that is too long. */
function documentId({ keyNames }: OpenSearchOptions, key: Item): string {
  const id = keyNames.map((name) => encodeURIComponent(textOf(key[name]))).join('|')
  return Buffer.byteLength(id) <= documentIdBytesMax ? id : sha256Hex(id)
}

function textOf(value: AttributeValue | undefined): string {
  if (value === undefined) return ''
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  return 'B' in value ? value.B : ''
}

/** Sets are lists, and binary is its base64; numbers that no double holds are strings. */
function documentText(item: Item): string {
  return plainLine(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, searchable(value)])))
}

function searchable(value: AttributeValue): AttributeValue {
  if ('B' in value) return { S: value.B }
  if ('SS' in value) return { L: value.SS.map((S) => ({ S })) }
  if ('BS' in value) return { L: value.BS.map((S) => ({ S })) }
  if ('NS' in value) return { L: value.NS.map((N) => searchable({ N })) }
  if ('N' in value) return isDouble(value.N) ? value : { S: value.N }
  if ('L' in value) return { L: value.L.map(searchable) }
  if ('M' in value) return { M: Object.fromEntries(Object.entries(value.M).map(([name, member]) => [name, searchable(member)])) }
  return value
}

/** Fifteen significant digits are what every double has. */
function isDouble(text: string): boolean {
  return text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length <= doubleDigitsMax
}
