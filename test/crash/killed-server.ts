/** The whole product in a process of its own, over a data folder that outlives it: to be killed and started again. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

const command = join(import.meta.dirname, '../../src/cli/stator.ts')

export interface Body {
  readonly [member: string]: unknown
}

/** Where what was started is ended. */
export interface AfterHook {
  after(end: () => void): void
}

export class KilledServer {
  readonly #child: ChildProcess
  readonly endpoint: string
  /** From the moment it was to end: requests fail then. */
  isKilled = false

  private constructor(child: ChildProcess, endpoint: string) {
    this.#child = child
    this.endpoint = endpoint
  }

  static async start(t: AfterHook, folder: string, flags: readonly string[] = []): Promise<KilledServer> {
    const child = spawn(process.execPath, [command, '--port', '0', '--data-dir', folder, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => child.kill('SIGKILL'))
    for await (const line of createInterface({ input: child.stdout })) {
      const endpoint = /http:\/\/[\d.]+:\d+/.exec(line)?.[0]
      if (endpoint !== undefined) return new KilledServer(child, endpoint)
    }
    assert.fail('the server said no endpoint')
  }

  /** Starts one and kills it so much later, served or not. Resolves when it is gone. */
  static async killInStart(folder: string, afterMs: number, flags: readonly string[] = []): Promise<void> {
    const child = spawn(process.execPath, [command, '--port', '0', '--data-dir', folder, ...flags], { stdio: 'ignore' })
    const exited = once(child, 'exit')
    await wait(afterMs)
    child.kill('SIGKILL')
    await exited
  }

  /**
   * The body of an answer that is 200. Rejects when it is not, or none came. CloudWatch is `GraniteServiceVersion20100801`. Asks again, as
   * clients do, where the server has too much to do: on a busy machine, say.
   */
  async call(operation: string, input: unknown, service: string = 'DynamoDB_20120810'): Promise<Body> {
    for (;;) {
      const { status, body } = await this.#ask(operation, input, service)
      if (status === 503 && String(body.__type).endsWith('#ServiceUnavailable')) continue
      assert.equal(status, 200, JSON.stringify(body))
      return body
    }
  }

  async #ask(operation: string, input: unknown, service: string): Promise<{ readonly status: number; readonly body: Body }> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${service}.${operation}`,
        'x-amz-date': '20261122T100000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify(input),
    })
    return { status: response.status, body: (await response.json()) as Body }
  }

  /** Asks the control endpoint (docs/control.md). */
  async control(method: 'GET' | 'POST' | 'PUT', path: string, input?: Body): Promise<Body> {
    const response = await fetch(`${this.endpoint}/_stator/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(input !== undefined && { body: JSON.stringify(input) }),
    })
    const body = (await response.json()) as Body
    assert.equal(response.status, 200, JSON.stringify(body))
    return body
  }

  /** Every item of the table or an index. */
  async scan(tableName: string, indexName?: string): Promise<readonly Body[]> {
    const items: Body[] = []
    let start: unknown
    do {
      const page = await this.call('Scan', {
        TableName: tableName,
        ...(indexName !== undefined && { IndexName: indexName }),
        ...(start !== undefined && { ExclusiveStartKey: start }),
      })
      items.push(...(page.Items as readonly Body[]))
      start = page.LastEvaluatedKey
    } while (start !== undefined)
    return items
  }

  /** Ends it as a power cut would, or politely. Resolves when it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.isKilled = true
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }
}

/** A test with a data folder that is removed after it. */
export function crashTest(sentence: string, check: (t: TestContext, folder: string) => Promise<void>): void {
  test(sentence, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'stator-crash-'))
    try {
      await check(t, folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
