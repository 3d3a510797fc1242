/** The command as it is typed: what it prints, how it ends (product.md, modes and drop-in). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { askServer } from '../harness/ask-server.ts'
import { RawConnection, requestBytes } from '../server/raw-connection.ts'
import { type Ended, type ProcessOptions, StatorProcess } from './stator-process.ts'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }

function start(t: TestContext, words: readonly string[], options: ProcessOptions = {}): StatorProcess {
  const started = new StatorProcess(words, options)
  t.after(() => started.child.kill('SIGKILL'))
  return started
}

function run(t: TestContext, words: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  return start(t, words, options).ended
}

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-cli-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('stator says where it is, where the data is, and what to copy, and ends with 0 on SIGTERM', async (t) => {
  const started = start(t, ['start', '--port', '0', '--in-memory', '--region', 'eu-west-3'])
  const endpoint = await started.endpoint()
  assert.equal(
    started.out,
    `Stator ${version} serves DynamoDB at ${endpoint}
Data: in memory, gone when this process ends
Limits: observed; what AWS would throttle is counted and answered all the same (--throughput enforce refuses it)

  Console: ${endpoint}/_stator/console/

  export AWS_ENDPOINT_URL_DYNAMODB=${endpoint}
  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws dynamodb list-tables --region eu-west-3 --endpoint-url ${endpoint}

Any credentials and any region will do. Stop with Ctrl+C.
`,
  )
  const answer = await fetch(endpoint)
  assert.equal(await answer.text(), 'healthy: dynamodb.eu-west-3.amazonaws.com ')
  started.child.kill('SIGTERM')
  assert.deepEqual(await started.ended, { code: 0, signal: null, out: started.out, err: '' })
})

test('Isolated regions and a closed control endpoint are flags', async (t) => {
  const started = start(t, ['--port', '0', '--in-memory', '--regions', 'isolated', '--no-control'])
  const endpoint = await started.endpoint()
  assert.match(started.out, /^Any credentials will do; each region has its own tables\. Stop with Ctrl\+C\.$/m)
  assert.equal((await fetch(`${endpoint}/_stator/info`)).status, 404)
  const delays = ['--index-lag', '250ms', '--ttl-sweep-interval', '5s']
  const open = start(t, ['--port', '0', '--in-memory', ...delays, '--clock', '2050-01-01'])
  const info = (await (await fetch(`${await open.endpoint()}/_stator/info`)).json()) as {
    version: string
    settings: { indexLagMs: number; ttlSweepIntervalMs: number }
  }
  assert.deepEqual([info.version, info.settings.indexLagMs, info.settings.ttlSweepIntervalMs], [version, 250, 5000])
  const clock = (await (await fetch(`${await open.endpoint()}/_stator/clock`)).json()) as { now: string }
  assert.match(clock.now, /^2050-01-01T00:/)
})

test('It says whether limits are enforced', async (t) => {
  const enforcing = start(t, ['--port=0', '--in-memory', '--throughput=enforce'])
  await enforcing.endpoint()
  assert.match(enforcing.out, /^Limits: enforced; what AWS would throttle is refused$/m)
  const free = start(t, ['--port=0', '--in-memory'], { environment: { STATOR_THROUGHPUT: 'off' } })
  await free.endpoint()
  assert.match(free.out, /^Limits: none; nothing is metered$/m)
})

test('Faults are read from a file, chance from a seed, and what is wrong with them is one sentence', async (t) => {
  const folder = emptyFolder(t)
  writeFileSync(join(folder, 'faults.json'), '[{ "probability": 0.5, "do": { "lose": "answer" } }]')
  writeFileSync(join(folder, 'wrong.json'), '[{ "do": { "lose": "all" } }]')
  const flags = ['--port=0', '--in-memory', '--seed=7']
  const started = start(t, [...flags, '--faults', 'faults.json'], { folder })
  const faults = await (await fetch(`${await started.endpoint()}/_stator/faults`)).json()
  const fault = { fault: 'fault-1', probability: 0.5, do: { lose: 'answer' }, matched: 0, struck: 0, waiting: 0 }
  assert.deepEqual(faults, { seed: 7, faults: [fault] })
  assert.match(started.out, /^Faults: requests meet those in faults\.json on purpose \(--faults\)$/m)
  const wrong = await run(t, [...flags, '--faults', 'wrong.json'], { folder })
  assert.deepEqual(
    [wrong.code, wrong.err],
    [2, 'The faults in wrong.json are none: Fault 1 of the list: "do.lose" must be request (nothing is done) or answer (it is done).\n'],
  )
  const missing = await run(t, flags, { folder, environment: { STATOR_FAULTS: 'none.json' } })
  assert.deepEqual([missing.code, missing.err.startsWith('The faults in none.json cannot be read: ')], [2, true])
  const seed = await run(t, ['--in-memory', '--seed', 'x'])
  assert.deepEqual([seed.code, seed.err], [2, "--seed must be a whole number from 0 to 4294967295, not 'x'.\n"])
})

test('Sinks are read from a file or a module, beside data streams, and what is wrong with them is one sentence', async (t) => {
  const folder = emptyFolder(t)
  const flags = ['--port=0', '--in-memory', '--sinks']
  const [sink, streams] = [{ name: 'log', from: 'orders', to: { file: 'orders.jsonl' } }, { changes: { file: 'changes.jsonl' } }]
  writeFileSync(join(folder, 'sinks.mjs'), `export default ${JSON.stringify({ sinks: [sink], streams })}`)
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ sinks: [{ ...sink, to: {} }] }))
  writeFileSync(join(folder, 'streams.json'), JSON.stringify({ sinks: [sink], x: 1 }))
  const started = start(t, [...flags, 'sinks.mjs'], { folder })
  const { sinks } = (await (await fetch(`${await started.endpoint()}/_stator/sinks`)).json()) as {
    sinks: readonly { name: string; to: string }[]
  }
  assert.deepEqual(
    sinks.map(({ name, to }) => [name, to]),
    [['log', 'file']],
  )
  const wrong = await run(t, [...flags, 'wrong.json'], { folder })
  assert.deepEqual(
    [wrong.code, wrong.err],
    [2, 'The sinks in wrong.json are none: Sink log: to has one of file, url, postgres, opensearch and call.\n'],
  )
  const other = await run(t, [...flags, 'streams.json'], { folder })
  assert.deepEqual([other.code, other.err], [2, 'The sinks in streams.json are none: Sinks have a member streams and no x.\n'])
})

test('Data goes to .stator in the current folder unless told otherwise', async (t) => {
  const folder = emptyFolder(t)
  const started = start(t, ['--port=0'], { folder })
  await started.endpoint()
  assert.match(started.out, new RegExp(`^Data: .*${join(folder, '.stator')}$`, 'm'))
  started.child.kill('SIGINT')
  assert.equal((await started.ended).code, 0)
  assert(existsSync(join(folder, '.stator')))
})

test("With DynamoDB Local's flags, its first lines come first", async (t) => {
  const started = start(t, ['-inMemory', '-sharedDb', '-port', '0', '-cors', 'https://a.example'])
  const endpoint = await started.endpoint()
  assert.equal(
    started.out.slice(0, started.out.indexOf('Stator ')),
    `Initializing DynamoDB Local with the following configuration:
Port:\t${new URL(endpoint).port}
InMemory:\ttrue
Version:\t${version}
DbPath:\tnull
SharedDb:\ttrue
shouldDelayTransientStatuses:\tfalse
CorsParams:\thttps://a.example

`,
  )
  const answer = await fetch(endpoint, { headers: { Origin: 'https://a.example' } })
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://a.example')
})

test('Like DynamoDB Local it refuses a GET of /, for which some wait, and its streams begin with one shard', async (t) => {
  const started = start(t, ['--in-memory', '--port', '0'], { environment: { STATOR_COMPAT: 'dynamodb-local' } })
  const endpoint = await started.endpoint()
  assert.match(started.out, /^Initializing DynamoDB Local with the following configuration:\n/)
  const answer = await fetch(endpoint)
  assert.deepEqual(
    [answer.status, ((await answer.json()) as { readonly __type: string }).__type],
    [400, 'com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken'],
  )
  assert.equal((await fetch(`${endpoint}/ping`)).status, 200)
  assert.equal((await fetch(`${endpoint}/health/ready`)).status, 200)
  const { TableDescription } = await askServer(endpoint, 'CreateTable', {
    TableName: 'Events',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  })
  const { LatestStreamArn: StreamArn } = TableDescription as { readonly LatestStreamArn: string }
  const { StreamDescription } = await askServer(endpoint, 'DescribeStream', { StreamArn })
  assert.equal((StreamDescription as { readonly Shards: readonly unknown[] }).Shards.length, 1)
})

test('--help and --version print and end with 0', async (t) => {
  const help = await run(t, ['--help'])
  assert.equal(help.code, 0)
  assert.match(help.out, /^Stator: DynamoDB that stays with you\.\n/)
  assert.deepEqual(await run(t, ['-version']), { code: 0, signal: null, out: `${version}\n`, err: '' })
})

test('What is typed wrong is one sentence and ends with 2', async (t) => {
  const err = '--prot is not an option of stator: did you mean --port? See stator --help.\n'
  assert.deepEqual(await run(t, ['--prot', '1']), { code: 2, signal: null, out: '', err })
  assert.deepEqual(await run(t, [], { environment: { STATOR_PORT: 'x' } }), {
    code: 2,
    signal: null,
    out: '',
    err: "STATOR_PORT must be a number from 0 to 65535, not 'x'.\n",
  })
})

test('A port in use is one sentence and ends with 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  assert.deepEqual(await run(t, ['--in-memory', '--port', String(port)]), {
    code: 1,
    signal: null,
    out: '',
    err: `Port ${port} on 127.0.0.1 is in use by another process: stop it, or choose another port.\n`,
  })
})

test('An address of another machine is one sentence and ends with 1', async (t) => {
  const ended = await run(t, ['--in-memory', '--port', '0', '--host', '192.0.2.1'])
  assert.equal(ended.code, 1)
  assert.equal(ended.err, '192.0.2.1 is not an address of this machine.\n')
})

test('A data folder that is a file is one sentence and ends with 1', async (t) => {
  const file = join(emptyFolder(t), 'file')
  writeFileSync(file, 'text')
  const { code, out, err } = await run(t, ['--port', '0', '--data-dir', file])
  assert.equal(code, 1)
  assert.equal(out, '')
  assert.match(err, /^.+\n$/)
  assert(err.includes(file), err)
  assert.equal(readFileSync(file, 'utf8'), 'text')
})

test('The second signal ends at once what the first one waits for', async (t) => {
  const started = start(t, ['--in-memory', '--port', '0'])
  const connection = await RawConnection.open(Number(new URL(await started.endpoint()).port))
  t.after(() => connection.socket.destroy())
  // The end of this body never comes, so the first signal has a request to wait for.
  connection.send(requestBytes({ headers: { 'Content-Length': '100', Expect: '100-continue' } }))
  await once(connection.socket, 'data')
  started.child.kill('SIGTERM')
  await waitUntilRefused(connection.socket.remotePort ?? 0)
  started.child.kill('SIGTERM')
  assert.equal((await started.ended).code, 143)
})

/** The first signal has been heard when nobody listens any more. */
async function waitUntilRefused(port: number): Promise<void> {
  for (;;) {
    try {
      const connection = await RawConnection.open(port)
      connection.socket.destroy()
    } catch {
      return
    }
  }
}

test('A reader of the greeting that goes away does not end the server', async (t) => {
  const started = start(t, ['--in-memory', '--port', '0'])
  const endpoint = await started.endpoint()
  started.child.stdout?.destroy()
  started.child.stderr?.destroy()
  assert.equal((await fetch(endpoint)).status, 200)
})

test('Who meets a folder that is in use is told by whom, and what to do', async (t) => {
  const folder = emptyFolder(t)
  const holder = start(t, ['--port', '0', '--data-dir', folder])
  const endpoint = await holder.endpoint()
  const { pid } = holder.child
  const refused = await run(t, ['--port', '0', '--data-dir', folder])
  assert.equal(
    refused.err,
    `${folder} is already in use by a Stator process (process ${pid}, at ${endpoint}): use that one, stop it (kill ${pid}), or choose another --data-dir\n`,
  )
  holder.child.kill('SIGHUP')
  assert.equal((await holder.ended).code, 0)
  assert.equal(existsSync(join(folder, 'stator.holder')), false)
})

test('The folder that nobody named keeps out of what is committed', async (t) => {
  const folder = emptyFolder(t)
  const started = start(t, ['--port', '0'], { folder })
  await started.endpoint()
  assert.equal(readFileSync(join(folder, '.stator', '.gitignore'), 'utf8'), '*\n')
})

test('A variable that nobody knows is named, and the server starts all the same', async (t) => {
  const started = start(t, ['--port', '0', '--in-memory'], { environment: { STATOR_PROT: '1' } })
  await started.endpoint()
  assert.equal(started.err, 'stator: STATOR_PROT is no variable that Stator knows: did you mean STATOR_PORT?\n')
})

test('Ctrl+C is answered with a word, and ends with 0', async (t) => {
  const started = start(t, ['--port', '0', '--in-memory'])
  await started.endpoint()
  started.child.kill('SIGINT')
  const { code, out } = await started.ended
  assert.equal(code, 0)
  assert.match(out, /\nStopping\. Ctrl\+C again ends at once\.\n$/)
})
