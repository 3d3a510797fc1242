/** Requests of every service of Stator to any version of it, over HTTP: all that the evidence of a format is made and checked with. */
import assert from 'node:assert/strict'

export interface Body {
  readonly [member: string]: unknown
}

export interface AnswerText {
  readonly status: number
  /** As it came, to the byte. */
  readonly text: string
}

const prefixes = {
  dynamodb: 'DynamoDB_20120810',
  streams: 'DynamoDBStreams_20120810',
  cloudwatch: 'GraniteServiceVersion20100801',
  scaling: 'AnyScaleFrontendService',
} as const

export type ServiceName = keyof typeof prefixes

export class Client {
  readonly #endpoint: string
  readonly #region: string

  constructor(endpoint: string, region: string = 'us-east-1') {
    this.#endpoint = endpoint
    this.#region = region
  }

  /** The same server, asked with the credentials of another region. */
  inRegion(region: string): Client {
    return new Client(this.#endpoint, region)
  }

  get region(): string {
    return this.#region
  }

  /** Any answer, also one that refuses. */
  async send(service: ServiceName, operation: string, input: Body): Promise<AnswerText> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        'content-type': `application/x-amz-json-1.${service === 'scaling' ? 1 : 0}`,
        'x-amz-target': `${prefixes[service]}.${operation}`,
        'x-amz-date': '20261121T093000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261121/${this.#region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
      },
      body: JSON.stringify(input),
    })
    return { status: response.status, text: await response.text() }
  }

  /** The body of an answer that must be 200. */
  async ask<T = Body>(service: ServiceName, operation: string, input: Body): Promise<T> {
    const { status, text } = await this.send(service, operation, input)
    assert.equal(status, 200, `${operation} ${JSON.stringify(input).slice(0, 500)}: ${text}`)
    return JSON.parse(text) as T
  }

  /** As `ask`, of the service that is asked most. */
  call<T = Body>(operation: string, input: Body): Promise<T> {
    return this.ask<T>('dynamodb', operation, input)
  }

  /** A request to `/_stator/…`. */
  async sendControl(method: 'GET' | 'POST' | 'PUT', path: string, input?: Body): Promise<AnswerText> {
    const headers = { 'content-type': 'application/json' }
    const init = input === undefined ? { method, headers } : { method, headers, body: JSON.stringify(input) }
    const response = await fetch(`${this.#endpoint}/_stator/${path}`, init)
    return { status: response.status, text: (await response.text()).trimEnd() }
  }

  async control<T = Body>(method: 'GET' | 'POST' | 'PUT', path: string, input?: Body): Promise<T> {
    const { status, text } = await this.sendControl(method, path, input)
    assert.equal(status, 200, `${method} ${path}: ${text}`)
    return JSON.parse(text) as T
  }

  /** Every item of a table or index, page by page. */
  async scan(tableName: string, indexName?: string): Promise<readonly Body[]> {
    const items: Body[] = []
    let start: unknown
    do {
      const input = { TableName: tableName, IndexName: indexName, ExclusiveStartKey: start }
      const page = await this.call<{ readonly Items: readonly Body[]; readonly LastEvaluatedKey?: Body }>('Scan', input)
      items.push(...page.Items)
      start = page.LastEvaluatedKey
    } while (start !== undefined)
    return items
  }
}
