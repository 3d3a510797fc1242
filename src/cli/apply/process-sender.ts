/** A server in this process, for who makes tables there. */
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import { refusalOf } from '../../infrastructure/server/refusal.ts'
import type { Answer, Sender } from '../../infrastructure/server/sender.ts'
import { plausibleHeaders } from '../load/signing.ts'

interface ServiceRequest {
  readonly target: string
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
}

interface ServiceAnswer {
  readonly status: number
  readonly body: string
}

/** Requests that never leave the process. */
export function processSender(handle: (request: ServiceRequest) => Promise<ServiceAnswer>, region: string): Sender {
  const prefixes = { dynamodb: 'DynamoDB_20120810', scaling: 'AnyScaleFrontendService' }
  return {
    ask: async (service, operation, input) => {
      const made = Object.entries(plausibleHeaders('stator', region, systemClock.now())).map(([name, value]) => [name.toLowerCase(), value])
      const { status, body } = await handle({
        target: `${prefixes[service]}.${operation}`,
        headers: Object.fromEntries(made),
        body: Buffer.from(JSON.stringify(input)),
      })
      if (status !== 200) throw refusalOf(operation, status, body)
      return JSON.parse(body) as Answer
    },
    wait: (timeMs) => sleep(timeMs),
  }
}
