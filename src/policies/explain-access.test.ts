import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AccessRequest, principalOf } from './access-request.ts'
import type { Caller } from './caller.ts'
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts'
import { decideAccess, type NamedPolicy, type PoliciesOf } from './decide-access.ts'
import { explainAccess } from './explain-access.ts'
import { leastPolicy } from './least-policy.ts'
import { parsePolicy } from './parse-policy.ts'
import { SeenAccess } from './seen-access.ts'

const account = '123456789012'
const table = `arn:aws:dynamodb:us-east-1:${account}:table/Pool`
const arn = `arn:aws:iam::${account}:user/ann`
const caller: Caller = { kind: 'user', accountId: account, arn, principalArn: arn, userId: 'AIDAANN', userName: 'ann' }
const resource = { accountId: account }

const compiled = (document: object): CompiledPolicy => compilePolicy(parsePolicy('identity', JSON.stringify(document)))
const named = (name: string, ...Statement: readonly object[]): NamedPolicy => ({
  name,
  policy: compiled({ Version: '2012-10-17', Statement }),
})
const policies = (more: Partial<PoliciesOf>): PoliciesOf => ({ identity: [], principalTags: new Map(), ...more })
const asked = (keys: { readonly [key: string]: readonly string[] } = {}): AccessRequest => ({
  action: 'dynamodb:GetItem',
  actionKey: 'dynamodb:getitem',
  resource: table,
  principal: principalOf(caller),
  keys: (key) => keys[key],
})

describe('An explanation', () => {
  test('says of each statement about the action why it does not apply', () => {
    const tenant = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['t1'] } }
    const identity = [
      named(
        'inline',
        { Effect: 'Allow', Action: 'dynamodb:*', Resource: table, Condition: tenant, Sid: 'Own' },
        { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: `${table}2` },
        { Effect: 'Allow', Action: 'dynamodb:Scan', Resource: '*' },
      ),
    ]
    const { allowed, message, statements, wouldAllow } = explainAccess(
      asked({ 'dynamodb:leadingkeys': ['t2'] }),
      policies({ identity }),
      resource,
    )
    assert.equal(allowed, false)
    assert.match(message ?? '', /because no identity-based policy allows the dynamodb:GetItem action$/)
    const condition = {
      operator: 'ForAllValues:StringEquals',
      key: 'dynamodb:LeadingKeys',
      values: ['t1'],
      given: ['t2'],
      holds: false,
    }
    assert.deepEqual(statements, [
      {
        policyType: 'identity',
        policy: 'inline',
        index: 0,
        sid: 'Own',
        effect: 'Allow',
        applies: false,
        because: 'condition',
        conditions: [condition],
      },
      { policyType: 'identity', policy: 'inline', index: 1, effect: 'Allow', applies: false, because: 'resource', conditions: [] },
    ])
    const statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table }
    assert.deepEqual(wouldAllow, [{ policyType: 'identity', statement }])
  })

  test('names every policy in which something is missing, and what it says to add allows the request', () => {
    const other = { Effect: 'Allow', Action: 'iam:*', Resource: '*' }
    const before = policies({ identity: [named('a', other)], boundary: named('b', other), session: [named('c', other)] })
    const { wouldAllow } = explainAccess(asked(), before, resource)
    assert.deepEqual(
      wouldAllow.map(({ policyType }) => policyType),
      ['identity', 'boundary', 'session'],
    )
    const [first] = wouldAllow
    assert.ok(first !== undefined)
    const added = named('added', other, first.statement)
    assert.equal(decideAccess(asked(), { ...before, identity: [added], boundary: added, session: [added] }, resource).kind, 'allowed')
  })

  test('has nothing to add where a Deny must go first, or where it is allowed', () => {
    const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
    const denied = explainAccess(asked(), policies({ identity: [named('a', allow, { ...allow, Effect: 'Deny' })] }), resource)
    assert.match(denied.message ?? '', /with an explicit deny in an identity-based policy$/)
    assert.deepEqual(denied.wouldAllow, [])
    const allowed = explainAccess(asked(), policies({ identity: [named('a', allow)] }), resource)
    assert.deepEqual([allowed.allowed, allowed.message, allowed.wouldAllow], [true, undefined, []])
  })
})

describe('The least policy', () => {
  const note = (seen: SeenAccess, action: string, keys: { readonly [key: string]: readonly string[] } = {}): void =>
    seen.note(arn, `dynamodb:${action}`, table, (key) => keys[key])

  test('allows what was seen, and no other keys, attributes or actions', () => {
    const seen = new SeenAccess()
    seen.record(true)
    const own = { 'dynamodb:leadingkeys': ['t1'], 'dynamodb:attributes': ['pk', 'a'] }
    note(seen, 'GetItem', own)
    note(seen, 'PutItem', { 'dynamodb:leadingkeys': ['t1'], 'dynamodb:attributes': ['a', 'pk'] })
    note(seen, 'Scan')
    const [principal] = seen.all()
    const document = leastPolicy(principal?.needs ?? [])
    const Condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['t1'], 'dynamodb:Attributes': ['a', 'pk'] } }
    assert.deepEqual(document.Statement, [
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: [table], Condition },
      { Effect: 'Allow', Action: ['dynamodb:Scan'], Resource: [table] },
    ])
    const identity = [{ name: 'least', policy: compiled(document) }]
    const kindOf = (keys: { readonly [key: string]: readonly string[] }): string =>
      decideAccess(asked(keys), policies({ identity }), resource).kind
    assert.equal(kindOf(own), 'allowed')
    assert.equal(kindOf({ ...own, 'dynamodb:leadingkeys': ['t2'] }), 'denied')
    assert.equal(kindOf({ ...own, 'dynamodb:attributes': ['pk', 'secret'] }), 'denied')
  })

  test('says nothing of keys that were too many, or missing once', () => {
    const seen = new SeenAccess()
    seen.record(true)
    for (let at = 0; at <= 50; at += 1) note(seen, 'GetItem', { 'dynamodb:leadingkeys': [`t${at}`] })
    note(seen, 'Query', { 'dynamodb:leadingkeys': ['t1'] })
    note(seen, 'Query')
    const [principal] = seen.all()
    assert.deepEqual(leastPolicy(principal?.needs ?? []).Statement, [
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: [table] },
    ])
  })

  test('is made of a bounded memory, which says what it could not keep', () => {
    const seen = new SeenAccess()
    seen.record(true)
    for (let at = 0; at < 1005; at += 1) seen.note(arn, 'dynamodb:GetItem', `${table}${at}`, () => undefined)
    for (let at = 0; at < 200; at += 1) seen.note(`${arn}${at}`, 'dynamodb:GetItem', table, () => undefined)
    const principals = seen.all()
    assert.equal(principals.length, 100)
    assert.deepEqual([principals[0]?.needs.length, principals[0]?.forgotten], [1000, 5])
  })

  test('keeps no more text than there is room for, however long names and values are', () => {
    const seen = new SeenAccess()
    seen.record(true)
    for (let at = 0; at < 400; at += 1) {
      seen.note(`${arn}${at % 40}`, 'dynamodb:GetItem', `${table}${at}`, () =>
        Array.from({ length: 40 }, (_, n) => `${at}-${n}-`.padEnd(2000, 'x')),
      )
    }
    const kept = seen.all().flatMap(({ needs }) => needs.map(({ leadingKeys }) => leadingKeys))
    const characters = kept.flatMap((values) => (values === 'any' ? [] : [...values])).reduce((sum, { length }) => sum + length, 0)
    assert.ok(characters > 0 && characters < 10_000_000, String(characters))
    assert.ok(kept.includes('any'))
    seen.record(false)
    seen.record(true)
    seen.note(arn, 'dynamodb:GetItem', table, () => ['a'])
    assert.deepEqual(seen.all()[0]?.needs[0]?.leadingKeys, new Set(['a']))
  })

  test('takes names with wildcards for what they are', () => {
    const seen = new SeenAccess()
    seen.record(true)
    seen.note(arn, 'dynamodb:GetItem', table, (key) => (key === 'dynamodb:leadingkeys' ? ['${aws:username}'] : undefined))
    const identity = [{ name: 'least', policy: compiled(leastPolicy(seen.all()[0]?.needs ?? [])) }]
    const kindOf = (key: string): string => decideAccess(asked({ 'dynamodb:leadingkeys': [key] }), policies({ identity }), resource).kind
    assert.equal(kindOf('${aws:username}'), 'allowed')
    assert.equal(kindOf('ann'), 'denied')
  })
})
