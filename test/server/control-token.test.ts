/** Control of a server that is open to other machines, over HTTP: what they bring, and what they are told. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { BearerToken } from '../../src/server/auth/bearer-token.ts'
import { wrongTokensMax } from '../../src/server/limits.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { fromElsewhere, skipInside } from '../harness/from-elsewhere.ts'
import { TestIdentities } from '../harness/test-identities.ts'

const options = { skip: skipInside }
const secret = 'the-token-of-this-test'
const json = { 'Content-Type': 'application/json' }

async function serve(
  t: TestContext,
  given: Partial<ServerOptions> = {},
): Promise<{ readonly url: string; readonly server: RunningServer }> {
  const controlToken = new BearerToken()
  controlToken.replace(secret)
  const open = { host: '0.0.0.0', controlAccess: 'open', controlToken } as const
  const consoleFiles = async () => Buffer.from('<!doctype html>')
  const server = await startServer({
    consoleFiles,
    storage: { kind: 'memory' },
    port: 0,
    crossOrigin: false,
    log: () => {},
    ...open,
    ...given,
  })
  t.after(() => server.close())
  return { server, url: await fromElsewhere(t, server.port) }
}

const post = (url: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { ...json, ...headers } })

test('Other machines bring the token, in each request; this one brings nothing; data and health need none', options, async (t) => {
  const { url, server } = await serve(t)
  const none = await fetch(`${url}/_stator/info`)
  assert.deepEqual([none.status, none.headers.get('www-authenticate')], [401, 'Bearer'])
  assert.match(await none.text(), /^\{"error":"Control requests of other machines bring the token/)
  assert.equal((await fetch(`${url}/_stator/info`, { headers: { Authorization: `Bearer ${secret}` } })).status, 200)
  assert.equal((await fetch(`${url}/_stator/info?token=${secret}`)).status, 401, 'not in an address')
  assert.equal((await fetch(`${server.endpoint}/_stator/info`)).status, 200)
  for (const path of ['/health/live', '/_stator/console/']) assert.equal((await fetch(url + path)).status, 200, path)
})

test('A browser brings it once, and changes what the console may change', options, async (t) => {
  for (const [consoleMode, status] of [
    ['full', 200],
    ['read', 403],
  ] as const) {
    const { url } = await serve(t, { consoleMode })
    const signedIn = await post(`${url}/_stator/console/session`, { token: secret })
    assert.deepEqual([signedIn.status, signedIn.headers.get('cache-control')], [200, 'no-store'])
    const cookie = String(signedIn.headers.get('set-cookie')).split(';', 1)[0] ?? ''
    assert.equal((await fetch(`${url}/_stator/tables`, { headers: { cookie } })).status, 200)
    assert.equal((await post(`${url}/_stator/jobs/run`, {}, { cookie })).status, status, consoleMode)
    assert.equal((await post(`${url}/_stator/jobs/run`, {}, { Authorization: `Bearer ${secret}` })).status, 200)
    const left = await fetch(`${url}/_stator/console/session`, { method: 'DELETE', headers: { cookie, 'X-Stator-Control': '1' } })
    assert.equal(left.status, 200)
    assert.equal((await fetch(`${url}/_stator/tables`, { headers: { cookie } })).status, 401)
  }
})

test('What a page of another origin could send signs nobody in, nor does what is no token', options, async (t) => {
  const { url } = await serve(t)
  const session = `${url}/_stator/console/session`
  assert.equal((await fetch(session, { method: 'POST', body: JSON.stringify({ token: secret }) })).status, 403, 'a form could send it')
  assert.equal((await post(session, { token: secret }, { Origin: 'https://evil.example' })).status, 403)
  for (const body of [{}, { token: 1 }, { token: '' }, []]) assert.equal((await post(session, body)).status, 400, JSON.stringify(body))
  assert.equal((await post(session, { token: 'x'.repeat(5000) })).status, 400)
  assert.equal((await fetch(session, { method: 'POST', body: 'token', headers: json })).status, 400)
  assert.equal((await fetch(session)).status, 200, 'a view of the page')
})

test('Who guesses is told to wait', options, async (t) => {
  const { url } = await serve(t)
  for (let at = 0; at < wrongTokensMax; at += 1)
    assert.equal((await post(`${url}/_stator/console/session`, { token: `wrong-${at}` })).status, 401)
  const refused = await fetch(`${url}/_stator/info`, { headers: { Authorization: `Bearer ${secret}` } })
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '60'])
})

test('Nobody is asked for a token where there is none, where signatures are asked for, or where control is closed', options, async (t) => {
  const open = await serve(t, { controlToken: undefined } as unknown as Partial<ServerOptions>)
  assert.equal((await fetch(`${open.url}/_stator/info`)).status, 200)
  assert.equal((await post(`${open.url}/_stator/console/session`, { token: secret })).status, 404)
  const signed = await serve(t, { identities: () => new TestIdentities() })
  assert.equal((await fetch(`${signed.url}/_stator/info`, { headers: { Authorization: `Bearer ${secret}` } })).status, 403)
  const closed = await serve(t, { controlAccess: 'local' })
  assert.equal((await fetch(`${closed.url}/_stator/info`, { headers: { Authorization: `Bearer ${secret}` } })).status, 403)
})

test('No request that is told of has the token in it', options, async (t) => {
  const { url, server } = await serve(t, { trace: 'full' })
  await post(`${url}/_stator/console/session`, { token: secret })
  await post(`${url}/_stator/jobs/run`, {}, { Authorization: `Bearer ${secret}` })
  assert.doesNotMatch(JSON.stringify(await server.control.requests()), new RegExp(secret))
})
