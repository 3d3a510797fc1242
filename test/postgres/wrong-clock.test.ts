/** Two servers on one PostgreSQL, one of them on a machine whose clock is off by an hour, and then by two. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { hourMs, minuteMs } from '../../src/base/clock.ts'
import type { NodeList } from '../../src/server/control/node-routes.ts'
import type { ClockReading } from '../../src/server/control/server-clock.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'

for (const wrongMs of [hourMs, -hourMs]) {
  test(`a server whose machine is off by ${wrongMs} ms goes by the clock of the database, also when it is set while it runs`, {
    skip: skipWithoutPostgres,
  }, async (t) => {
    const url = await (await sharedPostgres()).newUrl()
    const words = ['--port', '0', '--storage', url]
    const environment = { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'wrong-clock.ts')}`, WRONG_CLOCK_MS: String(wrongMs) }
    const servers = [new StatorProcess(words), new StatorProcess(words, { environment })] as const
    t.after(() => {
      for (const { child } of servers) child.kill('SIGKILL')
    })
    const [, endpoint] = await Promise.all(servers.map((server) => server.endpoint()))
    const get = async <Answer>(path: string): Promise<Answer> => (await (await fetch(`${endpoint}/_stator/${path}`)).json()) as Answer
    const aheadMs = async (): Promise<readonly number[]> =>
      (await get<NodeList>('nodes')).nodes.map((node) => node.machineAheadMs ?? 0).sort((a, b) => Math.abs(a) - Math.abs(b))
    const isNear = (value: number | undefined, expected: number): boolean => value !== undefined && Math.abs(value - expected) < minuteMs

    const assertRight = async (expectedMs: number): Promise<void> => {
      for (;;) {
        const [right, wrong] = await aheadMs()
        if (isNear(right, 0) && isNear(wrong, expectedMs)) break
        await sleep(50)
      }
      assert.ok(isNear((await get<ClockReading>('clock')).nowMs, Date.now()))
      while ((await fetch(`${endpoint}/health/ready`)).status !== 200) await sleep(50)
    }
    await assertRight(wrongMs)
    servers[1].child.kill('SIGUSR2')
    await assertRight(2 * wrongMs)
    const sentences = servers[1].err.trim().split('\n')
    assert.equal(sentences.length, 1)
    assert.match(sentences[0] ?? '', /^The clock of this machine is 3[56]\d\d\.\d s (ahead of|behind) that of the database/)
    assert.equal(servers[0].err, '')
  })
}
