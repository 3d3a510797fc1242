import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnsweredRequest } from '../server/requests/answered-request.ts'
import { type LogForm, type LogLevel, serverLog } from './server-log.ts'

const request: AnsweredRequest = {
  requestId: '0A1B',
  atMs: Date.parse('2026-11-22T10:00:00Z'),
  durationMs: 1.234_567,
  service: 'dynamodb',
  operation: 'ListTables',
  region: 'us-east-1',
  status: 200,
  error: undefined,
  caller: 'arn:aws:iam::123456789012:user/ann',
  accessKeyId: undefined,
  sourceAddress: '127.0.0.1',
  userAgent: undefined,
  faults: undefined,
}
const refused: AnsweredRequest = { ...request, status: 400, error: { exception: 'ValidationException', message: 'no\u001b[2J' } }
const failed: AnsweredRequest = {
  ...request,
  service: 'iam',
  operation: 'GetUser',
  status: 500,
  caller: undefined,
  sourceAddress: undefined,
}

/** What is written of these three, piece by piece. */
async function written(form: LogForm, level: LogLevel): Promise<readonly string[]> {
  const pieces: string[] = []
  const { log, onAnswered } = serverLog(form, level, { write: (lines) => pieces.push(lines), unreadLength: () => 0 })
  for (const [at, each] of [request, refused, failed].entries()) onAnswered?.(each, at + 1)
  if (form === 'json') log('The disk is full', 'so it is')
  await new Promise(setImmediate)
  return pieces
}

test('Each request is a line, all of one turn are written together, and nothing in them moves a terminal', async () => {
  assert.deepEqual(await written('requests', 'info'), [
    '2026-11-22T10:00:00.000Z 200 1.24 ms ListTables, user/ann from 127.0.0.1, 0A1B\n' +
      '2026-11-22T10:00:00.000Z 400 1.24 ms ListTables, ValidationException: no?[2J, user/ann from 127.0.0.1, 0A1B\n' +
      '2026-11-22T10:00:00.000Z 500 1.24 ms iam GetUser, nobody who is known, 0A1B\n',
  ])
})

test('The level says which requests are told', async () => {
  const counts = async (level: LogLevel): Promise<number> => ((await written('requests', level))[0] ?? '').split('\n').length - 1
  assert.deepEqual([await counts('info'), await counts('warn'), await counts('error')], [3, 2, 1])
})

test('As JSON each line is an object: a request, or what went wrong', async () => {
  const lines = (await written('json', 'warn')).join('').trimEnd().split('\n')
  const [first, , last] = lines.map((line) => JSON.parse(line) as { [name: string]: unknown })
  assert.equal(lines.length, 3)
  assert.equal(first?.level, 'warn')
  const { number, status, operation, caller } = (first?.request ?? {}) as { readonly [name: string]: unknown }
  assert.deepEqual([number, status, operation, caller], [2, 400, 'ListTables', 'arn:aws:iam::123456789012:user/ann'])
  assert.deepEqual([last?.level, last?.message, last?.cause], ['error', 'The disk is full', 'so it is'])
})

test('Without requests in the log nobody is told of them', () => {
  assert.equal(serverLog('errors', 'info').onAnswered, undefined)
})

test('Requests are left out while nobody reads the log, and how many is told', async () => {
  let unread = 0
  let text = ''
  const { onAnswered } = serverLog('json', 'info', { write: (lines) => (text += lines), unreadLength: () => unread })
  onAnswered?.(request, 1)
  unread = 2 ** 30
  for (let number = 2; number < 5; number += 1) onAnswered?.(request, number)
  unread = 0
  onAnswered?.(request, 5)
  await new Promise(setImmediate)
  const told = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    told.map(({ message, request: asked }) => message ?? asked.number),
    [1, '3 requests are not in the log, as nobody read it', 5],
  )
})
