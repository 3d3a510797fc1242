import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { openTestStore } from '../../../../test/harness/test-storage.ts'
import { ManualClock } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { newSealingKey, SealingKeys } from '../../../base/sealing.ts'
import type { Store } from '../../../storage/store.ts'
import type { RootKey, RootKeyPlace } from '../../wing.ts'
import { accessKeyPurpose } from './entity.ts'
import { type IdentityRecords, loadIdentities } from './identity-records.ts'
import { makeRootKey } from './root-key.ts'
import { Vault } from './vault.ts'

const account = '123456789012'
const random = seededRandom(6)
const first = newSealingKey(random)
const second = newSealingKey(random)
const clock = new ManualClock(0)

let store: Store
let identities: IdentityRecords

beforeEach(async () => {
  store = await openTestStore()
  identities = await loadIdentities(store)
})
afterEach(() => store.close())

const vaultOf = (...keys: readonly [Uint8Array, ...Uint8Array[]]): Vault => new Vault(identities, async () => new SealingKeys(keys, random))

test('A store that was sealed under one key is opened by no other, in one sentence', async () => {
  await vaultOf(first).open()
  await vaultOf(first).open()
  await assert.rejects(vaultOf(second).open(), /^Error: What this database keeps is sealed under another server key/)
})

test('A new key in front of the old one seals everything anew, and then does without it', async () => {
  const name = 'AKIAAAAAAAAAAAAAAAAA'
  const old = await vaultOf(first).open()
  const secret = old.seal('secret', accessKeyPurpose(name))
  await identities.change((turn) => turn.put({ kind: 'access-key', name, ownerId: 'AIDA1', isActive: true, createdMs: 0, secret }))
  await vaultOf(second, first).open()
  const alone = await vaultOf(second).open()
  assert.equal(alone.open(identities.find('access-key', name)?.secret ?? '', accessKeyPurpose(name)), 'secret')
  await assert.rejects(vaultOf(first).open(), /another server key/)
})

test('A server without a key refuses what needs one, and is asked again the next time', async () => {
  await assert.rejects(new Vault(identities, undefined).openForRequest(), { exception: 'InvalidInputException' })
  let hasKey = false
  const keys = new SealingKeys([first], random)
  const vault = new Vault(identities, async () => (hasKey ? keys : Promise.reject(new Error('Start with a key.'))))
  await assert.rejects(vault.openForRequest(), { message: 'Start with a key.' })
  hasKey = true
  assert.equal(await vault.openForRequest(), keys)
})

class Place implements RootKeyPlace {
  kept: RootKey | undefined
  events: string[] = []

  async read(): Promise<RootKey | undefined> {
    return this.kept
  }

  async write(rootKey: RootKey): Promise<void> {
    this.kept = rootKey
    this.events.push('write')
  }

  async remove(): Promise<void> {
    this.kept = undefined
    this.events.push('remove')
  }
}

test('The first key of the root user is made once, and one that did not come into the store is taken from its place', async () => {
  const keys = await vaultOf(first).open()
  const place = new Place()
  await makeRootKey({ identities, keys, account, clock, random }, place)
  await makeRootKey({ identities, keys, account, clock, random }, place)
  assert.deepEqual(place.events, ['write'])
  const [made] = identities.accessKeysOf(account)
  assert.equal(made?.name, place.kept?.accessKeyId)
  assert.equal(keys.open(made?.secret ?? '', accessKeyPurpose(made?.name ?? '')), place.kept?.secretAccessKey)
  if (made !== undefined) await identities.change((turn) => turn.remove(made))
  await makeRootKey({ identities, keys, account, clock, random }, place)
  assert.deepEqual([place.events, identities.accessKeysOf(account).map(({ name }) => name)], [['write'], [place.kept?.accessKeyId]])
})

test('Of two servers that start at once one makes the key, and the other takes its own back', async () => {
  const keys = await vaultOf(first).open()
  const there = await loadIdentities(store)
  const places = [new Place(), new Place()]
  await Promise.all(
    [identities, there].map((each, at) => makeRootKey({ identities: each, keys, account, clock, random }, places[at] ?? assert.fail())),
  )
  await identities.catchUp()
  const kept = places.flatMap(({ kept: rootKey }) => rootKey?.accessKeyId ?? [])
  assert.deepEqual(
    identities.accessKeysOf(account).map(({ name }) => name),
    kept,
  )
  assert.equal(kept.length, 1)
})
