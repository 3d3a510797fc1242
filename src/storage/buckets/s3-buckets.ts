/**
 * Buckets of an S3-compatible endpoint, addressed by path, each request signed (aws4) by the time of this machine. What fails for the
 * moment is asked again a few times; nothing waits longer than the limits say.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { md5 } from '../../base/digest.ts'
import { inTime } from '../../base/in-time.ts'
import { s3AnswerBytesMax, s3PieceTimeoutMs, s3RetryAfterMs, s3TimeoutMs, s3TriesMax } from '../limits.ts'
import { BucketFault, type Buckets, faultOfS3, type ObjectName, type ObjectPage, type PutOptions } from './buckets.ts'
import { readErrorXml, readListXml } from './s3-xml.ts'

export interface S3Options {
  /** `http://127.0.0.1:9000`, without a path. */
  readonly endpoint: string
  readonly region: string
  /** Without them requests are not signed. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

interface S3Request {
  readonly method: 'GET' | 'PUT'
  readonly name: ObjectName
  /** Of the bucket instead of the object. */
  readonly query?: { readonly [name: string]: string }
  readonly headers?: { readonly [name: string]: string }
  readonly body?: Uint8Array
}

export function openS3Buckets(options: S3Options): Buckets {
  return {
    put: async (name, body, put = {}) => {
      const headers = { 'Content-MD5': Buffer.from(md5(body)).toString('base64'), ...encryptionHeaders(put) }
      const answer = await ask(options, { method: 'PUT', name, headers, body })
      // It is put, whatever becomes of the rest of the answer.
      await answer.body?.cancel().catch(() => {})
      return (answer.headers.get('etag') ?? '').replaceAll('"', '')
    },
    list: (name, after) => list(options, name, after),
    read: (name) => read(options, name),
  }
}

function encryptionHeaders({ encryption }: PutOptions): { readonly [name: string]: string } {
  if (encryption === undefined) return {}
  if (encryption.algorithm === 'AES256') return { 'x-amz-server-side-encryption': 'AES256' }
  const { keyId } = encryption
  return {
    'x-amz-server-side-encryption': 'aws:kms',
    ...(keyId !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': keyId }),
  }
}

async function list(options: S3Options, name: ObjectName, after: string | undefined): Promise<ObjectPage> {
  const query = { 'list-type': '2', 'encoding-type': 'url', prefix: name.key, ...(after !== undefined && { 'start-after': after }) }
  return readListXml(await boundedText(options, await ask(options, { method: 'GET', name, query })))
}

async function* read(options: S3Options, name: ObjectName): AsyncGenerator<Uint8Array> {
  yield* piecesOf(options, await ask(options, { method: 'GET', name }))
}

/** Rejects with BucketFault when the endpoint breaks off, or takes too long for one of them. */
async function* piecesOf(options: S3Options, { body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  if (reader === undefined) return
  try {
    for (;;) {
      const { done, value } = await inTime(s3PieceTimeoutMs, () => reader.read())
      if (done) return
      yield value
    }
  } catch (error) {
    throw unreachable(options, error)
  } finally {
    await reader.cancel().catch(() => {})
  }
}

async function ask(options: S3Options, request: S3Request): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askOnce(options, request)
    } catch (error) {
      if (!(error instanceof BucketFault) || !error.isPassing || tries >= s3TriesMax) throw error
    }
    await sleep(s3RetryAfterMs * 2 ** (tries - 1), undefined, { ref: false })
  }
}

async function askOnce(options: S3Options, request: S3Request): Promise<Response> {
  const url = urlOf(options, request)
  const { method, body } = request
  const headers = await signed(options, url, request)
  let answer: Response
  try {
    const sent = { method, headers, redirect: 'error', ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }) } as const
    answer = await inTime(s3TimeoutMs, (signal) => fetch(url, { ...sent, signal }))
  } catch (error) {
    throw unreachable(options, error)
  }
  if (answer.ok) return answer
  const { status } = answer
  const said = readErrorXml(await boundedText(options, answer).catch(() => ''))
  const { code = status === 403 ? 'AccessDenied' : 'Error', message = answer.statusText || 'The request was refused' } = said
  const requestId = said.requestId ?? answer.headers.get('x-amz-request-id') ?? undefined
  throw faultOfS3({ status, code, message, ...(requestId !== undefined && { requestId }) })
}

function urlOf({ endpoint }: S3Options, { name, query }: S3Request): URL {
  const path = query === undefined ? `/${name.bucket}/${name.key}` : `/${name.bucket}`
  const search = Object.entries(query ?? {}).map(([key, value]) => `${key}=${encoded(value)}`)
  return new URL(`${path.split('/').map(encoded).join('/')}${search.length === 0 ? '' : `?${search.join('&')}`}`, endpoint)
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

async function signed({ region, credentials }: S3Options, url: URL, request: S3Request): Promise<{ [name: string]: string }> {
  const { method, name, headers: given, body } = request
  const headers = { ...given, ...(name.owner !== undefined && { 'x-amz-expected-bucket-owner': name.owner }) }
  if (credentials === undefined) return headers
  const { sign } = (await import('aws4')).default
  const bytes = body === undefined ? {} : { body: Buffer.from(body.buffer, body.byteOffset, body.length) }
  const path = `${url.pathname}${url.search}`
  const { headers: all } = sign({ service: 's3', region, method, host: url.host, path, headers, ...bytes }, credentials)
  const { Host: _, ...others } = all as { [name: string]: string }
  return others
}

async function boundedText(options: S3Options, answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const piece of piecesOf(options, answer)) {
    bytes += piece.length
    if (bytes > s3AnswerBytesMax) throw new BucketFault('S3InternalError', 'The S3 endpoint answers with too much')
    chunks.push(piece)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unreachable({ endpoint }: S3Options, error: unknown): BucketFault {
  if (error instanceof BucketFault) return error
  const { message, cause } = error as Error
  const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message
  return new BucketFault('S3Unavailable', `The S3 endpoint ${endpoint} cannot be reached: ${why}`, { isPassing: true, cause: error })
}
