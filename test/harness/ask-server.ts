/** A request to a server that verifies no signatures, by HTTP, as a test asks it that is not about HTTP. */
import assert from 'node:assert/strict'
import { targetFor } from './target-for.ts'

/** The answer, which must be 200. */
export async function askServer(endpoint: string, operation: string, input: object): Promise<{ readonly [member: string]: unknown }> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': targetFor(operation),
      'X-Amz-Date': '20261122T100000Z',
      Authorization: 'AWS4-HMAC-SHA256 Credential=t/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    },
    body: JSON.stringify(input),
  })
  const text = await response.text()
  assert.equal(response.status, 200, `${operation}: ${text}`)
  return JSON.parse(text) as { readonly [member: string]: unknown }
}
