import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindPrincipals, boundDocument, shownText } from './bound-principals.ts'
import { parsePolicy } from './parse-policy.ts'

const user = 'arn:aws:iam::123456789012:user/ann'
const role = 'arn:aws:iam::123456789012:role/constructor'
const ids = new Map([
  [user, 'AIDA1'],
  [role, 'AROA1'],
])
const idOf = (arn: string): string | undefined => ids.get(arn)
const policyOf = (Principal: unknown, more: object = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'dynamodb:GetItem', Resource: '*', ...more }] })

test('Users and roles are bound, and nobody else', () => {
  const named = { AWS: [user, role, '123456789012', 'arn:aws:iam::999999999999:user/ann', 'toString'], Federated: user }
  const document = parsePolicy('resource', policyOf(named).replace(',"toString"', ''))
  const bound = bindPrincipals(document, { idOf, arnOf: () => undefined })
  assert.deepEqual(bound, { [user]: 'AIDA1', [role]: 'AROA1' })
  assert.deepEqual(
    boundDocument(document, bound).statements[0]?.principals?.entries.map(({ type, name }) => `${type} ${name}`),
    ['AWS AIDA1', 'AWS AROA1', 'AWS 123456789012', 'AWS arn:aws:iam::999999999999:user/ann', `Federated ${user}`],
  )
  const everybody = parsePolicy('resource', policyOf('*'))
  assert.equal(bindPrincipals(everybody, { idOf, arnOf: () => undefined }), undefined)
  assert.equal(boundDocument(everybody, undefined), everybody)
})

test('A text is shown as it was put until somebody has another name, who then is shown by it wherever he is a principal', () => {
  const Condition = { ArnEquals: { 'aws:PrincipalArn': user } }
  const text = policyOf({ AWS: [user, role] }, { Condition })
  const bound = { [user]: 'AIDA1', [role]: 'AROA1' }
  const arns = new Map([
    ['AIDA1', user],
    ['AROA1', role],
  ])
  const shown = (): string => shownText(text, bound, { arnOf: (id) => arns.get(id) })
  assert.equal(shown(), text)
  arns.set('AIDA1', `${user}a`)
  assert.equal(shown(), policyOf({ AWS: [`${user}a`, role] }, { Condition }))
  arns.delete('AROA1')
  assert.equal(shown(), policyOf({ AWS: [`${user}a`, 'AROA1'] }, { Condition }))
  assert.equal(shownText('no JSON', undefined, { arnOf: () => undefined }), 'no JSON')
})
