/** Whom a server with `--auth iam` knows, as its records change: keys, sessions and policies, here and by way of another process. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { forwardedStore, forwardedView } from '../../../../test/harness/forwarded-store.ts'
import { openTestStore } from '../../../../test/harness/test-storage.ts'
import { compareBytes } from '../../../base/bytes.ts'
import { hourMs, ManualClock } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { newSealingKey, SealingKeys } from '../../../base/sealing.ts'
import { type KeyBytes, type KeyRange, type Store, StoreDamaged } from '../../../storage/store.ts'
import { accessKeyPurpose, type Entity, type EntityKind, type Group, type ManagedPolicy, type Role, type User } from './entity.ts'
import { identityKey } from './identity-keys.ts'
import { type IdentityRecords, loadIdentities } from './identity-records.ts'
import { type Session, sealSession } from './session.ts'
import { StoredIdentities } from './stored-identities.ts'
import { Vault } from './vault.ts'

const account = '123456789012'
const random = seededRandom(5)
const keys = new SealingKeys([newSealingKey(random)], random)
const allow = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: '*' } })
const trust = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' } })

const bare = { path: '/', createdMs: 0, inlinePolicies: {}, attachedPolicies: [] }
const group: Group = { kind: 'group', name: 'readers', id: 'AGPA1', ...bare, inlinePolicies: { read: allow('dynamodb:GetItem') } }
const alice: User = {
  kind: 'user',
  name: 'alice',
  id: 'AIDA1',
  ...bare,
  inlinePolicies: { own: allow('dynamodb:PutItem') },
  attachedPolicies: ['arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess'],
  tags: [{ Key: 'team', Value: 'blue' }],
  groupIds: ['AGPA1'],
  boundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
}
const role: Role = {
  kind: 'role',
  name: 'reader',
  id: 'AROA1',
  ...bare,
  tags: [
    { Key: 'team', Value: 'red' },
    { Key: 'cost', Value: '7' },
  ],
  trustPolicy: trust,
  maxSessionSeconds: 3600,
}
const session: Session = {
  kind: 'assumed-role',
  accessKeyId: 'ASIAAAAAAAAAAAAAAAAA',
  secretAccessKey: 'secret of the session',
  entityId: 'AROA1',
  sessionName: 'now',
  issuedAtMs: 0,
  expiresAtMs: hourMs,
  policies: [allow('dynamodb:Query')],
  policyArns: ['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::123456789012:policy/gone'],
  tags: [['team', 'green']],
  transitiveTagKeys: ['team'],
}

let store: Store
let clock: ManualClock
let identities: IdentityRecords
let known: StoredIdentities

beforeEach(async () => {
  store = await openTestStore()
  clock = new ManualClock(0)
  identities = await loadIdentities(store)
  known = new StoredIdentities({ identities, keys, account, clock, isShared: false })
  await put(group, alice, role, accessKey('AKIAAAAAAAAAAAAAAAAA', alice.id))
})
afterEach(() => store.close())

async function put(...entities: readonly Entity[]): Promise<void> {
  await identities.change((turn) => {
    for (const entity of entities) turn.put(entity)
  })
}

function accessKey(name: string, ownerId: string, isActive = true): Entity {
  return { kind: 'access-key', name, ownerId, isActive, createdMs: 0, secret: keys.seal(`secret of ${name}`, accessKeyPurpose(name)) }
}

test('A key is its user’s, whatever he is called by now, until it is inactive, he is gone or it is', async () => {
  const found = known.keyOf('AKIAAAAAAAAAAAAAAAAA')
  assert.equal(found?.secretAccessKey, 'secret of AKIAAAAAAAAAAAAAAAAA')
  assert.deepEqual(found?.caller, {
    kind: 'user',
    accountId: account,
    arn: 'arn:aws:iam::123456789012:user/alice',
    principalArn: 'arn:aws:iam::123456789012:user/alice',
    userId: 'AIDA1',
    userName: 'alice',
    accessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  })
  assert.equal(known.keyOf('akiaaaaaaaaaaaaaaaaa'), undefined)
  await identities.change((turn) => {
    turn.remove(alice)
    turn.put({ ...alice, name: 'bob', path: '/team/' })
  })
  assert.equal(known.keyOf('AKIAAAAAAAAAAAAAAAAA')?.caller.arn, 'arn:aws:iam::123456789012:user/team/bob')
  await put(accessKey('AKIAAAAAAAAAAAAAAAAA', alice.id, false))
  assert.equal(known.keyOf('AKIAAAAAAAAAAAAAAAAA'), undefined)
  await put(accessKey('AKIAAAAAAAAAAAAAAAAA', 'AIDA-of-nobody'))
  assert.equal(known.keyOf('AKIAAAAAAAAAAAAAAAAA'), undefined)
})

test('Keys of the root user: kept, and given from outside', async () => {
  await put(accessKey('AKIARRRRRRRRRRRRRRRR', account))
  assert.deepEqual(known.keyOf('AKIARRRRRRRRRRRRRRRR')?.caller.arn, 'arn:aws:iam::123456789012:root')
  const rootKey = { accessKeyId: 'given_from_outside', secretAccessKey: 'x' }
  const withRoot = new StoredIdentities({ identities, keys, account, clock, rootKey, isShared: false })
  const { secretAccessKey, caller } = withRoot.keyOf('given_from_outside') ?? {}
  assert.deepEqual([secretAccessKey, caller?.kind, caller?.accessKeyId], ['x', 'root', 'given_from_outside'])
})

test('A user may do what he, his groups and managed policies say, inside his boundary', () => {
  const { caller } = known.keyOf('AKIAAAAAAAAAAAAAAAAA') ?? assert.fail()
  const { identity, boundary, session: passed, principalTags } = known.policiesOf(caller)
  assert.deepEqual(
    identity.map(({ name }) => name),
    ['own', 'arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess', 'read'],
  )
  assert.equal(boundary?.name, 'arn:aws:iam::aws:policy/AdministratorAccess')
  assert.equal(passed, undefined)
  assert.deepEqual(principalTags, new Map([['team', 'blue']]))
  assert.equal(known.policiesOf(caller), known.policiesOf(caller))
})

test('A change of a group’s policy is seen at once', async () => {
  const { caller } = known.keyOf('AKIAAAAAAAAAAAAAAAAA') ?? assert.fail()
  assert.equal(known.policiesOf(caller).identity.length, 3)
  await put({ ...group, inlinePolicies: {} })
  assert.equal(known.policiesOf(caller).identity.length, 2)
})

test('A session is what its token says, for its key alone, until it is over', () => {
  const token = sealSession(keys, session)
  const found = known.sessionOf(session.accessKeyId, token)
  assert.ok(found.kind === 'session')
  assert.equal(found.secretAccessKey, 'secret of the session')
  assert.equal(found.caller.arn, 'arn:aws:sts::123456789012:assumed-role/reader/now')
  assert.equal(found.caller.principalArn, 'arn:aws:iam::123456789012:role/reader')
  assert.equal(found.caller.userId, 'AROA1:now')
  const { session: passed, principalTags } = known.policiesOf(found.caller)
  // A managed policy that is gone allows nothing.
  assert.deepEqual(
    passed?.map(({ name }) => name),
    ['session', 'arn:aws:iam::aws:policy/AdministratorAccess'],
  )
  assert.deepEqual(
    principalTags,
    new Map([
      ['team', 'green'],
      ['cost', '7'],
    ]),
  )
  assert.deepEqual(known.sessionOf('ASIABBBBBBBBBBBBBBBB', token), { kind: 'invalid' })
  assert.deepEqual(known.sessionOf(session.accessKeyId, `${token}x`), { kind: 'invalid' })
  clock.advance(hourMs - 1)
  assert.equal(known.sessionOf(session.accessKeyId, token).kind, 'session')
  clock.advance(1)
  assert.deepEqual(known.sessionOf(session.accessKeyId, token), { kind: 'expired' })
})

test('A session ends with its role, also when another takes its name', async () => {
  const token = sealSession(keys, session)
  assert.equal(known.sessionOf(session.accessKeyId, token).kind, 'session')
  await put({ ...role, id: 'AROA2' })
  assert.deepEqual(known.sessionOf(session.accessKeyId, token), { kind: 'invalid' })
})

test('A token holds after a restart, and under an older key that is still there, but under no other', () => {
  const older = new SealingKeys([newSealingKey(seededRandom(9))], random)
  const token = sealSession(older, session)
  const again = new StoredIdentities({ identities, keys: older, account, clock, isShared: false })
  assert.equal(again.sessionOf(session.accessKeyId, token).kind, 'session')
  const replaced = new SealingKeys([newSealingKey(random), newSealingKey(seededRandom(9))], random)
  const rotated = new StoredIdentities({ identities, keys: replaced, account, clock, isShared: false })
  assert.equal(rotated.sessionOf(session.accessKeyId, token).kind, 'session')
  assert.equal(known.sessionOf(session.accessKeyId, token).kind, 'invalid')
})

test('A federated user has the policies of whoever asked for him; without one that was passed he has none to go by', () => {
  const federated = { ...session, kind: 'federated-user', entityId: 'AIDA1', policies: [], policyArns: [], sessionName: 'guest' } as const
  const found = known.sessionOf(session.accessKeyId, sealSession(keys, federated))
  assert.ok(found.kind === 'session')
  assert.equal(found.caller.arn, 'arn:aws:sts::123456789012:federated-user/guest')
  const { identity, session: passed } = known.policiesOf(found.caller)
  assert.equal(identity.length, 3)
  assert.equal(passed, undefined)
})

test('What another process changed is known once it was caught up with', async () => {
  const there = await loadIdentities(store)
  const other = new StoredIdentities({ identities: there, keys, account, clock, isShared: true })
  await put({ ...group, inlinePolicies: {} }, accessKey('AKIABBBBBBBBBBBBBBBB', alice.id))
  assert.equal(other.keyOf('AKIABBBBBBBBBBBBBBBB'), undefined)
  await other.catchUp?.()
  const { caller } = other.keyOf('AKIABBBBBBBBBBBBBBBB') ?? assert.fail()
  assert.equal(other.policiesOf(caller).identity.length, 2)
  assert.equal(known.catchUp, undefined)
})

test('What the file says stands before what the store says, and goes with the file', () => {
  const fromFile: User = { ...alice, id: 'AIDA-of-the-file', isFromFile: true }
  const secret: Entity = {
    kind: 'access-key',
    name: 'key_of_the_file_',
    ownerId: fromFile.id,
    isActive: true,
    createdMs: 0,
    secret: 's',
    isFromFile: true,
  }
  identities.setFileEntities([fromFile, secret])
  assert.equal(known.keyOf('key_of_the_file_')?.caller.userId, 'AIDA-of-the-file')
  assert.equal(known.keyOf('key_of_the_file_')?.secretAccessKey, 's')
  // The user of the store is not there as long as there is one of his name in the file, and neither are his keys.
  assert.equal(known.keyOf('AKIAAAAAAAAAAAAAAAAA'), undefined)
  identities.setFileEntities([])
  assert.equal(known.keyOf('key_of_the_file_'), undefined)
  assert.equal(known.keyOf('AKIAAAAAAAAAAAAAAAAA')?.caller.userId, 'AIDA1')
})

test('Users and roles are found by their whole ARNs, for questions about them', () => {
  assert.equal(known.callerOf('arn:aws:iam::123456789012:user/alice')?.userId, 'AIDA1')
  const asRole = known.callerOf('arn:aws:iam::123456789012:role/reader') ?? assert.fail()
  assert.equal(asRole.principalArn, 'arn:aws:iam::123456789012:role/reader')
  assert.deepEqual(
    known.policiesOf(asRole).principalTags,
    new Map([
      ['team', 'red'],
      ['cost', '7'],
    ]),
  )
  for (const arn of ['user/team/alice', 'user/nobody', 'role/alice', 'group/readers', 'root']) {
    assert.equal(known.callerOf(`arn:aws:iam::123456789012:${arn}`), undefined)
  }
  assert.equal(known.callerOf('arn:aws:iam::999999999999:user/alice'), undefined)
})

test('A boundary that is not there allows nothing', async () => {
  await put({ ...alice, boundary: 'arn:aws:iam::123456789012:policy/gone' })
  const { caller } = known.keyOf('AKIAAAAAAAAAAAAAAAAA') ?? assert.fail()
  const { boundary } = known.policiesOf(caller)
  assert.equal(boundary?.name, 'arn:aws:iam::123456789012:policy/gone')
  assert.deepEqual(boundary?.policy.statements, [])
})

test('A tag of the session goes before that of the role, however their keys are spelled', () => {
  const found = known.sessionOf(session.accessKeyId, sealSession(keys, { ...session, tags: [['TEAM', 'green']] }))
  assert.ok(found.kind === 'session')
  assert.equal(known.policiesOf(found.caller).principalTags.get('team'), 'green')
})

/** The same store, as if these rows were not what was written. */
function damagedStore(damaged: readonly KeyBytes[]): Store {
  const hit = ({ start, end }: KeyRange): KeyBytes | undefined =>
    damaged.find((each) => compareBytes(each, start) >= 0 && compareBytes(each, end) < 0)
  return {
    ...forwardedStore(store),
    view: (read) =>
      store.view((view) =>
        read({
          ...forwardedView(view),
          scan: async (range, budget) => {
            const key = hit(range)
            if (key !== undefined) throw new StoreDamaged(key)
            return view.scan(range, budget)
          },
        }),
      ),
  }
}

test('A damaged record is not taken for one that there is not: who needs it is told, and nobody else', async () => {
  const other: User = { ...alice, name: 'bob', id: 'AIDA2', groupIds: [], attachedPolicies: [`arn:aws:iam::${account}:policy/p`] }
  const versions = [{ number: 1, document: allow('*'), createdMs: 0 }]
  const policy: ManagedPolicy = {
    kind: 'policy',
    ...{ ...bare, name: 'p', id: 'ANPA1', updatedMs: 0, tags: [], versions, defaultVersion: 1, lastVersion: 1 },
  }
  await put(other, policy, accessKey('AKIABBBBBBBBBBBBBBBB', other.id), { kind: 'key-check', name: 'server key', sealed: 'x' })
  const whole: User = { ...alice, name: 'carl', id: 'AIDA3', groupIds: [], attachedPolicies: [] }
  await put(whole, accessKey('AKIACCCCCCCCCCCCCCCC', whole.id))
  const knownWithout = async (kind: EntityKind, name: string): Promise<StoredIdentities> => {
    const damaged = await loadIdentities(damagedStore([identityKey(kind, name)]))
    assert.throws(() => damaged.find(kind, name.toUpperCase()), StoreDamaged)
    return new StoredIdentities({ identities: damaged, keys, account, clock, isShared: false })
  }
  // A group that can't be read may deny, and so may a policy.
  const withoutGroup = await knownWithout('group', 'readers')
  const { caller } = withoutGroup.keyOf('AKIAAAAAAAAAAAAAAAAA') ?? assert.fail()
  assert.throws(() => withoutGroup.policiesOf(caller), StoreDamaged)
  assert.equal(withoutGroup.policiesOf(withoutGroup.keyOf('AKIABBBBBBBBBBBBBBBB')?.caller ?? assert.fail()).identity.length, 2)
  const withoutPolicy = await knownWithout('policy', 'p')
  assert.throws(() => withoutPolicy.policiesOf(withoutPolicy.keyOf('AKIABBBBBBBBBBBBBBBB')?.caller ?? assert.fail()), StoreDamaged)
  const withoutUser = await knownWithout('user', 'bob')
  assert.throws(() => withoutUser.keyOf('AKIABBBBBBBBBBBBBBBB'), StoreDamaged)
  assert.ok(withoutUser.keyOf('AKIACCCCCCCCCCCCCCCC'))
  const withoutKey = await knownWithout('access-key', 'AKIABBBBBBBBBBBBBBBB')
  assert.throws(() => withoutKey.keyOf('AKIABBBBBBBBBBBBBBBB'), StoreDamaged)
  assert.equal(withoutKey.keyOf('AKIADDDDDDDDDDDDDDDD'), undefined)
  const withoutRole = await knownWithout('role', 'reader')
  assert.throws(() => withoutRole.sessionOf(session.accessKeyId, sealSession(keys, session)), StoreDamaged)
  // What it was sealed under is not told anew by whatever key the server has now.
  const vault = new Vault(await loadIdentities(damagedStore([identityKey('key-check', 'server key')])), async () => keys)
  await assert.rejects(vault.open(), StoreDamaged)
})
