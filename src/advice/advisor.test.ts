import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { tableOf } from '../../test/harness/advised-service.ts'
import { openTestService } from '../../test/harness/service.ts'
import { targetFor } from '../../test/harness/target-for.ts'
import { ManualClock } from '../base/clock.ts'
import type { Answer } from '../protocols/answer.ts'
import { answering } from '../server/answering.ts'
import { Advisor, type AdvisorOptions } from './advisor.ts'
import type { Draft, Finding } from './finding.ts'
import type { HeardCall } from './heard-call.ts'
import { callsHeardPerSecond, findingsOfRuleMax } from './limits.ts'
import type { Hearing, OpenRule, Rule } from './rule.ts'

type Ask = (operation: string, input: object, headers?: { readonly [name: string]: string }) => Promise<Answer>

interface Advised {
  readonly advisor: Advisor
  readonly stopwatch: ManualClock
  readonly ask: Ask
  findings(muted?: ReadonlyMap<string, string>): Promise<readonly Finding[]>
}

/** A service whose advisor has these rules, with the table Things. */
async function open(context: TestContext, rules: readonly Rule[], options: AdvisorOptions = {}): Promise<Advised> {
  const service = await openTestService({ kind: 'memory' }, { advice: 'off' })
  context.after(() => service.close())
  assert.equal(service.otherServices.advisor, undefined)
  const stopwatch = new ManualClock(0)
  const advisor = new Advisor(rules, { stopwatch, ...options })
  const answer = answering({ ...service.otherServices, advisor })
  const ask: Ask = async (operation, input, headers = {}) => {
    const signed = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20261122T100000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    }
    return answer({ target: targetFor(operation), headers: { ...signed, ...headers }, body: Buffer.from(JSON.stringify(input)) })
  }
  await ask('CreateTable', tableOf('Things'))
  const { engine } = service.controlContext
  return { advisor, stopwatch, ask, findings: (muted = new Map()) => advisor.findings({ engines: [engine], profile: 'test', muted }) }
}

const get = { TableName: 'Things', Key: { pk: { S: 'a' } } }

function ruleOf(id: string, state: Partial<OpenRule>, more: Partial<Rule> = {}): Rule {
  return { id, about: 'A rule of a test.', document: 'K1', open: () => ({ find: () => [], ...state }), ...more }
}

function draftOf(more: Partial<Draft> = {}): Draft {
  const change = { text: 'Change it.' }
  return {
    severity: 'info',
    region: 'us-east-1',
    table: 'Things',
    fromMs: 0,
    toMs: 1,
    evidence: {},
    sentence: 'So it is.',
    change,
    ...more,
  }
}

test('Requests for items are heard with whose they are and what they came to, others are not', async (context) => {
  const calls: HeardCall[] = []
  const { ask, stopwatch } = await open(context, [ruleOf('listens', { hear: (call) => calls.push(call) })])
  stopwatch.advance(5)
  await ask('GetItem', get, {
    'user-agent': 'aws-sdk-js/3.1163 md/nodejs#26 m/C,E,N api/dynamodb#3.1163',
    'amz-sdk-invocation-id': 'abc',
    'amz-sdk-request': 'attempt=3; max=4',
    'x-amzn-trace-id': 'Self=1-2;Root=1-67891233-abcdef012345678912345678;Sampled=1',
  })
  await ask('GetItem', get, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
  await ask('DescribeTable', { TableName: 'Things' })
  await ask('ListTables', {})
  await ask('GetItem', { ...get, TableName: 'Nothing' })
  await ask('GetItem', { Key: 1 })
  const [first, second, third, ...others] = calls
  assert.deepEqual(others, [])
  assert.deepEqual(first?.sender, {
    identity: 'test',
    address: '',
    userAgent: 'aws-sdk-js/3.1163 md/nodejs#26 api/dynamodb#3.1163',
    invocationId: 'abc',
    attempt: 3,
    traceId: '1-67891233-abcdef012345678912345678',
  })
  assert.deepEqual(
    [first.number, first.operation, first.beganMs, first.usage.readUnits, first.lane.confidence],
    [1, 'GetItem', 5, 0.5, 'high'],
  )
  assert.equal(second?.sender.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.deepEqual([second.sender.attempt, second.sender.invocationId, second.error], [1, undefined, undefined])
  assert.equal(third?.error, 'ResourceNotFoundException')
})

test('What programs of Stator itself ask is not heard', async (context) => {
  let heard = 0
  const { ask } = await open(context, [ruleOf('listens', { hear: () => (heard += 1) })])
  await ask('GetItem', get, { 'user-agent': 'stator-cli' })
  await ask('GetItem', get, { 'user-agent': 'Mozilla/5.0', 'x-amz-user-agent': 'stator-console' })
  assert.equal(heard, 0)
  await ask('GetItem', get, { 'user-agent': 'Mozilla/5.0', 'x-amz-user-agent': 'aws-sdk-js/3.1163' })
  assert.equal(heard, 1)
})

test('A rule that fails is logged once and left out, and nobody who asks notices', async (context) => {
  const log: string[] = []
  const heard: string[] = []
  const fails = ruleOf('fails', { hear: () => assert.fail('no') })
  const findsNot = ruleOf('finds-not', { find: () => assert.fail('no') })
  const works = ruleOf('works', { hear: ({ operation }) => heard.push(operation), find: () => [draftOf()] })
  const { ask, findings } = await open(context, [fails, findsNot, works], { log: (text) => log.push(text) })
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await ask('GetItem', get)).status, 200)
    assert.deepEqual(
      (await findings()).map(({ id }) => id),
      ['works'],
    )
  }
  assert.deepEqual(heard, ['GetItem', 'GetItem', 'GetItem'])
  assert.deepEqual(log, [
    'The rule fails of the advisor failed and is left out',
    'The rule finds-not of the advisor failed and is left out',
  ])
})

test('So many calls are heard in a second, and rules know that there were more', async (context) => {
  let heard = 0
  let hearing: Hearing | undefined
  const rule: Rule = {
    ...ruleOf('counts', {}),
    open: (given) => {
      hearing = given
      return { hear: () => (heard += 1), find: () => [] }
    },
  }
  const { ask, stopwatch } = await open(context, [rule])
  stopwatch.advance(10_000)
  for (let call = 0; call < callsHeardPerSecond; call += 1) await ask('GetItem', get)
  assert.equal(hearing?.wasDeafSince(0), false)
  await ask('GetItem', get)
  assert.equal(heard, callsHeardPerSecond)
  assert.deepEqual([hearing?.wasDeafSince(10_000), hearing?.wasDeafSince(10_001)], [true, false])
  stopwatch.advance(1000)
  await ask('GetItem', get)
  assert.equal(heard, callsHeardPerSecond + 1)
})

test('Where nothing is to be kept of requests none is heard, and what goes by measurements is told', async (context) => {
  let heard = 0
  const rule = ruleOf('both', { hear: () => (heard += 1), find: () => [draftOf()] })
  const { ask, findings } = await open(context, [rule], { isHearing: false })
  await ask('GetItem', get)
  assert.equal(heard, 0)
  assert.deepEqual(
    (await findings()).map(({ id }) => id),
    ['both'],
  )
  const service = await openTestService({ kind: 'memory' }, { trace: 'off' })
  context.after(() => service.close())
  assert.equal(service.otherServices.advisor?.listens(0), false)
})

test('Where others answer, too, nothing is said to be missing', () => {
  let hearing: Hearing | undefined
  const rule: Rule = {
    ...ruleOf('asks', {}),
    open: (given) => {
      hearing = given
      return { find: () => [] }
    },
  }
  const advisor = new Advisor([rule], { isAlone: false })
  assert.ok(advisor)
  assert.equal(hearing?.wasDeafSince(1e15), true)
})

test('The gravest come first, three of a rule and table, with the cause of those that have one', async (context) => {
  const many = Array.from({ length: 5 }, (_, at) => draftOf({ key: `k${at}` }))
  const cause = ruleOf('cause', { find: () => [draftOf({ severity: 'error', key: 'k' })] })
  const effect = ruleOf(
    'effect',
    { find: () => [draftOf({ severity: 'warning' }), draftOf({ severity: 'warning', key: 'other' })] },
    { causes: ['cause'] },
  )
  const { findings } = await open(context, [ruleOf('many', { find: () => many }), effect, cause])
  const found = await findings()
  assert.deepEqual(
    found.map(({ id, suppressedBy }) => [id, suppressedBy]),
    [
      ['cause', undefined],
      ['effect', 'cause'],
      ['effect', undefined],
      ...Array.from({ length: findingsOfRuleMax }, () => ['many', undefined]),
    ],
  )
  const [first] = found
  assert.match(first?.docs.url ?? '', /^https:/)
  const muted = await findings(new Map([[first?.fingerprint ?? '', 'We know.']]))
  assert.deepEqual(
    muted.map((finding) => finding.muted),
    ['We know.', undefined, undefined, undefined, undefined, undefined],
  )
})
