/**
 * Requests as HTTP texts. All servers get the same: with the signature headers that clients send, which are read, so they belong to the
 * load. For a server that checks them each request is signed; for the others the signature is zeros, which takes the generator no time.
 */
import { createHash, createHmac } from 'node:crypto'

export interface Request {
  readonly target: string
  readonly body: object
}

export interface RequestOptions {
  /** What `fillerMark` becomes. */
  readonly filler?: string
  readonly isSigned?: boolean
}

/** Stands in a body for as many bytes as an item of the size that is measured needs. */
export const fillerMark = '(filler)'

const streamTargets = new Set(['DescribeStream', 'GetShardIterator', 'GetRecords'])
/** AWS's own example credentials, which every server here takes. */
const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const region = 'us-east-1'
const signedHeaders = 'content-type;host;x-amz-date;x-amz-target'
const noSignature = '0'.repeat(64)

export function requestJson({ body }: Request, filler = ''): string {
  return JSON.stringify(body).replaceAll(fillerMark, filler)
}

export function requestBuffer(request: Request, { filler = '', isSigned = false }: RequestOptions = {}): Buffer {
  const service = streamTargets.has(request.target) ? 'DynamoDBStreams' : 'DynamoDB'
  const json = requestJson(request, filler)
  const date = amazonDate(new Date())
  const lines = [
    'POST / HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/x-amz-json-1.0',
    `X-Amz-Target: ${service}_20120810.${request.target}`,
    `X-Amz-Date: ${date}`,
    `Authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scopeOf(date)}, SignedHeaders=${signedHeaders}, Signature=${noSignature}`,
    'User-Agent: stator-bench',
    `Content-Length: ${Buffer.byteLength(json)}`,
    '',
    json,
  ]
  const bytes = Buffer.from(lines.join('\r\n'))
  if (isSigned) new RequestSigner(bytes).sign()
  return bytes
}

/** Writes the true signature (Signature Version 4) of a request into its bytes, as often as they change. */
export class RequestSigner {
  readonly #bytes: Buffer
  readonly #bodyAt: number
  readonly #signatureAt: number
  /** All of the canonical request but the hash of the body. */
  readonly #canonicalHead: string
  readonly #toSignHead: string
  readonly #key: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#bodyAt = bytes.indexOf('\r\n\r\n') + 4
    this.#signatureAt = bytes.indexOf('Signature=') + 'Signature='.length
    const head = bytes.toString('latin1', 0, this.#bodyAt)
    const headerOf = (name: string): string => new RegExp(`^${name}: (.*)\r$`, 'im').exec(head)?.[1] ?? ''
    const date = headerOf('x-amz-date')
    const headers = signedHeaders.split(';').map((name) => `${name}:${headerOf(name)}\n`)
    this.#canonicalHead = ['POST', '/', '', headers.join(''), signedHeaders, ''].join('\n')
    this.#toSignHead = ['AWS4-HMAC-SHA256', date, scopeOf(date), ''].join('\n')
    this.#key = scopeOf(date)
      .split('/')
      .reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`))
  }

  sign(): void {
    const canonical = this.#canonicalHead + sha256(this.#bytes.subarray(this.#bodyAt))
    const signature = hmac(this.#key, this.#toSignHead + sha256(canonical)).toString('hex')
    this.#bytes.write(signature, this.#signatureAt, 'latin1')
  }
}

function scopeOf(date: string): string {
  return `${date.slice(0, 8)}/${region}/dynamodb/aws4_request`
}

function amazonDate(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
