/** A server with `--auth iam` in memory, asked by bare signed requests: what no SDK would send can be sent, too. */
import assert from 'node:assert/strict'
import aws4 from 'aws4'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { newSealingKey, SealingKeys } from '../../src/base/sealing.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { targetFor } from './target-for.ts'
import { testStorage } from './test-storage.ts'

export const account = '123456789012'
export const region = 'us-east-1'
export const rootKey: Credentials = { accessKeyId: 'root_key_of_the_test', secretAccessKey: 'secret of the root' }

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface Answered {
  readonly status: number
  readonly text: string
}

export type Members = { readonly [name: string]: string }

const formServices = { iam: '2010-05-08', sts: '2011-06-15', monitoring: '2010-08-01' } as const

export class IamServer {
  readonly server: RunningServer
  readonly clock: ManualClock

  constructor(server: RunningServer, clock: ManualClock) {
    this.server = server
    this.clock = clock
  }

  static async open(options: Partial<ServerOptions> = {}): Promise<IamServer> {
    const clock = new ManualClock(1_795_341_600_000)
    const keys = new SealingKeys([newSealingKey(seededRandom(7))], systemRandom)
    const server = await startServer({
      port: 0,
      host: '127.0.0.1',
      storage: testStorage('steady'),
      clock,
      steadyClock: new ManualClock(0),
      jobs: 'manual',
      crossOrigin: false,
      log: () => {},
      sealingKeys: async () => keys,
      access: { rootKey },
      tableStateDelayMs: 0,
      ...options,
    })
    return new IamServer(server, clock)
  }

  close(): Promise<void> {
    return this.server.close()
  }

  /** A request as an HTML form is sent. Members are flattened already: `Tags.member.1.Key`. */
  form(by: Credentials, service: keyof typeof formServices, Action: string, members: Members = {}): Promise<Answered> {
    const body = new URLSearchParams({ Action, Version: formServices[service], ...members }).toString()
    return this.#send(by, { service, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body })
  }

  /** The same, which must succeed. */
  async did(by: Credentials, service: keyof typeof formServices, Action: string, members: Members = {}): Promise<string> {
    const { status, text } = await this.form(by, service, Action, members)
    assert.equal(status, 200, `${Action}: ${text}`)
    return text
  }

  json(by: Credentials, operation: string, input: object, target: string = targetFor(operation)): Promise<Answered> {
    const service = target.startsWith('DynamoDB') ? 'dynamodb' : target.startsWith('AnyScale') ? 'application-autoscaling' : 'monitoring'
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': target }
    return this.#send(by, { service, headers, body: JSON.stringify(input) })
  }

  /** An operation of a service that speaks REST, about something that is not there. */
  rest(by: Credentials, service: string, { method, path }: { readonly method: string; readonly path: string }): Promise<Answered> {
    const headers = { 'Content-Type': 'application/json' }
    return this.#send(by, { service, method, path: path.replaceAll(/\{\w+\}/g, 'x'), headers, body: method === 'GET' ? '' : '{}' })
  }

  /** The same of DynamoDB, which must succeed. */
  async asked<T = { readonly [name: string]: unknown }>(by: Credentials, operation: string, input: object): Promise<T> {
    const { status, text } = await this.json(by, operation, input)
    assert.equal(status, 200, `${operation}: ${text}`)
    return JSON.parse(text) as T
  }

  control(by: Credentials, method: string, path: string, body?: object): Promise<Answered> {
    const headers: Members = body === undefined ? {} : { 'Content-Type': 'application/json' }
    return this.#send(by, { service: 'stator', method, path, headers, body: body === undefined ? '' : JSON.stringify(body) })
  }

  /** A user with a key, made by the root user; `statements` of one inline policy. */
  async userNamed(UserName: string, statements: readonly object[] = []): Promise<Credentials> {
    await this.did(rootKey, 'iam', 'CreateUser', { UserName })
    if (statements.length > 0) await this.letUser(UserName, statements)
    const text = await this.did(rootKey, 'iam', 'CreateAccessKey', { UserName })
    return { accessKeyId: textIn(text, 'AccessKeyId'), secretAccessKey: textIn(text, 'SecretAccessKey') }
  }

  async letUser(UserName: string, statements: readonly object[]): Promise<void> {
    await this.did(rootKey, 'iam', 'PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: policy(...statements) })
  }

  /** A session begun by STS. */
  async session(by: Credentials, operation: string, members: Members = {}): Promise<Credentials> {
    const text = await this.did(by, 'sts', operation, members)
    return {
      accessKeyId: textIn(text, 'AccessKeyId'),
      secretAccessKey: textIn(text, 'SecretAccessKey'),
      sessionToken: textIn(text, 'SessionToken'),
    }
  }

  /** A table with a partition key `pk`. */
  async table(TableName: string, more: object = {}): Promise<void> {
    await this.asked(rootKey, 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ...more,
    })
  }

  async #send(
    { sessionToken, ...key }: Credentials,
    asked: { service: string; method?: string; path?: string; headers: Members; body: string },
  ): Promise<Answered> {
    const { host } = new URL(this.server.endpoint)
    const { service, method = 'POST', path = '/', headers, body } = asked
    const request = { service, region, method, host, path, headers, ...(method !== 'GET' && { body }) }
    const signed = aws4.sign(request, { ...key, ...(sessionToken !== undefined && { sessionToken }) })
    const { Host: _host, 'Content-Length': _length, ...sent } = signed.headers as unknown as { [name: string]: string }
    const response = await fetch(`${this.server.endpoint}${path}`, { method, headers: sent, ...(method !== 'GET' && { body }) })
    return { status: response.status, text: await response.text() }
  }
}

export function policy(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

export function allow(Action: string | readonly string[], Resource: string | readonly string[] = '*', more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more }
}

/** Of an answer in XML. */
export function textIn(xml: string, element: string): string {
  const [, text = ''] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? []
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
