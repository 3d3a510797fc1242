/** The console over HTTP: which addresses are it, whom it is shown, and what its answers forbid the page. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { filesOf } from '../../src/server/console/package-files.ts'
import { type ServerOptions, startServer } from '../../src/server/start.ts'

const page = '<!doctype html><head><!-- settings --></head>'

async function serve(t: TestContext, options: Partial<ServerOptions> = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-console-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'index.html'), page)
  writeFileSync(join(folder, 'console-abcd1234.js'), `// ${'long '.repeat(2000)}`)
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
  const server = await startServer({
    storage: { kind: 'memory' },
    port: 0,
    crossOrigin: false,
    log: () => {},
    consoleFiles: filesOf(folder),
    ...options,
  })
  t.after(() => server.close())
  return server.endpoint
}

const get = (url: string, headers: Record<string, string> = {}): Promise<Response> => fetch(url, { headers, redirect: 'manual' })
/** With headers that `fetch` has of its own. */
async function statusOf(url: string, headers: OutgoingHttpHeaders): Promise<number | undefined> {
  const [answer] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}

const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

test('Every address below its own that names no file is a view of the page', async (t) => {
  const endpoint = await serve(t)
  for (const view of ['', 'tables/Orders/items?run=1', 'requests', 'tables/a.b/heat', 'tables/%2e%2e/items', 'nothing']) {
    const answer = await get(`${endpoint}/_stator/console/${view}`)
    assert.equal(answer.status, 200, view)
    assert.match(await answer.text(), /<meta name="stator-console" content="full">/)
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
  }
})

test('The page may load and ask nothing but its own server, and is shown inside of no other', async (t) => {
  const answer = await get(`${await serve(t)}/_stator/console/`)
  const policy = answer.headers.get('content-security-policy') ?? ''
  for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    assert.ok(policy.split('; ').includes(rule), rule)
  }
  assert.doesNotMatch(policy, /unsafe/)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
})

test('Files whose names say what is in them are kept for ever, and compressed for who takes it', async (t) => {
  const endpoint = await serve(t)
  const script = await get(`${endpoint}/_stator/console/console-abcd1234.js`, { 'Accept-Encoding': 'gzip' })
  assert.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(script.headers.get('content-encoding'), 'gzip')
  assert.ok(Number(script.headers.get('content-length')) < 1000)
  assert.match(await script.text(), /long/)
  const icon = await get(`${endpoint}/_stator/console/icon.svg`)
  assert.equal(icon.headers.get('content-type'), 'image/svg+xml')
  assert.equal(icon.headers.get('cache-control'), 'no-cache')
})

test('What is meant to be a file and is none is not the page; names lead nowhere else', async (t) => {
  const endpoint = await serve(t)
  for (const name of ['gone-12345678.js', '..%2f..%2fpackage.json.js', '..%2findex.css', 'a/b.js']) {
    assert.equal((await get(`${endpoint}/_stator/console/${name}`)).status, 404, name)
  }
})

test('A browser that looks for a page is led there, also where DynamoDB Local has its shell; programs are told the health', async (t) => {
  const endpoint = await serve(t)
  for (const [path, headers] of [
    ['/', browser],
    ['/shell', {}],
    ['/shell/', {}],
    ['/_stator/console', {}],
  ] as const) {
    const answer = await get(endpoint + path, headers)
    assert.deepEqual([answer.status, answer.headers.get('location')], [302, '/_stator/console/'], path)
  }
  for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json, text/html' }] as const) {
    assert.match(await (await get(`${endpoint}/`, headers)).text(), /^healthy: /)
  }
})

test('Like DynamoDB Local a server refuses GET / of browsers, too, and has its shell', async (t) => {
  const endpoint = await serve(t, { isLikeLocal: true })
  assert.equal((await get(`${endpoint}/`, browser)).status, 400)
  assert.equal((await get(`${endpoint}/shell/`)).status, 302)
})

test('Whom control refuses the console refuses, but for links on other pages', async (t) => {
  const endpoint = await serve(t)
  const url = `${endpoint}/_stator/console/`
  assert.equal(await statusOf(url, { Origin: 'https://evil.example' }), 403)
  assert.equal(await statusOf(url, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }), 403)
  assert.equal(await statusOf(url, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }), 200)
})

test('Without control, or switched off, there is no console, and GET / is the health for everybody', async (t) => {
  for (const options of [{ controlAccess: 'off' }, { consoleMode: 'off' }] as const) {
    const endpoint = await serve(t, options)
    assert.equal((await get(`${endpoint}/_stator/console/`)).status, 404)
    assert.match(await (await get(`${endpoint}/`, browser)).text(), /^healthy: /)
  }
})

test('The page knows whether it may change something', async (t) => {
  for (const [options, mode] of [
    [{ consoleMode: 'read' }, 'read'],
    [{ consoleMode: 'full', host: '0.0.0.0' }, 'full'],
    [{ host: '0.0.0.0' }, 'read'],
    [{ host: 'localhost' }, 'full'],
  ] as const) {
    const port = new URL(await serve(t, options)).port
    const answer = await get(`http://127.0.0.1:${port}/_stator/console/`)
    assert.match(await answer.text(), new RegExp(`content="${mode}"`), JSON.stringify(options))
  }
})

test('A server that was built without it says so', async (t) => {
  const endpoint = await serve(t, { consoleFiles: filesOf(undefined) })
  const answer = await get(`${endpoint}/_stator/console/`)
  assert.equal(answer.status, 404)
  assert.match(await answer.text(), /npm run build/)
})
