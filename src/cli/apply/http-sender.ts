/** A server at an address, for who makes tables there: DynamoDB and Application Auto Scaling behind one port. */

import { refusalOf } from '../../infrastructure/server/refusal.ts'
import type { Answer, Sender } from '../../infrastructure/server/sender.ts'
import { systemPatience, TableClient } from '../copy/copy-tables.ts'
import type { HttpClient } from '../load/http-client.ts'
import type { SignedService } from '../load/signing.ts'
import { unreachable } from '../load/unreachable.ts'

const scaling: SignedService = {
  signingName: 'application-autoscaling',
  targetPrefix: 'AnyScaleFrontendService',
  contentType: 'application/x-amz-json-1.1',
}

export function httpSender(client: HttpClient): Sender {
  const tables = new TableClient(client, systemPatience)
  return {
    ask: (service, operation, input) =>
      service === 'scaling' ? askScaling(client, operation, input) : tables.ask<Answer>(operation, input),
    wait: (timeMs) => tables.wait(timeMs),
  }
}

async function askScaling(client: HttpClient, operation: string, input: object): Promise<Answer> {
  const { status, body } = await client.sendTo(scaling, operation, JSON.stringify(input)).catch((error: unknown) => {
    throw unreachable(client.endpoint.url, error)
  })
  if (status !== 200) throw refusalOf(operation, status, body)
  return JSON.parse(body) as Answer
}
