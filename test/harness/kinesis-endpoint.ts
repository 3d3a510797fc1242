/**
 * A Kinesis endpoint of a few streams that checks what it is asked as AWS would: the protocol, the bounds of PutRecords, and the
 * signature, which the SDK's own signer makes once more. It can be away, refuse parts, and answer nonsense.
 */
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignatureV4 } from '@smithy/signature-v4'

export interface TakenRecord {
  readonly partitionKey: string
  readonly data: {
    readonly eventID: string
    readonly eventName: string
    readonly dynamodb: { readonly Keys: object; readonly NewImage?: { readonly [name: string]: { readonly [type: string]: string } } }
  }
  readonly text: string
}

/** What it does with a request for records instead of taking all of them. */
export type Behaviour =
  | { readonly kind: 'take' }
  /** Of each batch the records whose places the function is true for. */
  | { readonly kind: 'refuse'; readonly isRefused: (place: number) => boolean; readonly code?: string }
  /** Answers so, and takes nothing. */
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** Takes all, and says nothing of it. */
  | { readonly kind: 'hang up' }

export const kinesisCredentials = { accessKeyId: 'AKIAKINESIS', secretAccessKey: 'secret of the test' }

export class KinesisEndpoint {
  readonly #server: Server
  readonly #streams: Map<string, string>
  readonly #isSigned: boolean
  readonly records: TakenRecord[] = []
  /** How many requests for records there were. */
  puts = 0
  /** What was wrong with requests. */
  readonly faults: string[] = []
  behaviour: Behaviour = { kind: 'take' }

  private constructor(server: Server, streams: Map<string, string>, isSigned: boolean) {
    this.#server = server
    this.#streams = streams
    this.#isSigned = isSigned
  }

  /** `streams`: their states by their names. */
  static async open(
    streams: { readonly [name: string]: string },
    options: { readonly port?: number; readonly isSigned?: boolean } = {},
  ): Promise<KinesisEndpoint> {
    const { port = 0, isSigned = true } = options
    const server = createServer((request, response) => void endpoint.#answer(request, response))
    const endpoint = new KinesisEndpoint(server, new Map(Object.entries(streams)), isSigned)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return endpoint
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  setStream(name: string, status: string): void {
    this.#streams.set(name, status)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    try {
      await this.#check(request, body)
    } catch (error) {
      this.faults.push((error as Error).message)
      say(response, 400, { __type: 'IncompleteSignature', message: (error as Error).message })
      return
    }
    const input = JSON.parse(body.toString('utf8')) as Input
    const status = this.#streams.get(input.StreamName)
    if (status === undefined) {
      const message = `Stream ${input.StreamName} under account 123456789012 not found.`
      say(response, 400, { __type: 'ResourceNotFoundException', message })
      return
    }
    if (request.headers['x-amz-target'] === 'Kinesis_20131202.DescribeStreamSummary') {
      say(response, 200, { StreamDescriptionSummary: { StreamName: input.StreamName, StreamStatus: status, OpenShardCount: 1 } })
    } else this.#put(input.Records, response)
  }

  #put(records: Input['Records'], response: ServerResponse): void {
    this.puts += 1
    const { behaviour } = this
    if (behaviour.kind === 'answer') {
      response.writeHead(behaviour.status, { 'content-type': 'application/x-amz-json-1.1' }).end(behaviour.body)
      return
    }
    const results = records.map((record, place) => {
      if (behaviour.kind === 'refuse' && behaviour.isRefused(place)) {
        return { ErrorCode: behaviour.code ?? 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard' }
      }
      const text = Buffer.from(record.Data, 'base64').toString('utf8')
      this.records.push({ partitionKey: record.PartitionKey, data: JSON.parse(text) as TakenRecord['data'], text })
      return { SequenceNumber: String(this.records.length), ShardId: 'shardId-000000000000' }
    })
    if (behaviour.kind === 'hang up') response.destroy()
    else say(response, 200, { FailedRecordCount: results.filter((result) => 'ErrorCode' in result).length, Records: results })
  }

  async #check(request: IncomingMessage, body: Buffer): Promise<void> {
    const { headers, method = '', url = '' } = request
    assert.equal(method, 'POST')
    assert.equal(url, '/')
    assert.equal(headers['content-type'], 'application/x-amz-json-1.1')
    assert.match(String(headers['x-amz-target']), /^Kinesis_20131202\.(DescribeStreamSummary|PutRecords)$/)
    if (this.#isSigned) await checkSignature(request, body)
    const { StreamName, Records = [] } = JSON.parse(body.toString('utf8')) as Input
    assert.match(StreamName, /^[a-zA-Z0-9_.-]{1,128}$/)
    if (!String(headers['x-amz-target']).endsWith('PutRecords')) return
    assert.ok(Records.length >= 1 && Records.length <= 500, `a put of ${Records.length} records`)
    let bytes = 0
    for (const { Data, PartitionKey } of Records) {
      const sizeBytes = Buffer.from(Data, 'base64').length + PartitionKey.length
      assert.ok(sizeBytes <= 1 << 20, `a record of ${sizeBytes} bytes`)
      bytes += sizeBytes
    }
    assert.ok(bytes <= 5 << 20, `a put of ${bytes} bytes`)
    assert.equal(new Set(Records.map(({ PartitionKey }) => PartitionKey)).size, Records.length, 'one record of each key')
  }
}

interface Input {
  readonly StreamName: string
  readonly Records: readonly { readonly Data: string; readonly PartitionKey: string }[]
}

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
}

/** As the signer wants it. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

const signer = new SignatureV4({
  credentials: kinesisCredentials,
  region: 'us-east-1',
  service: 'kinesis',
  sha256: Sha256,
  applyChecksum: false,
})

async function checkSignature({ method = '', url = '', headers }: IncomingMessage, body: Buffer): Promise<void> {
  const given = String(headers.authorization)
  const names = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(';') ?? []
  assert.deepEqual(names, ['content-type', 'host', 'x-amz-date', 'x-amz-target'])
  const date = String(headers['x-amz-date'])
  const time = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, `signed at ${date}`)
  const [hostname = '', port = ''] = String(headers.host).split(':')
  const sent = Object.fromEntries(names.filter((name) => name !== 'x-amz-date').map((name) => [name, String(headers[name])]))
  const signed = await signer.sign(
    { method, protocol: 'http:', hostname, port: Number(port), path: url, headers: sent, body: new Uint8Array(body) },
    { signingDate: new Date(time) },
  )
  assert.equal(given, signed.headers['authorization'])
}
