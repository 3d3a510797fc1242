/** A server at an address, for who makes tables there: DynamoDB and Application Auto Scaling behind one port. */

import { refusalOf } from '../../infrastructure/server/refusal.ts'
import type { Answer, Origins, Sender } from '../../infrastructure/server/sender.ts'
import type { OriginList } from '../../server/control/origin-routes.ts'
import { askControl } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { systemPatience, TableClient } from '../copy/copy-tables.ts'
import type { HttpClient } from '../load/http-client.ts'
import type { SignedService } from '../load/signing.ts'
import { unreachable } from '../load/unreachable.ts'

const scaling: SignedService = {
  signingName: 'application-autoscaling',
  targetPrefix: 'AnyScaleFrontendService',
  contentType: 'application/x-amz-json-1.1',
}

/** With `stator` it is one, which remembers where its tables come from. */
export function httpSender(client: HttpClient, { stator }: { readonly stator?: StatorInfo | undefined } = {}): Sender {
  const tables = new TableClient(client, systemPatience)
  return {
    ask: (service, operation, input) =>
      service === 'scaling' ? askScaling(client, operation, input) : tables.ask<Answer>(operation, input),
    wait: (timeMs) => tables.wait(timeMs),
    ...(stator && { origins: originsAt(client.endpoint, stator) }),
  }
}

/** What a Stator says of itself, as far as it matters here. */
export interface StatorInfo {
  readonly account: string
  /** `isolated`: each region has tables of its own. */
  readonly regions: string
}

function originsAt(endpoint: ControlEndpoint, { regions }: StatorInfo): Origins {
  const where = regions === 'isolated' ? { region: endpoint.region } : {}
  return {
    list: async () => {
      const path = `/_stator/origins?${new URLSearchParams(where)}`
      const { origins } = (await askControl(endpoint, { method: 'GET', path, answerHas: 'origins' })) as OriginList
      return origins.map(({ table: tableName, source, id, retained: isRetained }) => ({ tableName, source, id, isRetained }))
    },
    note: async ({ tableName, source, id, isRetained }) => {
      const body = { source, id, retained: isRetained, ...where }
      const way = `/_stator/tables/${encodeURIComponent(tableName)}/origin`
      await askControl(endpoint, { method: 'PUT', path: way, body }).catch(() => {})
    },
  }
}

async function askScaling(client: HttpClient, operation: string, input: object): Promise<Answer> {
  const { status, body } = await client.sendTo(scaling, operation, JSON.stringify(input)).catch((error: unknown) => {
    throw unreachable(client.endpoint.url, error)
  })
  if (status !== 200) throw refusalOf(operation, status, body)
  return JSON.parse(body) as Answer
}
