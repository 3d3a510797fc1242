import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MalformedPolicy } from './malformed-policy.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyKind } from './policy-document.ts'

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/Pool'
const good = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table }
const trusting = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '123456789012' } }

function saidOf(kind: PolicyKind, document: unknown): string {
  try {
    parsePolicy(kind, typeof document === 'string' ? document : JSON.stringify(document))
    return 'taken'
  } catch (error) {
    assert.ok(error instanceof MalformedPolicy, String(error))
    return error.message
  }
}

const withStatement = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] })

describe('A policy document', () => {
  const syntax = 'Syntax errors in policy.'
  const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  const documents: readonly (readonly [string, PolicyKind, unknown, string])[] = [
    ['of one statement', 'identity', { Statement: good }, 'taken'],
    [
      'with every element',
      'resource',
      withStatement({ ...good, Sid: 'a1', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': true } } }),
      'taken',
    ],
    ['of a role', 'trust', withStatement(trusting), 'taken'],
    ['with patterns', 'identity', withStatement({ ...good, Action: ['dynamodb:*', '*'], Resource: '*' }), 'taken'],
    ['with variables', 'identity', withStatement({ ...good, Resource: 'arn:aws:dynamodb:*:*:table/${aws:username}' }), 'taken'],
    ['that is no JSON', 'identity', '{', syntax],
    ['that is a list', 'identity', [], syntax],
    ['with a member of another name', 'identity', { Statement: good, statement: good }, syntax],
    ['with a key twice', 'identity', `{"Statement":${JSON.stringify(good).replace('{', '{"Effect":"Deny",')}}`, syntax],
    ['with a key twice, once escaped', 'identity', '{"Statement":[],"Statemen\\u0074":[]}', syntax],
    ['with other characters', 'identity', withStatement({ ...good, Resource: 'arn:aws:dynamodb:*:*:table/\u{1f600}' }), syntax],
    ['without statements', 'identity', { Version: '2012-10-17', Statement: [] }, syntax],
    ['of another version', 'identity', { Version: '2020-01-01', Statement: good }, 'The policy must contain a valid version string'],
    ['without an effect', 'identity', withStatement({ ...good, Effect: undefined }), 'Missing required field Effect'],
    ['with another effect', 'identity', withStatement({ ...good, Effect: 'allow' }), 'Invalid effect: allow'],
    ['without actions', 'identity', withStatement({ ...good, Action: undefined }), 'Policy statement must contain actions.'],
    ['with an empty list of actions', 'identity', withStatement({ ...good, Action: [] }), syntax],
    ['with Action and NotAction', 'identity', withStatement({ ...good, NotAction: 'iam:*' }), syntax],
    ['without resources', 'identity', withStatement({ ...good, Resource: undefined }), 'Policy statement must contain resources.'],
    ['with a principal', 'identity', withStatement({ ...good, Principal: '*' }), 'Policy document should not specify a principal.'],
    ['of a resource without a principal', 'resource', withStatement(good), 'Missing required field Principal'],
    ['of a role with a resource', 'trust', withStatement({ ...trusting, Resource: '*' }), 'Has prohibited field Resource'],
    [
      'of a role about tables',
      'trust',
      withStatement({ ...trusting, Action: 'dynamodb:GetItem' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'with a principal that is none',
      'trust',
      withStatement({ ...trusting, Principal: { AWS: 'bob' } }),
      'Invalid principal in policy: "AWS":"bob"',
    ],
    [
      'with a pattern of principals',
      'trust',
      withStatement({ ...trusting, Principal: { AWS: 'arn:aws:iam::123456789012:user/*' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/*"',
    ],
    ['with an action of no service', 'identity', withStatement({ ...good, Action: 'GetItem' }), vendor],
    [
      'with an action of two colons',
      'identity',
      withStatement({ ...good, Action: 'a:b:c' }),
      'Actions/Condition can contain only one colon.',
    ],
    [
      'with a resource that is none',
      'identity',
      withStatement({ ...good, Resource: 'Pool' }),
      'Resource Pool must be in ARN format or "*".',
    ],
    [
      'with half an ARN',
      'identity',
      withStatement({ ...good, Resource: 'arn:aws:dynamodb:us-east-1' }),
      'The policy failed legacy parsing',
    ],
    [
      'of another partition',
      'identity',
      withStatement({ ...good, Resource: 'arn:a:dynamodb:a:b:c' }),
      'Partition "a" is not valid for resource "arn:a:dynamodb:a:b:c".',
    ],
    [
      'with an unknown operator',
      'identity',
      withStatement({ ...good, Condition: { StringMatches: { 'a:b': 'c' } } }),
      'Invalid Condition type : StringMatches.',
    ],
    [
      'with NullIfExists',
      'identity',
      withStatement({ ...good, Condition: { NullIfExists: { 'a:b': 'true' } } }),
      'Invalid Condition type : NullIfExists.',
    ],
    ['with a key of no service', 'identity', withStatement({ ...good, Condition: { StringEquals: { username: 'c' } } }), vendor],
    ['with an object for a value', 'identity', withStatement({ ...good, Condition: { StringEquals: { 'a:b': {} } } }), syntax],
    [
      'with a statement id of other characters',
      'identity',
      withStatement({ ...good, Sid: 'a b' }),
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
    [
      'with a statement id twice',
      'identity',
      {
        Statement: [
          { ...good, Sid: 'a' },
          { ...good, Sid: 'a' },
        ],
      },
      'Statement IDs (SID) in a single policy must be unique.',
    ],
  ]
  for (const [name, kind, document, expected] of documents) {
    test(`${name} is ${expected === 'taken' ? 'taken' : 'refused'}`, () => assert.equal(saidOf(kind, document), expected))
  }
})
