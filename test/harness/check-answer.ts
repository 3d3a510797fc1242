/** What every answer owes a client, whatever was asked: headers, checksum, output shape, a known exception (errors.md §1). */
import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { checkExceptionMembers, checkOutput } from '../../src/api/check-output.ts'
import { type ExceptionName, exceptionNamespaces, exceptions } from '../../src/api/errors.ts'
import { errorsOf } from '../../src/api/operation-errors.ts'
import { type OperationName, operations } from '../../src/api/operations.ts'
import type { Answer } from '../../src/index.ts'

export interface Reply {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: { readonly [member: string]: unknown }
  /** Of an error: the name after `#` in `__type`, and the text under whichever member the exception keeps it. */
  readonly exception?: ExceptionName
  readonly message?: string
}

const requestIdForm = /^[A-Z0-9]{52}$/

/** What this process has seen (operations that succeeded, exceptions that were answered), so that a suite can say which promise of the API no test looks at. */
export const exercised: { readonly operations: Set<string>; readonly exceptions: Set<ExceptionName> } = {
  operations: new Set(),
  exceptions: new Set(),
}

/** Exceptions that come before it is looked at which operation is meant, or whether there is one. */
const ofEveryService: ReadonlySet<ExceptionName> = new Set([
  'IncompleteSignatureException',
  // A fault of the service's own, of which no model tells.
  'InternalFailure',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  // What must be audited and can't be.
  'ServiceUnavailable',
  'UnknownOperationException',
])

export function checkAnswer(operation: string, answer: Answer, contentType: string): Reply {
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]))
  assert.equal(headers['x-amz-crc32'], String(crc32(answer.body)), 'x-amz-crc32 is the checksum of the body')
  assert.match(headers['x-amzn-requestid'] ?? '', requestIdForm)
  assert.equal(headers['content-type'], contentType)
  const body: Reply['body'] = JSON.parse(answer.body)
  if (answer.status === 200) {
    assert.deepEqual(checkOutput(operation, body), [])
    exercised.operations.add(operation)
    return { status: 200, headers, body }
  }
  return { status: answer.status, headers, body, ...checkError(operation, answer.status, body) }
}

function checkError(operation: string, status: number, body: Reply['body']): { exception: ExceptionName; message?: string } {
  const type = body.__type
  assert.equal(typeof type, 'string', 'an error body has a __type')
  const [namespace, name] = String(type).split('#')
  assert.ok(name !== undefined && Object.hasOwn(exceptions, name), `${type} is in the catalogue`)
  const exception = name as ExceptionName
  const { family, status: expectedStatus, messageMember } = exceptions[exception]
  assert.equal(namespace, exceptionNamespaces[family])
  assert.equal(status, expectedStatus)
  exercised.exceptions.add(exception)
  const showsItem = exception === 'ConditionalCheckFailedException' && body.Item !== undefined
  const message = body[showsItem ? 'Message' : messageMember]
  if (Object.hasOwn(operations, operation)) {
    const promised = errorsOf(operations[operation as OperationName])
    assert.ok(promised.includes(exception) || ofEveryService.has(exception), `${operation} can answer with ${exception}`)
  }
  const { __type: _, message: lower, Message: upper, ...members } = body
  assert.ok(lower === undefined || upper === undefined, 'an exception has one message')
  assert.deepEqual(checkExceptionMembers(exception, members), [])
  if (message === undefined) return { exception }
  assert.equal(typeof message, 'string')
  return { exception, message: String(message) }
}
