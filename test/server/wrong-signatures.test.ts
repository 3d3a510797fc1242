/**
 * What requests cost that are not signed as they should be, by what is done for each and not by the time it takes: nothing is read of the
 * store, nothing is parsed, a body is hashed for no key that nobody knows, nothing is kept, and others are answered as before.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { newSealingKey, SealingKeys } from '../../src/base/sealing.ts'
import type { ServiceRequest } from '../../src/protocols/service-request.ts'
import { openService, type Service } from '../../src/server/start.ts'
import type { Store } from '../../src/storage/store.ts'
import { forwardedStore } from '../harness/forwarded-store.ts'
import { callAs, signedHeaders, TestIdentities } from '../harness/test-identities.ts'
import { openTestStore } from '../harness/test-storage.ts'

const count = 10_000
const target = 'DynamoDB_20120810.ListTables'
/** Whoever reads it fails. */
const untouchable = new Proxy(Buffer.from('{}'), {
  get: (_, name) => assert.fail(`the body of a stranger was looked at: ${String(name)}`),
})

interface Counted {
  readonly service: Service
  readonly asked: { store: number; keys: number; sessions: number; policies: number; logged: number; audited: number }
}

async function open(): Promise<Counted> {
  const asked = { store: 0, keys: 0, sessions: 0, policies: 0, logged: 0, audited: 0 }
  class CountingIdentities extends TestIdentities {
    override keyOf(accessKeyId: string): ReturnType<TestIdentities['keyOf']> {
      asked.keys += 1
      return super.keyOf(accessKeyId)
    }
    override sessionOf(): ReturnType<TestIdentities['sessionOf']> {
      asked.sessions += 1
      return super.sessionOf()
    }
    override policiesOf(): ReturnType<TestIdentities['policiesOf']> {
      asked.policies += 1
      return super.policiesOf()
    }
  }
  const store = await openTestStore()
  const counting = (what: Store): Store => ({
    ...forwardedStore(what),
    get: (...given) => {
      asked.store += 1
      return what.get(...given)
    },
    view: (...given) => {
      asked.store += 1
      return what.view(...given)
    },
    write: (...given) => {
      asked.store += 1
      return what.write(...given)
    },
  })
  const append = async (lines: string): Promise<void> => {
    asked.audited += lines.split('\n').length - 1
  }
  const service = await openService({
    storage: { kind: 'custom', open: () => counting(store) },
    clock: new ManualClock(1_795_341_600_000),
    signatureClock: new ManualClock(1_795_341_600_000),
    steadyClock: new ManualClock(0),
    jobs: 'manual',
    identities: () => new CountingIdentities(),
    sealingKeys: async () => new SealingKeys([newSealingKey(seededRandom(7))], systemRandom),
    audit: { includesData: true, sink: { append } },
    log: () => {
      asked.logged += 1
    },
  })
  Object.assign(asked, { store: 0, keys: 0, sessions: 0, policies: 0, logged: 0, audited: 0 })
  return { service, asked }
}

const right = signedHeaders('user', target, '{}')
const authorization = (change: (text: string) => string): ServiceRequest['headers'] => ({
  ...right,
  authorization: change(String(right['authorization'])),
})

/** What is asked, and how often somebody has to look for the key. */
const strangers: {
  readonly [what: string]: { readonly headers: ServiceRequest['headers']; readonly keys: number; readonly sessions: number }
} = {
  'no signature': { headers: {}, keys: 0, sessions: 0 },
  'a scope that is wrong': { headers: authorization((text) => text.replace('/dynamodb/', '/s3/')), keys: 0, sessions: 0 },
  'a date of long ago': { headers: { ...right, 'x-amz-date': '20200101T000000Z' }, keys: 0, sessions: 0 },
  'an unknown key': { headers: authorization((text) => text.replace('Credential=user', 'Credential=AKIAUNKNOWN')), keys: 1, sessions: 0 },
  'a token that is none': {
    headers: {
      ...authorization((text) => text.replace('Credential=user', 'Credential=ASIAUNKNOWN')),
      'x-amz-security-token': 'x'.repeat(4000),
    },
    keys: 1,
    sessions: 1,
  },
}

describe(`${count} requests a moment with`, () => {
  for (const [what, { headers, keys, sessions }] of Object.entries(strangers)) {
    test(`${what} have their heads looked at, and nothing else`, async (t) => {
      const { service, asked } = await open()
      t.after(() => service.close())
      const sent = { target, headers, body: untouchable, sentBody: untouchable } as unknown as ServiceRequest
      for (let at = 0; at < count; at += 1) {
        const { status } = await service.handle(sent)
        assert.equal(status, 400)
      }
      assert.deepEqual({ ...asked }, { store: 0, keys: keys * count, sessions: sessions * count, policies: 0, logged: 0, audited: 60 })
      assert.equal((await callAs('root', service, 'ListTables', {})).status, 200)
    })
  }

  test('a known key and another signature are hashed, and nothing else', async (t) => {
    const { service, asked } = await open()
    t.after(() => service.close())
    // What is no JSON would be told first by whoever parsed it.
    const body = Buffer.from('no JSON')
    for (let at = 0; at < count; at += 1) {
      const { status, body: text } = await service.handle({ target, headers: right, body })
      assert.equal(status, 400)
      if (at === 0) assert.match(String(text), /InvalidSignatureException/)
    }
    assert.deepEqual({ ...asked }, { store: 0, keys: count, sessions: 0, policies: 0, logged: 0, audited: 60 })
    assert.equal((await callAs('root', service, 'ListTables', {})).status, 200)
  })
})
