/** Whether an error is the one that a scenario expects: of a step, or of the last request of a load. */
import assert from 'node:assert/strict'
import type { Reply } from '../harness/check-answer.ts'
import type { ExpectedError } from './scenario.ts'

export function assertError(reply: Reply, { type, message = '*', item, cancellationReasons, throttlingReasons }: ExpectedError): void {
  const types = type.split('|').map((alternative) => alternative.replace(/\(.*\)$/, ''))
  assert.ok(types.includes(String(reply.exception)), `${reply.exception} instead of ${type}: ${reply.message}`)
  if (message !== '*') assert.equal(reply.message, message)
  const { Item, CancellationReasons, ThrottlingReasons, throttlingReasons: lowerCaseReasons } = reply.body
  assert.deepEqual(Item, item ?? undefined)
  if (cancellationReasons !== undefined) assert.deepEqual(CancellationReasons, cancellationReasons)
  if (throttlingReasons !== undefined) assert.deepEqual(ThrottlingReasons ?? lowerCaseReasons, throttlingReasons)
}
