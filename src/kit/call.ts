/** A request to a Stator in process, without an SDK. */
import type { InProcessStator } from '../index.ts'

export class CallRefused extends Error {
  /** Of the exception, without its namespace. */
  readonly type: string

  constructor(type: string, message: string) {
    super(`${type}: ${message}`)
    this.type = type
  }
}

/** Of DynamoDB, unless something else is said. Rejects with CallRefused. */
export async function call(
  stator: InProcessStator,
  operation: string,
  input: object,
  { prefix, service }: { readonly prefix: string; readonly service: string } = { prefix: 'DynamoDB_20120810', service: 'dynamodb' },
): Promise<{ readonly [member: string]: unknown }> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${prefix}.${operation}` }
  const request = { method: 'POST', hostname: `${service}.${stator.region}`, path: '/', headers, body: JSON.stringify(input) }
  const { response } = await stator.requestHandler().handle(request)
  const answer = JSON.parse(String(response.body)) as { readonly [member: string]: unknown }
  if (response.statusCode === 200) return answer
  const { __type = '', message = '', Message = message } = answer as { readonly [name: string]: string }
  throw new CallRefused(__type.replace(/^.*#/, ''), Message)
}
