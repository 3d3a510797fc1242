import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type NaiveCircumstances,
  type NaiveDocument,
  type NaivePolicies,
  type NaiveStatement,
  naiveIsAllowed,
} from '../../test/harness/naive-access.ts'
import { type AccessRequest, type Principal, principalOf } from './access-request.ts'
import { rootOf } from './caller.ts'
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts'
import { type Decision, decideAccess, type NamedPolicy, type PoliciesOf } from './decide-access.ts'
import { denialText } from './denial-text.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'

const account = '123456789012'
const table = `arn:aws:dynamodb:us-east-1:${account}:table/Pool`
const user: Principal = {
  kind: 'user',
  accountId: account,
  arn: `arn:aws:iam::${account}:user/ann`,
  principalArn: `arn:aws:iam::${account}:user/ann`,
  id: 'AIDAANN',
}
const session: Principal = {
  kind: 'assumed-role',
  accountId: account,
  arn: `arn:aws:sts::${account}:assumed-role/reader/s1`,
  principalArn: `arn:aws:iam::${account}:role/reader`,
  id: 'AROAREADER',
}
const root: Principal = principalOf(rootOf(account))
const foreigner: Principal = {
  ...user,
  accountId: '999999999999',
  arn: 'arn:aws:iam::999999999999:user/eve',
  principalArn: 'arn:aws:iam::999999999999:user/eve',
}

const foreignSession: Principal = {
  ...session,
  accountId: '999999999999',
  arn: 'arn:aws:sts::999999999999:assumed-role/reader/s1',
  principalArn: 'arn:aws:iam::999999999999:role/reader',
}

const compiled = (kind: PolicyKind, ...statements: readonly object[]): CompiledPolicy =>
  compilePolicy(parsePolicy(kind, JSON.stringify({ Version: '2012-10-17', Statement: statements })))
const named = (policy: CompiledPolicy): NamedPolicy => ({ name: 'p', policy })
const grant = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table }

function asked(principal: Principal, keys: { readonly [key: string]: string | readonly string[] } = {}): AccessRequest {
  return { action: 'dynamodb:GetItem', actionKey: 'dynamodb:getitem', resource: table, principal, keys: (key) => keys[key] }
}

function decided(principal: Principal, policies: Partial<PoliciesOf>, resource?: CompiledPolicy): Decision {
  const { identity = [], ...rest } = policies
  return decideAccess(
    asked(principal),
    { identity, principalTags: new Map(), ...rest },
    { accountId: account, ...(resource !== undefined && { policy: resource }) },
  )
}

const said = (decision: Decision): string => {
  if (decision.kind === 'allowed') return 'allowed'
  return denialText(asked(user), decision).slice(
    `User: ${user.arn} is not authorized to perform: dynamodb:GetItem on resource: ${table} `.length,
  )
}

describe('Access', () => {
  const own = named(compiled('identity', grant))
  const none = named(compiled('identity', { ...grant, Action: 'dynamodb:Scan' }))
  const against = named(compiled('identity', { ...grant, Effect: 'Deny' }))
  const by = (principal: string): CompiledPolicy => compiled('resource', { ...grant, Principal: { AWS: principal } })
  const cases: readonly (readonly [string, string, Decision])[] = [
    ['nothing', 'because no identity-based policy allows the dynamodb:GetItem action', decided(user, {})],
    ['an identity policy', 'allowed', decided(user, { identity: [none, own] })],
    ['a deny beside it', 'with an explicit deny in an identity-based policy', decided(user, { identity: [own, against] })],
    [
      'a boundary without it',
      'because no permissions boundary allows the dynamodb:GetItem action',
      decided(user, { identity: [own], boundary: none }),
    ],
    ['a boundary that denies', 'with an explicit deny in a permissions boundary', decided(user, { identity: [own], boundary: against })],
    [
      'a session policy without it',
      'because no session policy allows the dynamodb:GetItem action',
      decided(session, { identity: [own], session: [none] }),
    ],
    [
      'a session policy that denies',
      'with an explicit deny in a session policy',
      decided(session, { identity: [own], session: [own, against] }),
    ],
    ['a resource policy that names the user', 'allowed', decided(user, { boundary: none }, by(user.arn))],
    [
      'a resource policy that names everyone',
      'allowed',
      decided(user, { boundary: none }, compiled('resource', { ...grant, Principal: '*' })),
    ],
    ['a resource policy that names the user by id', 'allowed', decided(user, {}, by('AIDAANN'))],
    ['a resource policy that names the role', 'allowed', decided(session, {}, by(`arn:aws:iam::${account}:role/reader`))],
    [
      'a resource policy that names the role, and a boundary',
      'because no permissions boundary allows the dynamodb:GetItem action',
      decided(session, { boundary: none }, by(`arn:aws:iam::${account}:role/reader`)),
    ],
    [
      'a resource policy that names the session, and a boundary',
      'allowed',
      decided(session, { boundary: none, session: [none] }, by(session.arn)),
    ],
    [
      'a resource policy that names the account',
      'because no identity-based policy allows the dynamodb:GetItem action',
      decided(user, {}, by(account)),
    ],
    ['the account and its own policy', 'allowed', decided(user, { identity: [own] }, by(account))],
    [
      'a resource policy that denies',
      'with an explicit deny in a resource-based policy',
      decided(user, { identity: [own] }, compiled('resource', { ...grant, Effect: 'Deny', Principal: '*' })),
    ],
    ['root', 'allowed', decided(root, {})],
    [
      'root, denied by the resource',
      'with an explicit deny in a resource-based policy',
      decided(root, {}, compiled('resource', { ...grant, Effect: 'Deny', Principal: '*' })),
    ],
    [
      'another account without the resource',
      'because no resource-based policy allows the dynamodb:GetItem action',
      decided(foreigner, { identity: [own] }),
    ],
    [
      'another account without its own policy',
      'because no identity-based policy allows the dynamodb:GetItem action',
      decided(foreigner, {}, by(foreigner.kind === 'user' ? foreigner.arn : '')),
    ],
    [
      'another account whose role is named, without its own policy',
      'because no identity-based policy allows the dynamodb:GetItem action',
      decided(foreignSession, {}, by('arn:aws:iam::999999999999:role/reader')),
    ],
    ['another account with both', 'allowed', decided(foreigner, { identity: [own] }, by('999999999999'))],
    [
      'a federated user to whom no policy was passed',
      'because no identity-based policy allows the dynamodb:GetItem action',
      decided({ ...user, kind: 'federated-user' }, { identity: [own] }),
    ],
    ['a federated user with a passed policy', 'allowed', decided({ ...user, kind: 'federated-user' }, { identity: [own], session: [own] })],
  ]
  for (const [name, expected, decision] of cases) test(`is decided by ${name}`, () => assert.equal(said(decision), expected))

  test('to a role needs its trust policy, whatever the identity policies say', () => {
    const policies = { identity: [own], principalTags: new Map() }
    const trust = (AWS: string) => compiled('trust', { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } })
    const request = { ...asked(user), action: 'sts:AssumeRole', actionKey: 'sts:assumerole' }
    const decide = (policy: CompiledPolicy): Decision => decideAccess(request, policies, { accountId: account, policy, isTrust: true })
    assert.equal(decide(trust('arn:aws:iam::123456789012:user/bob')).kind, 'denied')
    assert.equal(decide(trust(account)).kind, 'denied')
    assert.equal(decide(trust(user.kind === 'user' ? user.arn : '')).kind, 'allowed')
  })

  test('by NotPrincipal spares a session only with its account and its role', () => {
    const deny = (...AWS: readonly string[]) => compiled('resource', { ...grant, Effect: 'Deny', NotPrincipal: { AWS } })
    const kindOf = (policy: CompiledPolicy): string => decided(session, { identity: [own] }, policy).kind
    const role = `arn:aws:iam::${account}:role/reader`
    const own_ = `arn:aws:sts::${account}:assumed-role/reader/s1`
    assert.equal(kindOf(deny(role)), 'denied')
    assert.equal(kindOf(deny(role, own_)), 'denied')
    assert.equal(kindOf(deny(account, role, own_)), 'allowed')
  })
})

describe('Compiled policies', () => {
  test('decide as the specification read slowly does', () => {
    fc.assert(
      fc.property(circumstances, policies, (asks, documents) => {
        assert.equal(isAllowed(asks, documents), naiveIsAllowed(asks, documents))
      }),
      { numRuns: 800 },
    )
  })
})

function isAllowed(asks: NaiveCircumstances, documents: NaivePolicies): boolean {
  const compile = (kind: PolicyKind, document: NaiveDocument): CompiledPolicy => compilePolicy(parsePolicy(kind, JSON.stringify(document)))
  const decision = decideAccess(
    {
      action: asks.action,
      actionKey: asks.action.toLowerCase(),
      resource: asks.resource,
      principal: { ...asks.caller, id: 'AIDAX' } as Principal,
      keys: (key) => asks.keys[key],
    },
    {
      identity: documents.identity.map((document) => named(compile('identity', document))),
      ...(documents.boundary && { boundary: named(compile('boundary', documents.boundary)) }),
      ...(documents.session && { session: documents.session.map((document) => named(compile('session', document))) }),
      principalTags: new Map(),
    },
    { accountId: documents.resourceAccountId, ...(documents.resource && { policy: compile('resource', documents.resource) }) },
  )
  return decision.kind === 'allowed'
}

const texts = fc.constantFrom(
  't1',
  't2',
  'T1',
  '*',
  't?',
  't*',
  '1',
  '1.0',
  '2',
  '-3',
  'true',
  'FALSE',
  '',
  '${k:a}',
  "x${k:b, 't1'}",
  'x${*}',
  table,
  'arn:aws:*:*:*:table/*',
  'arn:aws:iam::1',
)
const keyNames = fc.constantFrom('k:a', 'k:b', 'K:C', 'dynamodb:LeadingKeys')
const operatorNames = fc
  .tuple(
    fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
    fc.constantFrom(
      ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
      ...[
        'NumericEquals',
        'NumericNotEquals',
        'NumericLessThan',
        'NumericLessThanEquals',
        'NumericGreaterThan',
        'NumericGreaterThanEquals',
      ],
      ...['Bool', 'ArnLike', 'ArnNotEquals'],
    ),
    fc.constantFrom('', 'IfExists'),
  )
  .map((parts) => parts.join(''))
const oneOrMore = <T extends string>(values: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 }))
const conditions = fc.dictionary(
  fc.oneof({ weight: 4, arbitrary: operatorNames }, fc.constant('Null')),
  fc.dictionary(keyNames, oneOrMore(texts), { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
  { maxKeys: 2, noNullPrototype: true },
)
const actions = oneOrMore(
  fc.constantFrom('dynamodb:GetItem', 'DynamoDB:getitem', 'dynamodb:*', 'dynamodb:Get?tem', 'dynamodb:Put*', '*', 'iam:*Item'),
)
const resources = oneOrMore(
  fc.constantFrom(
    '*',
    table,
    `${table}/index/*`,
    'arn:aws:dynamodb:*:*:table/${k:a}',
    'arn:aws:dynamodb:us-east-1:123456789012:table/P??l',
    "arn:aws:dynamodb:*:*:*/${k:b, 'Pool'}*",
  ),
)
const principals = oneOrMore(
  fc.constantFrom(
    '*',
    account,
    '999999999999',
    ...[user, session, root, foreigner, foreignSession].flatMap((each) => ('arn' in each ? [each.arn, each.principalArn] : [])),
  ),
)
const plainStatement = fc
  .record({
    Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    action: actions,
    resource: resources,
    Condition: conditions,
    not: fc.nat(15),
  })
  .map(
    ({ Effect, action, resource, Condition, not }): NaiveStatement => ({
      Effect,
      ...(not % 4 === 3 ? { NotAction: action } : { Action: action }),
      ...(not >= 12 ? { NotResource: resource } : { Resource: resource }),
      Condition,
    }),
  )
const resourceStatement = fc
  .tuple(plainStatement, principals, fc.nat(3))
  .map(([statement, AWS, not]): NaiveStatement => ({ ...statement, ...(not === 3 ? { NotPrincipal: { AWS } } : { Principal: { AWS } }) }))
const document = (statement: fc.Arbitrary<NaiveStatement>): fc.Arbitrary<NaiveDocument> =>
  fc.record({
    Version: fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
    Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
  })
const policies: fc.Arbitrary<NaivePolicies> = fc.record(
  {
    identity: fc.array(document(plainStatement), { maxLength: 3 }),
    resourceAccountId: fc.constant(account),
    boundary: document(plainStatement),
    session: fc.array(document(plainStatement), { minLength: 1, maxLength: 2 }),
    resource: document(resourceStatement),
  },
  { requiredKeys: ['identity', 'resourceAccountId'], noNullPrototype: true },
)
const keyValues = fc.oneof(texts, fc.array(texts, { maxLength: 3 }))
const circumstances: fc.Arbitrary<NaiveCircumstances> = fc.record({
  action: fc.constantFrom('dynamodb:GetItem', 'dynamodb:PutItem'),
  resource: fc.constantFrom(table, `${table}/index/i`),
  caller: fc
    .constantFrom(user, session, root, foreigner, foreignSession, { ...user, kind: 'federated-user' as const })
    .map((each) => each as NaiveCircumstances['caller']),
  keys: fc.dictionary(fc.constantFrom('k:a', 'k:b', 'k:c', 'dynamodb:leadingkeys'), keyValues, { noNullPrototype: true }),
})
