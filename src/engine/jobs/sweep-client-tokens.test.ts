import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { type Engine, openEngine } from '../engine.ts'
import { hashSpace } from '../keyspace/keys.ts'
import { tokenPeriodsRange } from '../keyspace/token-keys.ts'
import { writeTransaction } from '../transactions/write-transaction.ts'
import { engineJobs } from './engine-jobs.ts'
import { runDueJobs } from './run-due-jobs.ts'
import { stepTokenSweep } from './sweep-client-tokens.ts'

const startMs = 1_795_341_600_000

async function tokenCount(engine: Engine): Promise<number> {
  const all = tokenPeriodsRange(0, hashSpace - 1)
  return engine.store.view(async (view) => (await view.scan(all, { entries: 10_000, bytes: 1 << 30 })).entries.length)
}

async function transactWithToken(engine: Engine, token: string): Promise<string> {
  const { kind } = await writeTransaction(engine, [], { space: 'TransactWriteItems', token, fingerprint: 'same' })
  return kind
}

test('a token is kept for its ten minutes and dropped within twenty', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openEngine({ storage: testStorage(), clock })
  for (let minute = 0; minute < 60; minute += 1) {
    assert.equal(await transactWithToken(engine, `minute-${minute}`), 'done')
    await runDueJobs(engineJobs(engine), clock)
    const kept = await tokenCount(engine)
    assert.ok(kept <= 20 && kept >= Math.min(minute + 1, 10), `${kept} after ${minute} minutes`)
    if (minute >= 9) assert.equal(await transactWithToken(engine, `minute-${minute - 9}`), 'repeated')
    clock.advance(minuteMs)
  }
  clock.advance(20 * minuteMs)
  await runDueJobs(engineJobs(engine), clock)
  assert.equal(await tokenCount(engine), 0)
  await engine.close()
})

test('expired tokens are dropped in bounded steps, of all regions and spaces', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openEngine({ storage: testStorage(), clock })
  const elsewhere = { ...engine, catalog: engine.catalog.of('eu-west-1') }
  for (let at = 0; at < 5; at += 1) {
    assert.equal(await transactWithToken(engine, `token-${at}`), 'done')
    assert.equal(await transactWithToken(elsewhere, `token-${at}`), 'done')
    const other = { space: 'ExecuteTransaction', token: `token-${at}`, fingerprint: 'other' } as const
    assert.equal((await writeTransaction(engine, [], other)).kind, 'done')
  }
  clock.advance(20 * minuteMs)
  const left: number[] = []
  while (await stepTokenSweep(engine, clock.now(), { entries: 4, bytes: 1 << 20 })) left.push(await tokenCount(engine))
  assert.deepEqual(left, [11, 7, 3, 0])
  await engine.close()
})

test('a token is done with when the clock is set back and known again when it returns', async () => {
  const clock = new ManualClock(startMs)
  const engine = await openEngine({ storage: testStorage(), clock })
  await transactWithToken(engine, 'token')
  clock.advance(-startMs)
  assert.equal(await transactWithToken(engine, 'token'), 'done')
  clock.advance(startMs)
  assert.equal(await transactWithToken(engine, 'token'), 'repeated')
  clock.advance(Number.MAX_SAFE_INTEGER - 2 * startMs)
  assert.equal(await transactWithToken(engine, 'token'), 'done')
  assert.equal(await transactWithToken(engine, 'token'), 'repeated')
  await engine.close()
})
