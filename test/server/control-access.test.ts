/** Who may use the control endpoint: no page of another origin by any trick a browser knows, and no other machine unasked. */
import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { type AccessRules, checkAllowed } from '../../src/server/control/allowed.ts'
import type { ControlError } from '../../src/server/control/control-error.ts'

interface Asked {
  readonly rules?: Partial<AccessRules>
  readonly method?: string
  readonly headers?: IncomingHttpHeaders
  readonly from?: string
  readonly to?: string
}

const json = { 'content-type': 'application/json' }

/** The sentence of the refusal; undefined when there is none. */
function refusal({ rules, method = 'POST', headers = json, from = '127.0.0.1', to = '127.0.0.1' }: Asked): string | undefined {
  const allRules: AccessRules = { access: 'local', host: '127.0.0.1', crossOrigin: false, ...rules }
  try {
    const socket = { remoteAddress: from, localAddress: to }
    checkAllowed(allRules, { method, headers: { host: 'localhost:8000', ...headers }, socket })
    return undefined
  } catch (error) {
    assert.equal((error as ControlError).status, 403)
    return (error as ControlError).message
  }
}

test('Programs of this machine may, by whichever of its addresses they come', () => {
  assert.equal(refusal({}), undefined)
  for (const from of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) assert.equal(refusal({ from, to: '10.0.0.5' }), undefined, from)
  assert.equal(refusal({ from: '10.0.0.5', to: '10.0.0.5' }), undefined)
})

test('Other machines may only when control is open', () => {
  for (const from of ['10.0.0.6', '::ffff:10.0.0.6', 'fe80::1', '::ffff:0:127.0.0.1', '128.0.0.1']) {
    assert.equal(
      refusal({ from, to: '10.0.0.5' }),
      'Control requests are taken from this machine only: start Stator with --control-open to take them from others.',
    )
    assert.equal(refusal({ rules: { access: 'open' }, from, to: '10.0.0.5' }), undefined)
  }
})

test('The name it is called by must be an address, localhost or the one it listens on', () => {
  const names = ['localhost', 'LOCALHOST:8000', '127.0.0.1', '127.0.0.1:8000', '10.0.0.5:80', '[::1]', '[::1]:8000', 'Stator.Example:8000']
  for (const host of names) assert.equal(refusal({ rules: { host: 'stator.example' }, headers: { ...json, host } }), undefined, host)
  const others = [
    'evil.example',
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil',
    '',
    ':8000',
    '[::1',
    'a',
  ]
  for (const host of others) {
    const sentence = `Control requests are not taken under the name ${JSON.stringify(host)}: use the address or localhost.`
    assert.equal(refusal({ headers: { ...json, host } }), sentence)
  }
  const open = { access: 'open' } as const
  assert.equal(refusal({ rules: open, headers: { ...json, host: 'stator:8000' } }), undefined)
  assert.notEqual(refusal({ rules: open, headers: { ...json, host: 'evil.example' } }), undefined)
  assert.notEqual(refusal({ rules: open, headers: { ...json, host: '' } }), undefined)
})

test('A page of another origin may not, unless cross-origin access lets it in', () => {
  for (const origin of ['https://evil.example', 'null', 'http://localhost:8001', 'https://localhost:8000', 'http://127.0.0.1:8000', '']) {
    for (const method of ['GET', 'POST']) {
      assert.equal(
        refusal({ method, headers: { ...json, origin } }),
        `Control requests are not taken from pages of ${JSON.stringify(origin)}: start Stator with --cors and this origin to let them in.`,
      )
    }
  }
  const headers = { ...json, origin: 'https://a.example', 'sec-fetch-site': 'cross-site' }
  assert.equal(refusal({ rules: { crossOrigin: ['https://a.example'] }, headers }), undefined)
  // All pages are let in to the data, not to this.
  assert.notEqual(refusal({ rules: { crossOrigin: true }, headers }), undefined)
  assert.notEqual(refusal({ rules: { crossOrigin: ['*'] }, headers }), undefined)
  assert.notEqual(refusal({ rules: { crossOrigin: ['https://b.example'] }, headers }), undefined)
})

test('A page that the server itself serves may', () => {
  assert.equal(refusal({ headers: { ...json, origin: 'http://localhost:8000', 'sec-fetch-site': 'same-origin' } }), undefined)
  const headers = { ...json, host: 'evil.example:8000', origin: 'http://evil.example:8000', 'sec-fetch-site': 'same-origin' }
  assert.match(refusal({ headers }) ?? '', /under the name "evil.example:8000"/)
})

test('What a browser sends for a page without naming its origin is known by Sec-Fetch-Site', () => {
  for (const site of ['cross-site', 'same-site', 'anything']) {
    const sentence = 'Control requests are not taken from pages of other sites.'
    assert.equal(refusal({ method: 'GET', headers: { 'sec-fetch-site': site } }), sentence)
    assert.equal(refusal({ rules: { crossOrigin: true }, method: 'GET', headers: { 'sec-fetch-site': site } }), sentence)
  }
  for (const site of ['none', 'same-origin']) assert.equal(refusal({ method: 'GET', headers: { 'sec-fetch-site': site } }), undefined)
})

test('A change needs a header that a page cannot send without asking', () => {
  const sentence = 'A control request that changes something needs the header Content-Type: application/json or X-Stator-Control: 1.'
  for (const type of [
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'text/plain; application/json',
    'application/jsonp',
  ]) {
    for (const method of ['POST', 'PUT', 'DELETE']) assert.equal(refusal({ method, headers: { 'content-type': type } }), sentence)
    assert.equal(refusal({ method: 'GET', headers: { 'content-type': type } }), undefined)
    assert.equal(refusal({ headers: { 'content-type': type, 'x-stator-control': '1' } }), undefined)
  }
  for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json ;x']) {
    assert.equal(refusal({ headers: { 'content-type': type } }), undefined)
  }
})
