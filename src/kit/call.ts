/** A request to a Stator in process, without an SDK; nobody is given advice about those. */
import type { InProcessStator } from '../index.ts'
import { refusalOf } from '../infrastructure/server/refusal.ts'

/** Of DynamoDB, unless something else is said. Rejects with Refused. */
export async function call(
  stator: InProcessStator,
  operation: string,
  input: object,
  { prefix, service }: { readonly prefix: string; readonly service: string } = { prefix: 'DynamoDB_20120810', service: 'dynamodb' },
): Promise<{ readonly [member: string]: unknown }> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${prefix}.${operation}`, 'user-agent': 'stator-kit' }
  const request = { method: 'POST', hostname: `${service}.${stator.region}`, path: '/', headers, body: JSON.stringify(input) }
  const { response } = await stator.requestHandler().handle(request)
  const body = String(response.body)
  if (response.statusCode !== 200) throw refusalOf(operation, response.statusCode, body)
  return JSON.parse(body) as { readonly [member: string]: unknown }
}
