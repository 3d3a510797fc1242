/** Three servers over one database, each request to one of them by chance: the scenarios of test/consistency/ hold as for one server. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { StatorProcess } from '../cli/stator-process.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'

const scenarios = join(import.meta.dirname, '..', 'consistency', 'consistency.test.ts')

test('three servers on one PostgreSQL are linearizable, serializable, and tell streams once and in order', {
  skip: skipWithoutPostgres,
}, async (t) => {
  const url = await (await sharedPostgres()).newUrl()
  const servers = [1, 2, 3].map(() => new StatorProcess(['--port', '0', '--storage', url, '--test-cluster']))
  t.after(() => {
    for (const { child } of servers) child.kill('SIGKILL')
  })
  const endpoints = await Promise.all(servers.map((server) => server.endpoint()))
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env
  const env = { ...environment, CONSISTENCY_ENDPOINTS: endpoints.join(',') }
  const run = spawn(process.execPath, [scenarios], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  run.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  const [code] = await once(run, 'close')
  assert.equal(code, 0, out)
  for (const { err } of servers) assert.equal(err, '')
})
