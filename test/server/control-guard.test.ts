/** Control that is open to other machines takes their token: who brings a wrong one, or none, or a cookie, and how often. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { BearerToken } from '../../src/server/auth/bearer-token.ts'
import type { ControlError } from '../../src/server/control/control-error.ts'
import { ControlGuard } from '../../src/server/control/control-guard.ts'
import { guessersMax, sessionMs, sessionsMax, wrongTokensEveryMs, wrongTokensMax } from '../../src/server/limits.ts'

const secret = 'the-token-of-this-test'

interface Asked {
  readonly from?: string
  readonly headers?: { readonly [name: string]: string }
  readonly encrypted?: boolean
}

const asked = ({ from = '10.0.0.6', headers = {}, encrypted = false }: Asked = {}) => ({
  headers: { host: '10.0.0.5:8000', ...headers },
  socket: { remoteAddress: from, localAddress: '10.0.0.5', encrypted },
})

function guarded({ maySessionsChange = true } = {}): { readonly guard: ControlGuard; readonly clock: ManualClock } {
  const clock = new ManualClock(0)
  const token = new BearerToken()
  token.replace(secret)
  return { clock, guard: new ControlGuard({ token, maySessionsChange, random: seededRandom(1), stopwatch: () => clock.now() }) }
}

/** The status of the refusal; undefined when there is none. */
function refusal(act: () => unknown): number | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as ControlError).status
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const cookieOf = (setCookie: string) => ({ cookie: `other=1; ${setCookie.split(';')[0]}; more=2` })

test('This machine brings nothing; others bring the token, and no other one', () => {
  const { guard } = guarded()
  for (const from of ['127.0.0.1', '::1', '10.0.0.5']) assert.deepEqual(guard.check(asked({ from })), { mayChange: true })
  assert.deepEqual(guard.check(asked({ headers: bearer(secret) })), { mayChange: true })
  const wrong = [
    {},
    bearer('x'),
    bearer(`${secret}x`),
    { authorization: secret },
    { authorization: `Basic ${secret}` },
    { cookie: `token=${secret}` },
  ]
  for (const headers of wrong)
    assert.equal(
      refusal(() => guard.check(asked({ headers }))),
      401,
      JSON.stringify(headers),
    )
})

test('A session is a cookie that no script reads, no other site has sent, and that goes to control alone', () => {
  const { guard } = guarded()
  const set = guard.signIn(secret, asked())
  assert.match(set, /^stator-console-8000=[\w-]{43}; Path=\/_stator\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
  assert.match(guard.signIn(secret, asked({ encrypted: true })), /; Secure$/)
  assert.doesNotMatch(set, new RegExp(secret))
  assert.deepEqual(guard.check(asked({ headers: cookieOf(set) })), { mayChange: true })
  // Another server of the same host, at another port.
  assert.equal(
    refusal(() => guard.check(asked({ headers: { host: '10.0.0.5:8001', ...cookieOf(set) } }))),
    401,
  )
})

test('Where the console only shows, a session changes nothing and the token itself does', () => {
  const { guard } = guarded({ maySessionsChange: false })
  assert.deepEqual(guard.check(asked({ headers: cookieOf(guard.signIn(secret, asked())) })), { mayChange: false })
  assert.deepEqual(guard.check(asked({ headers: bearer(secret) })), { mayChange: true })
})

test('A session ends when it is left, when it is old, and when there are too many', () => {
  const { guard, clock } = guarded()
  const left = asked({ headers: cookieOf(guard.signIn(secret, asked())) })
  assert.match(guard.signOut(left), /^stator-console-8000=; .*Max-Age=0;/)
  assert.equal(
    refusal(() => guard.check(left)),
    401,
  )
  const first = asked({ headers: cookieOf(guard.signIn(secret, asked())) })
  for (let at = 1; at < sessionsMax; at += 1) guard.signIn(secret, asked())
  assert.equal(
    refusal(() => guard.check(first)),
    undefined,
  )
  const last = asked({ headers: cookieOf(guard.signIn(secret, asked())) })
  assert.equal(
    refusal(() => guard.check(first)),
    401,
  )
  clock.advance(sessionMs - 1)
  assert.equal(
    refusal(() => guard.check(last)),
    undefined,
  )
  clock.advance(1)
  assert.equal(
    refusal(() => guard.check(last)),
    401,
  )
})

test('Who guesses is told nothing any more for a minute, whatever he brings; others are', () => {
  const { guard, clock } = guarded()
  for (let at = 0; at < wrongTokensMax; at += 1)
    assert.equal(
      refusal(() => guard.signIn(`wrong-${at}`, asked())),
      401,
    )
  assert.equal(
    refusal(() => guard.signIn(secret, asked())),
    429,
  )
  assert.equal(
    refusal(() => guard.check(asked({ headers: bearer(secret) }))),
    429,
  )
  assert.equal(
    refusal(() => guard.signIn(secret, asked({ from: '10.0.0.7' }))),
    undefined,
  )
  clock.advance(wrongTokensEveryMs)
  assert.equal(
    refusal(() => guard.signIn(secret, asked())),
    undefined,
  )
})

test('A session goes on while its address is told nothing for guesses; addresses are counted up to a bound', () => {
  const { guard } = guarded()
  const session = asked({ headers: cookieOf(guard.signIn(secret, asked())) })
  for (let at = 0; at < wrongTokensMax; at += 1) refusal(() => guard.signIn('wrong', asked()))
  assert.equal(
    refusal(() => guard.check(session)),
    undefined,
  )
  for (let at = 0; at < guessersMax; at += 1) refusal(() => guard.signIn('wrong', asked({ from: `10.1.${at >> 8}.${at & 255}` })))
  assert.equal(
    refusal(() => guard.signIn(secret, asked())),
    undefined,
    'the oldest is forgotten',
  )
})

test('A token that anybody could guess is none', () => {
  for (const token of ['', 'short', 'with blanks in it, and long']) {
    assert.throws(() => new BearerToken().replace(token), /^Error: it must be 16 or more letters, digits/)
  }
})
