/** Functions in processes of their own, as commands, behind HTTP and in process: whatever they do ends in a result, and disturbs no other. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { skipFor } from '../../test/harness/skip.ts'
import type { Invocation, InvocationResult } from './function-host.ts'
import { Functions } from './functions.ts'
import { readFunctions } from './read-functions.ts'
import { readFunctionsFile } from './read-functions-file.ts'

let folder: string
const opened: Functions[] = []

const files = {
  'echo.mjs': `
let calls = 0
export const handler = async (event, context) => {
  console.log('called', event)
  calls += 1
  return { event, calls, id: context.awsRequestId, left: context.getRemainingTimeInMillis() > 0, env: process.env.COLOUR, endpoint: process.env.AWS_ENDPOINT_URL }
}
export const callback = (event, context, done) => done(null, event)
export const thrower = async () => { throw new TypeError('no') }
export const hanging = () => new Promise(() => setInterval(() => {}, 1000))
export const spinning = () => { for (;;); }
export const leaving = () => process.exit(3)
export const nonsense = () => 1n
export const loud = async () => { for (let at = 0; at < 20000; at += 1) process.stdout.write('x'.repeat(1000) + (at % 7 === 0 ? '\\n' : '')); return 1 }
export const large = async () => 'x'.repeat(7 * 1024 * 1024)
export const nothing = async () => {}
export const later = async () => { setTimeout(() => { throw new Error('later') }, 1); await new Promise((resolve) => setTimeout(resolve, 10_000)) }
export const slow = async (event) => { await new Promise((resolve) => setTimeout(resolve, 50)); return event }
`,
  'common.cjs': `exports.handler = async (event) => ({ common: event })`,
  'typed.ts': `export const handler = async (event: { readonly a: number }): Promise<number> => event.a + 1`,
  'app.py': `
import os
def handler(event, context):
    print('python', event)
    return {'event': event, 'id': context.aws_request_id, 'name': os.environ['AWS_LAMBDA_FUNCTION_NAME']}
def thrower(event, context):
    raise ValueError('no')
`,
  'run.mjs': `
let text = ''
for await (const piece of process.stdin) text += piece
console.error('read ' + text.length)
if (text.includes('fail')) process.exit(2)
process.stdout.write(text.includes('odd') ? 'odd' : JSON.stringify({ read: JSON.parse(text) }))
`,
  'functions.config.ts': `
const timeout: number = 7
export default { functions: { echo: { handler: 'echo.handler', timeout } }, destinations: { 'arn:aws:sqs:us-east-1:123456789012:failed': { file: './failed.jsonl' } } }
`,
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'stator-functions-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})
afterEach(() => Promise.all(opened.splice(0).map((functions) => functions.close())))
after(() => rmSync(folder, { recursive: true }))

function functionsWith(definitions: object, environment: { readonly [name: string]: string } = {}): Functions {
  const path = process.env['PATH'] ?? ''
  const functions = new Functions(readFunctions({ functions: definitions }, folder), { PATH: path, ...environment })
  opened.push(functions)
  return functions
}

async function invoke(functions: Functions, name: string, event: unknown, more: Partial<Invocation> = {}): Promise<InvocationResult> {
  const definition = functions.find(name)
  assert.ok(definition !== undefined)
  return functions.invoke(definition, {
    payload: JSON.stringify(event),
    requestId: 'id-1',
    functionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    region: 'us-east-1',
    ...more,
  })
}

async function answered(functions: Functions, name: string, event: unknown, more: Partial<Invocation> = {}): Promise<unknown> {
  const result = await invoke(functions, name, event, more)
  assert.equal(result.kind, 'answered', JSON.stringify(result))
  return result.kind === 'answered' ? JSON.parse(result.payload) : undefined
}

async function failed(
  functions: Functions,
  name: string,
  event: unknown,
  more: Partial<Invocation> = {},
): Promise<{ errorType: string; errorMessage: string }> {
  const result = await invoke(functions, name, event, more)
  assert.equal(result.kind, 'failed', JSON.stringify(result))
  return result.kind === 'failed'
    ? (JSON.parse(result.payload) as { errorType: string; errorMessage: string })
    : { errorType: '', errorMessage: '' }
}

const exported = (name: string) => ({ handler: `echo.${name}` })

test('a module is invoked in a process that stays, with its context and its environment, and what it prints is its log', async () => {
  const functions = functionsWith({ echo: { ...exported('handler'), environment: { COLOUR: 'red' } } })
  functions.serve('http://127.0.0.1:8000')
  const expected = { event: { a: 1 }, id: 'id-1', left: true, env: 'red', endpoint: 'http://127.0.0.1:8000' }
  assert.deepEqual(await answered(functions, 'echo', { a: 1 }), { ...expected, calls: 1 })
  assert.deepEqual(await answered(functions, 'echo', { a: 1 }), { ...expected, calls: 2 })
  const result = await invoke(functions, 'echo', 'x', { requestId: 'id-2' })
  assert.match(
    result.kind === 'answered' ? result.log : '',
    /^START RequestId: id-2 [\s\S]*\tid-2\tINFO\tcalled x\n[\s\S]*REPORT RequestId: id-2\tDuration: /,
  )
  const lines = functions.logs('echo') ?? []
  assert.equal(lines.filter(({ text }) => text.includes('called')).length, 3)
  assert.equal(lines.at(-1)?.requestId, 'id-2')
  assert.equal(functions.logs('nobody'), undefined)
})

test('modules of every kind are read, and handlers with a callback', async () => {
  const functions = functionsWith({
    callback: exported('callback'),
    common: { handler: 'common.handler' },
    typed: { handler: 'typed.ts' },
    nothing: exported('nothing'),
  })
  assert.deepEqual(await answered(functions, 'callback', [1]), [1])
  assert.deepEqual(await answered(functions, 'common', 2), { common: 2 })
  assert.equal(await answered(functions, 'typed', { a: 1 }), 2)
  assert.equal(await answered(functions, 'nothing', 1), null)
})

test('a function that throws, hangs, spins, ends, answers nonsense or too much says so, and works again the next time', async () => {
  const functions = functionsWith({
    thrower: exported('thrower'),
    hanging: exported('hanging'),
    spinning: exported('spinning'),
    leaving: exported('leaving'),
    nonsense: exported('nonsense'),
    large: exported('large'),
    later: exported('later'),
    missing: exported('missing'),
    echo: exported('handler'),
  })
  const quick = { timeoutSeconds: 0.2 }
  const { errorType, errorMessage } = await failed(functions, 'thrower', 1)
  assert.deepEqual([errorType, errorMessage], ['TypeError', 'no'])
  const late = { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: id-1 Error: Task timed out after 0.20 seconds' }
  assert.deepEqual(await failed(functions, 'hanging', 1, quick), late)
  assert.deepEqual(await failed(functions, 'spinning', 1, quick), late)
  const ended = { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: id-1 Error: Runtime exited with error: exit status 3' }
  assert.deepEqual(await failed(functions, 'leaving', 1), ended)
  assert.deepEqual(await failed(functions, 'leaving', 1), ended)
  assert.equal((await failed(functions, 'nonsense', 1)).errorType, 'TypeError')
  assert.equal((await failed(functions, 'large', 1)).errorType, 'Function.ResponseSizeTooLarge')
  assert.equal((await failed(functions, 'later', 1)).errorMessage, 'later')
  assert.equal((await failed(functions, 'missing', 1)).errorType, 'Runtime.HandlerNotFound')
  assert.deepEqual(Object(await answered(functions, 'echo', 5)).event, 5)
})

test('a function that prints without end is answered for, and its log is bounded', async () => {
  const functions = functionsWith({ loud: exported('loud') })
  assert.equal(await answered(functions, 'loud', 1, { timeoutSeconds: 30 }), 1)
  const bytes = (functions.logs('loud') ?? []).reduce((sum, { text }) => sum + text.length, 0)
  assert.ok(bytes > 100_000 && bytes < 8_000_000, String(bytes))
})

test('invocations beyond the concurrency that is set are throttled, and without one they wait', async () => {
  const functions = functionsWith({ one: { ...exported('slow'), concurrency: 1 }, many: exported('slow') })
  const results = await Promise.all([1, 2, 3].map((event) => invoke(functions, 'one', event)))
  assert.deepEqual(results.map(({ kind }) => kind).sort(), ['answered', 'throttled', 'throttled'])
  const all = await Promise.all(Array.from({ length: 20 }, (_, event) => answered(functions, 'many', event)))
  assert.deepEqual(
    all,
    Array.from({ length: 20 }, (_, event) => event),
  )
})

test('a command reads its event and writes its answer, and its end is told when it is a bad one', async () => {
  const functions = functionsWith({
    run: { command: [process.execPath, 'run.mjs'] },
    none: { command: ['./not-there'] },
    parent: { command: ['sh', '-c', 'sleep 60; true'] },
  })
  assert.deepEqual(await answered(functions, 'run', { a: 1 }), { read: { a: 1 } })
  assert.match((await failed(functions, 'run', 'fail')).errorMessage, /exit status 2$/)
  assert.equal((await failed(functions, 'run', 'odd')).errorType, 'Runtime.InvalidResponse')
  assert.equal((await failed(functions, 'none', 1)).errorType, 'Runtime.InvalidEntrypoint')
  // What it started holds its output, and ends with it.
  assert.equal((await failed(functions, 'parent', 1, { timeoutSeconds: 0.3 })).errorType, 'Sandbox.Timedout')
  assert.ok((functions.logs('run') ?? []).some(({ text }) => text === 'read 7'))
})

test('whatever speaks invocations over HTTP is a function', async () => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => (body += piece))
    request.on('end', () => {
      if (request.url === '/throws') response.end('{"errorMessage":"no","errorType":"Error"}')
      else if (request.url === '/says') response.setHeader('x-amz-function-error', 'Handled').end('{"errorMessage":"no"}')
      else if (request.url === '/busy') response.writeHead(429).end()
      else if (request.url === '/broken') response.writeHead(502).end('<html>')
      else if (request.url !== '/hangs') response.end(`{"got":${body}}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = (path: string) => ({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}` })
  const functions = functionsWith({
    ok: url('2015-03-31/functions/function/invocations'),
    throws: url('throws'),
    says: url('says'),
    busy: url('busy'),
    broken: url('broken'),
    hangs: url('hangs'),
    nobody: { url: 'http://127.0.0.1:1/' },
  })
  assert.deepEqual(await answered(functions, 'ok', 1), { got: 1 })
  assert.equal((await failed(functions, 'throws', 1)).errorMessage, 'no')
  const says = await invoke(functions, 'says', 1)
  assert.equal(says.kind === 'failed' && says.how, 'Handled')
  assert.equal((await invoke(functions, 'busy', 1)).kind, 'throttled')
  assert.equal((await invoke(functions, 'broken', 1)).kind, 'unreachable')
  assert.equal((await failed(functions, 'hangs', 1, { timeoutSeconds: 0.1 })).errorType, 'Sandbox.Timedout')
  assert.equal((await invoke(functions, 'nobody', 1)).kind, 'unreachable')
  server.closeAllConnections()
  server.close()
})

const hasPython = spawnSync('python3', ['--version']).status === 0

test('a module of Python is invoked by its own kind of process', {
  skip: skipFor(hasPython ? undefined : 'Python is not installed'),
}, async () => {
  const functions = functionsWith({ app: { handler: 'app.handler' }, thrower: { handler: 'app.thrower' } })
  assert.deepEqual(await answered(functions, 'app', { a: 'é' }, { timeoutSeconds: 10 }), { event: { a: 'é' }, id: 'id-1', name: 'app' })
  const { errorType, errorMessage } = await failed(functions, 'thrower', 1, { timeoutSeconds: 10 })
  assert.deepEqual([errorType, errorMessage], ['ValueError', 'no'])
  assert.ok((functions.logs('app') ?? []).some(({ text }) => text.startsWith('python ')))
})

test('a function of this process is one, too', async () => {
  const functions = functionsWith({
    ok: (event: number) => event + 1,
    throws: () => {
      throw new RangeError('no')
    },
    hangs: () => new Promise(() => {}),
  })
  assert.equal(await answered(functions, 'ok', 1), 2)
  assert.equal((await failed(functions, 'throws', 1)).errorType, 'RangeError')
  assert.equal((await failed(functions, 'hangs', 1, { timeoutSeconds: 0.05 })).errorType, 'Sandbox.Timedout')
})

test('a module that has changed is read again by the next invocation, and functions that are replaced by those that begin then', async () => {
  const file = join(folder, 'changing.mjs')
  const write = (value: number, atSeconds: number): void => {
    writeFileSync(file, `import { more } from './imported.mjs'; export const handler = async () => ${value} + more`)
    utimesSync(file, atSeconds, atSeconds)
  }
  writeFileSync(join(folder, 'imported.mjs'), 'export const more = 10')
  write(1, 1000)
  const functions = functionsWith({ changing: { handler: 'changing.handler' } })
  assert.equal(await answered(functions, 'changing', 0), 11)
  write(2, 2000)
  assert.equal(await answered(functions, 'changing', 0), 12)
  writeFileSync(join(folder, 'imported.mjs'), 'export const more = 20')
  assert.equal(await answered(functions, 'changing', 0), 12)
  await functions.replace(readFunctions({ functions: { changing: { handler: 'changing.handler' } } }, folder))
  assert.equal(await answered(functions, 'changing', 0), 22)
})

test('a file of functions is JSON or a program, and what is wrong with it is told in a sentence', async () => {
  const set = await readFunctionsFile(join(folder, 'functions.config.ts'), {})
  assert.equal(set.functions.get('echo')?.timeoutSeconds, 7)
  assert.deepEqual(set.destinations.get('arn:aws:sqs:us-east-1:123456789012:failed'), { kind: 'file', path: join(folder, 'failed.jsonl') })
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [1, /^A file of functions must be an object\.$/],
    [{ function: {} }, /^A file of functions has no member function: did you mean functions\?$/],
    [{ functions: { 'a b': {} } }, /^"a b" is no name of a function/],
    [{ functions: { a: {} } }, /^The function a needs one of handler, command and url\.$/],
    [{ functions: { a: { handler: 'nowhere.handler' } } }, /^handler of a must be a file .* there is no file for nowhere\.handler\.$/],
    [{ functions: { a: { url: 'ftp://x' } } }, /^url of a must be a URL of HTTP/],
    [{ functions: { a: { command: [] } } }, /^command of a must be a list of words/],
    [{ functions: { a: { url: 'http://x', timeout: 901 } } }, /^timeout of a must be a whole number from 1 to 900\.$/],
    [{ functions: { a: { url: 'http://x', environment: { A: 1 } } } }, /^A in the environment of a must be a text\.$/],
    [{ destinations: { x: { file: 'y' } } }, /^"x" is no destination/],
    [{ destinations: { 'arn:aws:sqs:us-east-1:123456789012:q': {} } }, /needs one of file, url, folder and table\.$/],
  ]
  for (const [given, message] of wrong) {
    assert.throws(() => readFunctions(given, folder), { name: 'FunctionsError', message })
  }
  writeFileSync(join(folder, 'bad.mjs'), 'throw new RangeError("broken")')
  await assert.rejects(readFunctionsFile(join(folder, 'bad.mjs'), {}), {
    name: 'FunctionsError',
    message: /bad\.mjs cannot be used: RangeError: broken$/,
  })
  await assert.rejects(readFunctionsFile(join(folder, 'none.json'), {}), { name: 'FunctionsError', message: /none\.json cannot be read/ })
})

test('failures are delivered to a file, a folder and an endpoint', async () => {
  const functions = functionsWith({})
  const path = join(folder, 'out', 'failed.jsonl')
  await functions.deliver({ kind: 'file', path }, '{"a":1}', 'k')
  await functions.deliver({ kind: 'file', path }, '{"a":2}', 'k')
  assert.equal(readFileSync(path, 'utf8'), '{"a":1}\n{"a":2}\n')
  await functions.deliver({ kind: 'folder', path: join(folder, 'out') }, 'x', 'aws/lambda/../../../k')
  assert.equal(readFileSync(join(folder, 'out', 'k'), 'utf8'), 'x')
  await assert.rejects(functions.deliver({ kind: 'url', url: 'http://127.0.0.1:1/' }, 'x', 'k'), TypeError)
})
