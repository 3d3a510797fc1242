/** Commands besides serving, as they are typed: which word means which, what they print where, how they end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { commands } from '../../src/cli/commands.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

function start(t: TestContext, words: readonly string[]): StatorProcess {
  const started = new StatorProcess(words)
  t.after(() => started.child.kill('SIGKILL'))
  return started
}

function run(t: TestContext, words: readonly string[]): Promise<Ended> {
  return start(t, words).ended
}

test('serve is a word for what stator does without one', async (t) => {
  const started = start(t, ['serve', '--port', '0', '--in-memory'])
  await started.endpoint()
  started.child.kill('SIGTERM')
  assert.equal((await started.ended).code, 0)
})

for (const { name } of commands) {
  test(`stator ${name} has a help of its own`, async (t) => {
    const { code, out, err } = await run(t, [name, '--help'])
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, new RegExp(`^Usage: stator ${name} `, 'm'))
  })

  test(`stator ${name} ends with 2 for what is typed wrong`, async (t) => {
    assert.deepEqual(await run(t, [name, '--nonsense']), {
      code: 2,
      signal: null,
      out: '',
      err: `--nonsense is not an option of stator ${name}: see stator ${name} --help.\n`,
    })
  })
}

test('a word that is no command is one sentence and ends with 2', async (t) => {
  const err = 'laod is not a command of stator: see stator --help.\n'
  assert.deepEqual(await run(t, ['laod']), { code: 2, signal: null, out: '', err })
})

const table = { TableName: 'Shop', TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }] }

/** A DynamoDB with one table. Answers each request of a load with `status`. */
async function startFake(t: TestContext, status: number, seen: (count: number) => void = () => {}): Promise<string> {
  let count = 0
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return response.writeHead(404).end()
    if (String(request.headers['x-amz-target']).endsWith('DescribeTable')) return response.end(JSON.stringify({ Table: table }))
    count += 1
    seen(count)
    return response.writeHead(status).end('{}')
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  t.after(() => server.closeAllConnections())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('stator load prints its summary, as JSON when asked to, and ends with 0', async (t) => {
  const endpoint = await startFake(t, 200)
  const { code, out, err } = await run(t, ['load', '--table', 'Shop', '--endpoint', endpoint, '--requests', '20', '--json'])
  assert.deepEqual([code, err], [0, ''])
  const { requests, succeeded } = JSON.parse(out) as { requests: number; succeeded: number }
  assert.deepEqual([requests, succeeded], [20, 20])
})

test('stator load ends with 1 when nothing succeeded', async (t) => {
  const endpoint = await startFake(t, 400)
  const { code, out } = await run(t, ['load', '--table', 'Shop', '--endpoint', endpoint, '--requests', '20'])
  assert.equal(code, 1)
  assert.match(out, /\n {2}20 {2}HTTP 400 {2}\{\}\n[\s\S]*\nNothing succeeded\.\n$/)
})

test('Ctrl+C ends a load with its summary', async (t) => {
  let interrupt = (): void => {}
  const endpoint = await startFake(t, 200, (count) => {
    if (count === 50) interrupt()
  })
  const started = start(t, ['load', '--table', 'Shop', '--endpoint', endpoint, '--duration', '1h'])
  interrupt = () => started.child.kill('SIGINT')
  const { code, out, signal } = await started.ended
  assert.deepEqual([code, signal], [0, null])
  assert.match(out, /^Shop at http:[\s\S]*\nNothing was throttled\.\n$/)
})
