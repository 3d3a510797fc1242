/** Commands besides serving, as they are typed: which word means which, what they print where, how they end. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
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

/** Words for --help and --version, which have no options. */
const wordsForFlags: readonly string[] = ['help', 'version']

for (const { name } of commands.filter((each) => !wordsForFlags.includes(each.name))) {
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
  const sentences = [
    ['laod', 'laod is not a command of stator: did you mean load? See stator --help.\n'],
    ['dump', 'dump is not a command of stator: see stator --help.\n'],
  ]
  for (const [word = '', err = ''] of sentences) {
    assert.deepEqual(await run(t, [word]), { code: 2, signal: null, out: '', err })
    assert.deepEqual(await run(t, ['help', word]), { code: 2, signal: null, out: '', err })
  }
  const started = start(t, ['load', '--tabel', 'Shop'])
  await started.ended
  assert.equal(started.err, 'stator: --tabel is not an option of stator load: did you mean --table? See stator load --help.\n')
})

test('help and version are words for what their flags print', async (t) => {
  const [help, ofHelp, h, ofLoad, load, version, v] = await Promise.all(
    [['--help'], ['help'], ['-h'], ['help', 'load'], ['load', '--help'], ['version'], ['-v']].map((words) => run(t, words)),
  )
  assert.deepEqual([ofHelp, h], [help, help])
  assert.match(help?.out ?? '', /^Usage: stator \[start\]/m)
  assert.deepEqual(ofLoad, load)
  assert.deepEqual(v, version)
  assert.match(version?.out ?? '', /^\d+\.\d+\.\d+\n$/)
})

test('stator env prints what a shell takes, and never a secret', async () => {
  const environment = { AWS_REGION: 'eu-west-1' }
  const printed = async (words: readonly string[], more = {}): Promise<string> => {
    const { code, out, err } = await new StatorProcess(['env', ...words], { environment: { ...environment, ...more } }).ended
    assert.deepEqual([code, err], [0, ''])
    return out
  }
  const sh = await printed(['--endpoint', 'http://127.0.0.1:9999/'])
  const taken = execFileSync('sh', ['-c', `${sh} env`], { encoding: 'utf8', env: { PATH: process.env.PATH } }).split('\n')
  for (const line of ['AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9999', 'AWS_REGION=eu-west-1', 'AWS_ACCESS_KEY_ID=local']) {
    assert(taken.includes(line), line)
  }
  assert.match(await printed(['--shell', 'fish']), /^set -gx AWS_ENDPOINT_URL_DYNAMODB 'http:\/\/127\.0\.0\.1:8000'$/m)
  assert.match(await printed(['--shell', 'powershell']), /^\$env:AWS_REGION = 'eu-west-1'$/m)
  const own = await printed([], { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'my secret' })
  assert.doesNotMatch(own, /KEY/)
  assert.doesNotMatch(await printed(['--endpoint', 'http://db.example:8000']), /KEY/)
})

test('stator healthcheck ends with 0 when a server is ready, and with 1 when none is', async (t) => {
  const started = start(t, ['--port', '0', '--in-memory'])
  const endpoint = await started.endpoint()
  assert.deepEqual(await run(t, ['healthcheck', '--endpoint', endpoint]), { code: 0, signal: null, out: 'ready\n', err: '' })
  const none = { code: 1, signal: null, out: '', err: 'No server answers at http://127.0.0.1:1.\n' }
  assert.deepEqual(await run(t, ['healthcheck', '--endpoint', 'http://127.0.0.1:1']), none)
})

test('stator healthcheck takes any certificate of a server on this machine', async (t) => {
  const started = start(t, ['--port', '0', '--in-memory', '--tls-self-signed'])
  const endpoint = await started.endpoint()
  assert.deepEqual(await run(t, ['healthcheck', '--endpoint', endpoint]), { code: 0, signal: null, out: 'ready\n', err: '' })
})

test('stator help start and stator help serve are the help of serving', async (t) => {
  const [start, serve] = await Promise.all(['start', 'serve'].map((word) => run(t, ['help', word])))
  assert.match(start?.out ?? '', /^Usage: stator/m)
  assert.deepEqual(serve, start)
})

test('stator completions prints what bash takes, and completes commands and options', async (t) => {
  const { out } = await run(t, ['completions', 'bash'])
  const completed = (...words: readonly string[]): readonly string[] => {
    const line = words.map((word) => `'${word}'`).join(' ')
    const script = `${out}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _stator; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
  }
  assert.deepEqual(completed('stator', 'comp'), ['compact', 'completions'])
  assert.deepEqual(completed('stator', '--data'), ['--data-dir', '--data'])
  assert.deepEqual(completed('stator', 'cost', '--ta'), ['--table'])
  for (const shell of ['zsh', 'fish']) {
    const script = (await run(t, ['completions', shell])).out
    for (const { name } of commands) assert(script.includes(name), `${shell}: ${name}`)
  }
  assert.match((await run(t, ['completions', 'constructor'])).err, /^SHELL must be bash, zsh or fish/)
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
