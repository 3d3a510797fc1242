/** What `npm run soak` does for hours, for some thousands of requests; and by what it judges. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Soaked, type Window } from '../../scripts/soak/judge.ts'
import { soak, withFolder } from '../../scripts/soak/soak.ts'
import { judgeAnswer } from '../../scripts/soak/soak-client.ts'

const megabyte = 1024 * 1024

const flat: Window = {
  requests: 1000,
  failed: 0,
  refused: 0,
  p99Ms: 5,
  residentBytes: 150 * megabyte,
  heapBytes: 50 * megabyte,
  externalBytes: 10 * megabyte,
  resources: 12,
  openFiles: 30,
  logBytes: 4 * megabyte,
  storedBytes: 20 * megabyte,
}

const soaked = (windows: readonly Window[]): Soaked => ({ windows, unanswered: [], said: '' })
const minutes = (change: (minute: number) => Partial<Window> = () => ({})): Window[] =>
  Array.from({ length: 30 }, (_, minute) => ({ ...flat, ...change(minute) }))
const long = { warmUp: 6, isLong: true }
const short = { warmUp: 6, isLong: false }

test('A server under all kinds of requests keeps its handles, its log and its folder', async (t) => {
  const found = await withFolder((storage) =>
    soak({ seed: 20261130, windows: 10, window: { requests: 400 }, storage, tell: (line) => t.diagnostic(line) }),
  )
  assert.equal(found.windows.length, 10)
  assert.deepEqual(judge(found, { warmUp: 4, isLong: false }), [])
})

test('What takes more and more is told, of whichever kind it is', () => {
  const found = (figure: keyof Window, by: number): readonly string[] =>
    judge(soaked(minutes((minute) => ({ [figure]: (flat[figure] ?? 0) + minute * by }))), long)
  assert.deepEqual(found('residentBytes', 3 * megabyte), [
    `${(150 + 10 * 3) * megabyte} bytes of memory became ${(150 + 26 * 3) * megabyte}: more than 1.15 × and ${16 * megabyte}`,
  ])
  assert.equal(found('heapBytes', 1.5 * megabyte).length, 1)
  assert.equal(found('externalBytes', megabyte).length, 1)
  assert.equal(found('resources', 1).length, 1)
  assert.equal(found('openFiles', 1).length, 1)
  assert.equal(found('logBytes', 4 * megabyte).length, 1)
  assert.equal(found('storedBytes', 1.5 * megabyte).length, 1)
  assert.equal(found('p99Ms', 3).length, 1)
  assert.equal(found('failed', 1).length, 1)
})

test('Some requests may be refused for want of room, but not more than one of a hundred', () => {
  assert.deepEqual(judge(soaked(minutes(() => ({ refused: 10 }))), short), [])
  assert.deepEqual(judge(soaked(minutes(() => ({ refused: 11 }))), short), ['330 of 30000 requests were refused, more than 1 %'])
})

test('What was never answered as it deserves, windows without answers and what the server says are told', () => {
  assert.deepEqual(judge({ ...soaked(minutes()), unanswered: ['INSERT', 'GetRecords'] }, short), [
    'never answered as they deserve: INSERT, GetRecords',
  ])
  assert.deepEqual(judge({ ...soaked(minutes()), said: 'TypeError' }, short), ['the server had something to say'])
  assert.deepEqual(judge(soaked(minutes((minute) => (minute === 3 ? { requests: 0 } : {}))), short), ['1 windows had no answer'])
})

test('A figure that nobody read is told, in the short form, too; open files are told on no system or on all', () => {
  for (const figure of [
    'residentBytes',
    'heapBytes',
    'externalBytes',
    'resources',
    'openFiles',
    'logBytes',
    'storedBytes',
    'p99Ms',
  ] as const) {
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const [found = '', ...more] = judge(soaked(minutes((minute) => (minute % 2 === 0 ? { [figure]: none } : {}))), short).filter(
        (says) => !says.startsWith('Infinity'),
      )
      assert.match(found, /could not be read in 15 of 30 windows$/, figure)
      assert.deepEqual(more, [])
    }
  }
  assert.deepEqual(judge(soaked(minutes(() => ({ openFiles: undefined }))), long), [])
  assert.equal(judge(soaked(minutes((minute) => (minute === 0 ? { openFiles: undefined } : {}))), long).length, 1)
})

test('What swings and stays is flat', () => {
  assert.deepEqual(judge(soaked(minutes((minute) => ({ residentBytes: (150 + (minute % 5) * 20) * megabyte }))), long), [])
})

test('The short form judges no growth of memory and of time, but how much there is at most', () => {
  assert.deepEqual(judge(soaked(minutes((minute) => ({ residentBytes: minute * 30 * megabyte, p99Ms: minute * 100 }))), short), [])
  for (const [figure, most] of [
    ['residentBytes', 1024 * megabyte],
    ['heapBytes', 256 * megabyte],
    ['externalBytes', 256 * megabyte],
    ['p99Ms', 5000],
  ] as const) {
    assert.deepEqual(judge(soaked(minutes((minute) => (minute === 3 ? { [figure]: most } : {}))), short), [])
    assert.equal(judge(soaked(minutes((minute) => (minute === 3 ? { [figure]: most + 1 } : {}))), short).length, 1, figure)
  }
})

test('Too short a soak says nothing', () => {
  assert.equal(judge(soaked([flat, flat]), { warmUp: 4, isLong: true }).length, 1)
})

test('An answer is what the request deserves, or may come to pass, or is wrong', () => {
  const asked = { operation: 'PutItem', input: {} }
  const refusal = (type: string): string => `{"__type":"com.amazonaws.dynamodb.v20120810#${type}","message":"x"}`
  const wrongRequest = { ...asked, refusals: ['ValidationException'], isWrong: true }
  const maybe = { ...asked, refusals: ['DuplicateItemException'] }
  assert.equal(judgeAnswer(asked, 200, '{}'), 'deserved')
  assert.equal(judgeAnswer(asked, 400, refusal('ValidationException')), 'wrong')
  assert.equal(judgeAnswer(asked, 500, ''), 'wrong')
  assert.equal(judgeAnswer(asked, 503, refusal('ServiceUnavailable')), 'noRoom')
  assert.equal(judgeAnswer(asked, 503, '<html>ServiceUnavailable</html>'), 'wrong')
  assert.equal(judgeAnswer(wrongRequest, 400, refusal('ValidationException')), 'deserved')
  assert.equal(judgeAnswer(wrongRequest, 400, refusal('SerializationException')), 'wrong')
  assert.equal(judgeAnswer(wrongRequest, 200, '{}'), 'wrong')
  assert.equal(judgeAnswer(maybe, 400, refusal('DuplicateItemException')), 'allowed')
  assert.equal(judgeAnswer(maybe, 400, refusal('ValidationException')), 'wrong')
  assert.equal(judgeAnswer(maybe, 200, '{}'), 'deserved')
})
