/**
 * A Kinesis data stream behind an endpoint, by AWS JSON 1.1. It is called by its name: whose it is says the endpoint, or who signs. What
 * fails is told of and not asked again: whoever writes records knows in which order, and when.
 */
import { systemClock } from '../base/clock.ts'
import { isObject } from '../base/is-object.ts'
import { type Credentials, signedHeaders } from '../protocols/sigv4/sign-request.ts'
import { askServer, quoted } from './ask-server.ts'
import { type DataRecord, type DataStream, DataStreamFault, type PutOutcome } from './data-stream.ts'

export interface KinesisAccess {
  /** `http://127.0.0.1:4567`, without a path. */
  readonly endpoint: string
  /** Without them requests are not signed. */
  readonly credentials?: Credentials
}

interface NamedStream {
  readonly name: string
  readonly region: string
}

/** In which states of a stream records can be put. */
const writable: ReadonlySet<unknown> = new Set(['ACTIVE', 'UPDATING'])

export function kinesisStream(access: KinesisAccess, stream: NamedStream): DataStream {
  return {
    isAllOrNothing: false,
    find: async () => {
      const { StreamDescriptionSummary: summary } = await ask(access, stream, 'DescribeStreamSummary', {})
      const status = isObject(summary) ? summary['StreamStatus'] : undefined
      if (writable.has(status)) return
      const isPassing = status === 'CREATING'
      throw new DataStreamFault('NotActive', `The stream ${stream.name} is not ACTIVE but ${quoted(String(status))}`, { isPassing })
    },
    put: async (records) => {
      const Records = records.map(({ partitionKey, data }) => ({ Data: Buffer.from(data).toString('base64'), PartitionKey: partitionKey }))
      return outcomeOf(stream, records, await ask(access, stream, 'PutRecords', { Records }))
    },
  }
}

/** Of an answer that does not say of each record what became of it nobody knows anything. */
function outcomeOf({ name }: NamedStream, records: readonly DataRecord[], answer: Answer): PutOutcome {
  const { Records: results } = answer
  const failed = new Map<number, 'throttled' | 'failed'>()
  if (!Array.isArray(results) || results.length !== records.length) throw nonsense(name)
  for (const [at, result] of (results as readonly unknown[]).entries()) {
    if (!isObject(result)) throw nonsense(name)
    const { SequenceNumber: number, ErrorCode: code } = result
    if (typeof code === 'string') failed.set(at, code === throttling ? 'throttled' : 'failed')
    else if (typeof number !== 'string') throw nonsense(name)
  }
  return { failed }
}

const throttling = 'ProvisionedThroughputExceededException'

function nonsense(name: string): DataStreamFault {
  return new DataStreamFault('Nonsense', `The answer for the stream ${name} does not say what became of its records`, { isPassing: true })
}

interface Answer {
  readonly [member: string]: unknown
}

async function ask(access: KinesisAccess, stream: NamedStream, operation: string, input: object): Promise<Answer> {
  const url = new URL('/', access.endpoint)
  const who = `The Kinesis endpoint ${access.endpoint}`
  const body = Buffer.from(JSON.stringify({ StreamName: stream.name, ...input }))
  const plain = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Kinesis_20131202.${operation}` }
  const toSign = { method: 'POST', url, region: stream.region, service: 'kinesis', headers: plain, body, nowMs: systemClock.now() }
  const headers = access.credentials === undefined ? plain : signedHeaders(toSign, access.credentials)
  const { status, text } = await askServer({ url, headers, body, who })
  const answer = parsed(text)
  if (status === 200 && answer !== undefined) return answer
  throw faultOf(who, { status, text, answer: answer ?? {} })
}

/** What may be otherwise in a while: the service is busy or out of order, or it is no Kinesis that answered. */
function faultOf(
  who: string,
  { status, text, answer }: { readonly status: number; readonly text: string; readonly answer: Answer },
): DataStreamFault {
  const type = typeof answer['__type'] === 'string' ? answer['__type'] : ''
  const code = type.slice(type.lastIndexOf('#') + 1)
  const said = answer['message'] ?? answer['Message']
  if (code === '') {
    return new DataStreamFault('Nonsense', `${who} answers ${status} and nothing that Kinesis would say: ${quoted(text)}`, {
      isPassing: true,
    })
  }
  const isPassing = status >= 500 || passing.has(code)
  return new DataStreamFault(code, `${who} refused: ${code}${typeof said === 'string' ? `: ${quoted(said)}` : ''}`, { isPassing })
}

const passing: ReadonlySet<string> = new Set([throttling, 'LimitExceededException', 'KMSThrottlingException', 'ThrottlingException'])

function parsed(text: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
