import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTexts } from '../../test/harness/infrastructure-texts.ts'
import { tableVariables } from './table-variables.ts'

const table = (name = ''): string =>
  `{ Type: 'AWS::DynamoDB::Table', Properties: { ${name}BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }] } }`

test('Tables are called by the variables of functions that name them, and others by what the file calls them', async () => {
  const text = `Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Environment: { Variables: { USERS: !Ref Users, LOG: info } } } }
Resources:
  Orders: ${table('TableName: orders-dev, ')}
  Users: ${table()}
  auditTable: ${table()}
  2fa: ${table()}
  Get:
    Type: AWS::Serverless::Function
    Properties: { Environment: { Variables: { ORDERS_NAME: !Ref Orders, ORDERS_ARN: !GetAtt Orders.Arn, 'not-one': !Ref Orders } } }
  Put:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { TABLE: !Sub '\${Orders}', UNKNOWN: !ImportValue x } } }
`
  assert.deepEqual(tableVariables(await readTexts({ 't.yaml': text })), [
    ['ORDERS_NAME', 'orders-dev'],
    ['TABLE', 'orders-dev'],
    ['USERS', 'Users'],
    ['AUDIT_TABLE', 'auditTable'],
    ['_2FA_TABLE', '2fa'],
  ])
})

test('Of a service of the Serverless Framework the environment of all and of each function counts', async () => {
  const text = `service: shop
provider: { name: aws, environment: { ORDERS: '\${self:custom.orders}' } }
custom: { orders: orders-dev }
functions: { get: { handler: a, environment: { USERS: { Ref: Users } } } }
resources:
  Resources:
    Orders: ${table("TableName: '${self:custom.orders}', ")}
    Users: ${table('TableName: users-dev, ')}
`
  assert.deepEqual(tableVariables(await readTexts({ 'serverless.yml': text })), [
    ['ORDERS', 'orders-dev'],
    ['USERS', 'users-dev'],
  ])
})

test('A variable that has the made name and means something else is not taken from it', async () => {
  const text = `Resources:
  Orders: ${table()}
  Get: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { ORDERS_TABLE: other } } } }
`
  assert.deepEqual(tableVariables(await readTexts({ 't.yaml': text })), [])
})
