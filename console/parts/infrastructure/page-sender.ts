/** The server that the page came from, for who makes tables there: asked as the page asks it, signed as whoever signed in. */

import { refusalOf } from '../../../src/infrastructure/server/refusal.ts'
import { type Answer, type Origins, Refused, type Sender } from '../../../src/infrastructure/server/sender.ts'
import type { OriginList } from '../../../src/server/control/origin-routes.ts'
import type { ServerInfo } from '../../../src/server/control/routes.ts'
import { patientTriesMax } from '../../limits.ts'
import { call, control, scaling } from '../../server/ask.ts'
import { ServerError } from '../../server/server-error.ts'

export function pageSender(info: ServerInfo): Sender {
  return { ask: askPatiently, wait: (timeMs) => wait(timeMs), origins: originsOf(info) }
}

function wait(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs))
}

/** What may pass is asked for again, a while later each time. Rejects with Refused, or with ServerError when nobody answers. */
async function askPatiently(service: 'dynamodb' | 'scaling', operation: string, input: object): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call<Answer>(operation, input, service === 'scaling' ? scaling : undefined)
    } catch (error) {
      if (!(error instanceof ServerError) || error.status === 0) throw error
      const refusal = refusalOf(operation, error.status, JSON.stringify({ __type: error.exception, message: error.message }))
      if (!refusal.isPassing || tries >= patientTriesMax) throw refusal
      await wait(50 * 2 ** tries * (0.5 + Math.random()))
    }
  }
}

function originsOf({ regions, region: own }: ServerInfo): Origins {
  const where = regions === 'isolated' ? { region: own } : {}
  return {
    list: async () => {
      const { origins } = await control<OriginList>('GET', 'origins', where).catch((error: unknown) => {
        throw error instanceof ServerError && error.status > 0 ? new Refused('', error.message) : error
      })
      return origins.map(({ table: tableName, source, id, retained: isRetained }) => ({ tableName, source, id, isRetained }))
    },
    note: async ({ tableName, source, id, isRetained: retained }) => {
      await control('PUT', `tables/${encodeURIComponent(tableName)}/origin`, { source, id, retained, ...where }).catch(() => {})
    },
  }
}
