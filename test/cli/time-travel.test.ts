/** `stator branch` and `stator diff` as they are typed, of a running server. */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { ManualClock, secondMs } from '../../src/base/clock.ts'
import { progressBar } from '../../src/cli/time-travel/follow-job.ts'
import { parseTableAt } from '../../src/cli/time-travel/table-at.ts'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { askServer } from '../harness/ask-server.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { type Body, until } from '../harness/server-process.ts'
import { testStorage } from '../harness/test-storage.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const startMs = 1_795_341_600_000
const clock = new ManualClock(startMs)
let server: RunningServer

function ask(operation: string, input: object): Promise<Body> {
  return askServer(server.endpoint, operation, input)
}

function put(id: string, n: number): Promise<unknown> {
  return ask('PutItem', { TableName: 'Orders', Item: { id: { S: id }, n: { N: String(n) } } })
}

before(async () => {
  server = await startServer({
    storage: testStorage('steady'),
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
    isTestCluster: true,
    clock,
    log: () => {},
  })
  await ask('CreateTable', onDemandTable('Orders', { id: 'S' }))
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await ask('UpdateContinuousBackups', { TableName: 'Orders', PointInTimeRecoverySpecification })
  for (const id of ['a', 'b']) await put(id, 1)
  clock.advance(60 * secondMs)
  await put('a', 2)
  await put('c\u001b', 1)
  await ask('DeleteItem', { TableName: 'Orders', Key: { id: { S: 'b' } } })
})
after(() => server.close())

function run(t: TestContext, words: readonly string[]): Promise<Ended> {
  const started = new StatorProcess([...words, '--endpoint', server.endpoint])
  t.after(() => started.child.kill('SIGKILL'))
  return started.ended
}

test('stator branch makes a table of a second, and waits until it is filled if it is told to', async (t) => {
  assert.deepEqual(await run(t, ['branch', 'Orders@2026-11-22T10:00:30Z', 'Then', '--wait']), {
    code: 0,
    signal: null,
    out: 'Then is Orders as of 2026-11-22T10:00:30.000Z, filled.\n',
    err: '',
  })
  assert.equal((await ask('Scan', { TableName: 'Then' })).Count, 2)
  assert.deepEqual((await server.control.jobs()).jobs, [])
  const made = await run(t, ['branch', 'Orders@59s', 'Again', '--json'])
  assert.equal(JSON.parse(made.out).branch.name, 'Again')
  const failed = await run(t, ['branch', 'Orders@2h', 'Never'])
  assert.deepEqual([failed.code, failed.err.startsWith('An invalid restore time was specified')], [1, true])
})

test('stator branch --wait says that a branch was deleted before it was filled, and fails', async (t) => {
  // Nothing is filled, as no jobs are done.
  const idle = await startServer({
    storage: testStorage('steady'),
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
    clock,
    jobs: 'manual',
    log: () => {},
  })
  t.after(() => idle.close())
  await askServer(idle.endpoint, 'CreateTable', onDemandTable('Kept', { id: 'S' }))
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await askServer(idle.endpoint, 'UpdateContinuousBackups', { TableName: 'Kept', PointInTimeRecoverySpecification })
  for (let id = 0; id < 3; id += 1) await askServer(idle.endpoint, 'PutItem', { TableName: 'Kept', Item: { id: { S: `${id}` } } })
  const started = new StatorProcess(['branch', 'Kept@0s', 'Gone', '--wait', '--endpoint', idle.endpoint])
  t.after(() => started.child.kill('SIGKILL'))
  const job = await until(async () => (await idle.control.jobs()).jobs.find(({ kind }) => kind === 'branch'))
  await idle.control.cancelJob({ job: job.id })
  const { code, out, err } = await started.ended
  assert.deepEqual([code, out], [1, ''])
  assert.match(err, /^Gone is not filled: .*Gone/)
})

test('stator diff prints what became of items, for a person and for a program', async (t) => {
  const { code, out, err } = await run(t, ['diff', 'Orders@30s', 'Orders'])
  assert.deepEqual([code, err], [0, ''])
  assert.deepEqual(out.split('\n').sort(), [
    '',
    '    n: 1 -> 2',
    '+ id "c\\u001b"  {"id":{"S":"c\\u001b"},"n":{"N":"1"}}',
    '- id "b"  {"id":{"S":"b"},"n":{"N":"1"}}',
    '1 added, 1 removed, 1 changed.',
    '~ id "a"',
  ])
  const lines = (await run(t, ['diff', 'Orders', 'Orders@30s', '--json'])).out.trim().split('\n')
  assert.deepEqual(lines.map((line) => JSON.parse(line).change).sort(), ['added', 'changed', 'removed'])
})

test('What is no table at a time is refused', async (t) => {
  assert.deepEqual((await run(t, ['branch', 'Orders@yesterday', 'New'])).code, 2)
  assert.deepEqual((await run(t, ['diff', 'Orders@1h', 'Other'])).err, 'stator diff is of one table at two times: TABLE@TIME TABLE@TIME.\n')
  assert.deepEqual(parseTableAt('a@7d'), { table: 'a', at: { beforeNowMs: 604_800_000 } })
  assert.deepEqual(parseTableAt('a'), { table: 'a', at: undefined })
})

test('A bar says how far a job is', () => {
  const job = {
    id: 'x',
    kind: 'branch',
    region: 'r',
    table: 't',
    state: 'running',
    startedMs: 0,
    share: 0.5,
    canBeCancelled: true,
  } as const
  assert.equal(progressBar(job), '[###############...............]  50%')
  assert.equal(
    progressBar({ ...job, itemsDone: 1200, itemsTotal: 2400, remainingMs: 11_400 }),
    '[###############...............]  50%, 1,200 of 2,400 items, 12 s left',
  )
})
