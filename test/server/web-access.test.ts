/** Which pages of browsers reach the data API: none that the server does not know, whatever its name was made to point at. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { pageRefusal, type WebRules } from '../../src/server/web-access.ts'
import { requestBytes } from './raw-connection.ts'
import { openRecordingServer } from './recording-server.ts'

const socket = { remoteAddress: '127.0.0.1' }

function refusal(headers: { readonly [name: string]: string }, rules: Partial<WebRules> = {}): string | undefined {
  return pageRefusal({ host: '127.0.0.1', crossOrigin: false, ...rules }, { headers, socket })
}

test('Who shows no mark of a browser may call the server by any name', () => {
  for (const host of ['evil.example', 'dynamodb:8000', 'stator.internal.example', '127.0.0.1']) assert.equal(refusal({ host }), undefined)
})

test('A page whose name was made to point here is refused, whatever it says of itself', () => {
  const marks = [
    { origin: 'http://evil.example:8000' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-mode': 'cors' },
    { origin: 'http://evil.example:8000', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
  ]
  const sentence =
    'Requests of browsers are not taken under the name "evil.example:8000": use the address or localhost, or start Stator with --allowed-hosts.'
  for (const mark of marks) {
    assert.equal(refusal({ host: 'evil.example:8000', ...mark }), sentence)
    assert.equal(refusal({ host: 'evil.example:8000', ...mark }, { crossOrigin: true }), sentence)
  }
})

test('Pages under an allowed name are taken from the server itself and from origins that were let in', () => {
  const own = { host: 'Db.Example:8000', origin: 'http://Db.Example:8000', 'sec-fetch-site': 'same-origin' }
  assert.notEqual(refusal(own), undefined)
  assert.equal(refusal(own, { allowedHosts: ['db.example'] }), undefined)
  const other = { host: 'localhost:8000', origin: 'https://a.example', 'sec-fetch-site': 'cross-site' }
  assert.equal(refusal(other), 'Requests are not taken from pages of "https://a.example": start Stator with --cors to let them in.')
  assert.equal(refusal(other, { crossOrigin: ['https://a.example'] }), undefined)
  assert.equal(refusal(other, { crossOrigin: true }), undefined)
  assert.equal(refusal({ host: 'localhost', 'sec-fetch-site': 'same-site' }), 'Requests are not taken from pages of other sites.')
  assert.equal(refusal({ host: 'localhost', 'sec-fetch-site': 'none' }), undefined)
})

for (const http of ['strict', 'node'] as const) {
  test(`What is refused is not asked, nor is what has two Hosts (${http})`, async (t) => {
    const { connect: open, port, requests } = await openRecordingServer(t, { http })
    const connection = await open()
    for (const url of ['/', '/other']) {
      connection.send(requestBytes({ url, headers: { Host: 'evil.example', Origin: 'http://evil.example' }, body: '{}' }))
      assert.equal((await connection.next()).status, 403)
    }
    const two = connect(port, '127.0.0.1')
    two.write('POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n')
    const [answer] = (await once(two, 'data')) as [Buffer]
    assert.match(answer.toString(), /^HTTP\/1\.1 400 /)
    two.destroy()
    assert.deepEqual(requests, [])
  })
}
