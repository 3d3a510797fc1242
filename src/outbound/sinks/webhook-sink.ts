/**
 * A sink that is an address: changes are posted there as JSON, signed if there is a secret. A 2xx takes all of them. 400, 413 and
 * 422 say that there is something wrong with them: they are sent in halves until it is known which one it is. All else passes.
 *
 *   POST, body { "table", "changes": [ … ] }         each as in change-line.ts
 *   x-stator-delivery: <epoch>-<first number>-<last number>
 *   x-stator-timestamp: <seconds since 1970>
 *   x-stator-signature: sha256=<hexadecimal HMAC-SHA256 of timestamp "." body under the secret>
 */
import { keyedDigest } from '../../base/digest.ts'
import { askServer, quoted } from '../ask-server.ts'
import { webhookChangesMax } from '../limits.ts'
import { changeLine, type ItemForm } from './change-line.ts'
import { type Refused, type Sink, type SinkBatch, type SinkChange, SinkFault } from './sink.ts'

export interface WebhookOptions {
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly secret?: string
  readonly form: ItemForm
}

const refusals: ReadonlySet<number> = new Set([400, 413, 422])

export function openWebhookSink(options: WebhookOptions): Sink {
  return {
    changesMax: webhookChangesMax,
    put: (batch) => post(options, batch, batch.changes),
  }
}

async function post(options: WebhookOptions, batch: SinkBatch, changes: readonly SinkChange[]): Promise<readonly Refused[]> {
  const [first, last] = [changes[0], changes.at(-1)]
  if (first === undefined || last === undefined) return []
  const { origin } = new URL(options.url)
  const body = `{"table":${JSON.stringify(batch.table)},"changes":[${changes.map((change) => changeLine(batch, change, options.form)).join(',')}]}`
  const delivery = `${batch.epoch}-${first.number}-${last.number}`
  const headers = {
    ...options.headers,
    'content-type': 'application/json',
    'x-stator-delivery': delivery,
    ...signature(options, batch, body),
  }
  const { status, text } = await askServer({ url: new URL(options.url), headers, body: Buffer.from(body), who: origin })
  if (status >= 200 && status <= 299) return []
  const reason = `${origin} answers ${status}: ${quoted(text)}`
  if (!refusals.has(status)) throw new SinkFault(reason)
  if (changes.length === 1) return [{ change: first, reason }]
  const half = Math.ceil(changes.length / 2)
  return [...(await post(options, batch, changes.slice(0, half))), ...(await post(options, batch, changes.slice(half)))]
}

function signature({ secret }: WebhookOptions, { nowMs }: SinkBatch, body: string): { readonly [name: string]: string } {
  const timestamp = String(Math.floor(nowMs / 1000))
  if (secret === undefined) return { 'x-stator-timestamp': timestamp }
  const digest = Buffer.from(keyedDigest(secret, `${timestamp}.${body}`)).toString('hex')
  return { 'x-stator-timestamp': timestamp, 'x-stator-signature': `sha256=${digest}` }
}
