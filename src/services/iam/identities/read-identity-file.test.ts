import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { Entity } from './entity.ts'
import { readIdentityFile } from './read-identity-file.ts'

const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
const trustPolicy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '123456789012' } } }
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'
const secrets = {
  textInFile: (path: string) => (path === 'key.txt' ? 'of a file\n' : assert.fail(path)),
  secretInVariable: (name: string) => ({ ALICE: 'of a variable' })[name],
}

function read(file: unknown): readonly Entity[] {
  return readIdentityFile(typeof file === 'string' ? file : JSON.stringify(file), secrets, '123456789012')
}

test('A file with everything', () => {
  const entities = read({
    policies: [{ name: 'all', path: '/own/', description: 'Everything.', document, tags: { a: 'b' } }],
    groups: [{ name: 'admins', policies: ['arn:aws:iam::123456789012:policy/own/all'], inlinePolicies: { x: JSON.stringify(document) } }],
    users: [
      {
        name: 'alice',
        groups: ['admins'],
        boundary: administrator,
        tags: { team: 'blue' },
        accessKeys: [
          { accessKeyId: 'AKIAALICEALICEALICE1', secretAccessKeyVariable: 'ALICE' },
          { accessKeyId: 'AKIAALICEALICEALICE2', secretAccessKeyFile: 'key.txt', status: 'Inactive' },
        ],
      },
    ],
    roles: [{ name: 'reader', trustPolicy, maxSessionSeconds: 7200, policies: [administrator] }],
  })
  assert.deepEqual(
    entities.map(({ kind, name }) => `${kind} ${name}`),
    ['policy all', 'group admins', 'user alice', 'access-key AKIAALICEALICEALICE1', 'access-key AKIAALICEALICEALICE2', 'role reader'],
  )
  const [, group, user, one, two] = entities
  assert.ok(group?.kind === 'group' && user?.kind === 'user' && one?.kind === 'access-key' && two?.kind === 'access-key')
  assert.deepEqual(user.groupIds, [group.id])
  assert.deepEqual([one.ownerId, one.secret, one.isActive], [user.id, 'of a variable', true])
  assert.deepEqual([two.secret, two.isActive], ['of a file', false])
  assert.match(user.id, /^AIDA[A-Z2-7]{17}$/)
})

test('Ids follow from names: they are the same every time, and of each account and kind another', () => {
  const idOf = (kind: string, name: string): string => {
    const [entity] = read({ [kind]: [{ name }] })
    return entity !== undefined && 'id' in entity ? entity.id : assert.fail()
  }
  assert.equal(idOf('users', 'a'), idOf('users', 'a'))
  assert.equal(new Set([idOf('users', 'a'), idOf('users', 'b'), idOf('groups', 'a')]).size, 3)
})

const faults: readonly (readonly [file: unknown, message: string])[] = [
  ['', 'The file of identities is not JSON.'],
  [[], 'The file of identities must be a JSON object.'],
  [{ people: [] }, 'The file of identities has a member "people" that nobody knows.'],
  [{ users: {} }, 'The file of identities has a member "users" that must be a list.'],
  [{ users: ['alice'] }, 'The element 1 of "users" must be a JSON object.'],
  [{ users: [{}] }, 'The element 1 of "users" needs a "name".'],
  [{ users: [{ name: 'a b' }] }, 'The element 1 of "users" has a member "name" that must be 1 to 64 letters, digits or any of +=,.@_-.'],
  [{ users: [{ name: 'a', path: 'x' }] }, 'The user a has a member "path" that must be a path that begins and ends with /.'],
  [{ users: [{ name: 'a' }, { name: 'A' }] }, 'The file of identities has the user A twice.'],
  [{ users: [{ name: 'a', groups: ['none'] }] }, 'The user a is in a group none that the file does not have.'],
  [{ groups: [{ name: 'a', groups: ['a'] }] }, 'The group a has a member "groups" that nobody knows.'],
  [
    { users: [{ name: 'a', policies: ['arn:aws:iam::aws:policy/None'] }] },
    'The user a has a policy arn:aws:iam::aws:policy/None that neither the file nor AWS has.',
  ],
  [
    { users: [{ name: 'a', inlinePolicies: { p: {} } }] },
    'The user a with its "inlinePolicies" has a document "p" that is no policy: Syntax errors in policy.',
  ],
  [{ roles: [{ name: 'r' }] }, 'The role r needs a "trustPolicy".'],
  [
    { roles: [{ name: 'r', trustPolicy: document }] },
    'The role r has a document "trustPolicy" that is no policy: Missing required field Principal.',
  ],
  [
    { roles: [{ name: 'r', trustPolicy, maxSessionSeconds: 60 }] },
    'The role r has a member "maxSessionSeconds" that must be a whole number from 3600 to 43200.',
  ],
  [{ policies: [{ name: 'p' }] }, 'The policy p needs a "document".'],
  [
    { users: [{ name: 'a', accessKeys: [{ accessKeyId: 'short', secretAccessKey: 'top secret' }] }] },
    'The element 1 of "accessKeys" has a member "accessKeyId" that must be 16 to 128 letters, digits or underscores.',
  ],
  [
    { users: [{ name: 'a', accessKeys: [{ accessKeyId: 'AKIAALICEALICEALICE1' }] }] },
    'The element 1 of "accessKeys" needs one of "secretAccessKey", "secretAccessKeyVariable" and "secretAccessKeyFile".',
  ],
  [
    { users: [{ name: 'a', accessKeys: [{ accessKeyId: 'AKIAALICEALICEALICE1', secretAccessKeyVariable: 'NONE' }] }] },
    'The element 1 of "accessKeys" has its secret in NONE, which is not set.',
  ],
]

test('What is wrong with a file is told in one sentence, without its secrets', () => {
  for (const [file, message] of faults) assert.throws(() => read(file), { message })
})

const url = 'https://tokens.example.com'
const jwkOf = (modulusLength: number): object => generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' })

test('A provider of identities has its keys in the file or beside it', () => {
  const keys = [
    { ...jwkOf(2048), kid: 'one' },
    { kty: 'oct', k: 'AAAA' },
    { ...jwkOf(2048), use: 'enc' },
  ]
  const [inline] = read({ oidcProviders: [{ url, clientIds: ['me'], jwks: { keys } }] })
  assert.ok(inline?.kind === 'oidc-provider')
  assert.deepEqual([inline.name, inline.keys.map(({ id, family }) => [id, family])], ['tokens.example.com', [['one', 'RSA']]])
  const beside = { ...secrets, textInFile: (path: string) => (path === 'jwks.json' ? JSON.stringify({ keys }) : 'no JSON') }
  const readBeside = (jwksFile: string) =>
    readIdentityFile(JSON.stringify({ oidcProviders: [{ url, clientIds: ['me'], jwksFile }] }), beside, '123456789012')
  assert.equal(readBeside('jwks.json').length, 1)
  assert.throws(() => readBeside('other'), /^Error: The provider of identities https:.* has keys that can't be used: other is not JSON\.$/)
})

test('A provider that can’t be used is told of in one sentence', () => {
  const jwks = { keys: [jwkOf(2048)] }
  for (const [provider, fault] of [
    [{ url: 'http://tokens.example.com', clientIds: ['me'], jwks }, /"url" that must be an address that begins with https/],
    [{ url: `${url}?a=b`, clientIds: ['me'], jwks }, /"url"/],
    [{ url, jwks }, /needs "clientIds"/],
    [{ url, clientIds: ['me'] }, /needs one of "jwks" and "jwksFile"/],
    [{ url, clientIds: ['me'], jwks, jwksFile: 'x' }, /needs one of/],
    [{ url, clientIds: ['me'], jwks: {} }, /"jwks" is no JWKS/],
    [{ url, clientIds: ['me'], jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519' }] } }, /has no RSA or EC key/],
    [{ url, clientIds: ['me'], jwks: { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] } }, /has a key 1 that is no public key of 2048 bits/],
    [{ url, clientIds: ['me'], jwks: { keys: [jwkOf(1024)] } }, /has a key 1 that is no public key/],
    [{ url, clientIds: ['me'], jwks, more: 1 }, /"more" that nobody knows/],
  ] as const) {
    assert.throws(() => read({ oidcProviders: [provider] }), fault)
  }
  const twice = { url, clientIds: ['me'], jwks }
  assert.throws(() => read({ oidcProviders: [twice, twice] }), /the provider of identities tokens.example.com twice/)
})
