import assert from 'node:assert/strict'
import { test } from 'node:test'
import { indexArn, parseTableArn, streamArn, tableArn, tableNameOf } from './table-name.ts'

const table = { region: 'us-east-1', account: '123456789012', tableName: 'Games.v2' }

test('tableArn and parseTableArn are inverse, in every partition', () => {
  assert.equal(tableArn(table), 'arn:aws:dynamodb:us-east-1:123456789012:table/Games.v2')
  assert.equal(tableArn({ ...table, region: 'cn-north-1' }), 'arn:aws-cn:dynamodb:cn-north-1:123456789012:table/Games.v2')
  for (const region of ['us-east-1', 'cn-north-1', 'us-gov-west-1']) {
    assert.deepEqual(parseTableArn(tableArn({ ...table, region })), { ...table, region })
  }
})

test('index and stream ARNs extend that of the table and are not the ARN of a table', () => {
  assert.equal(indexArn(table, 'byScore'), 'arn:aws:dynamodb:us-east-1:123456789012:table/Games.v2/index/byScore')
  assert.equal(
    streamArn(table, '2026-10-09T08:07:06.543'),
    'arn:aws:dynamodb:us-east-1:123456789012:table/Games.v2/stream/2026-10-09T08:07:06.543',
  )
  assert.equal(parseTableArn(indexArn(table, 'byScore')), undefined)
})

test('tableNameOf takes the name out of an ARN and leaves every other text alone', () => {
  assert.equal(tableNameOf(tableArn(table)), 'Games.v2')
  for (const text of ['Games.v2', '', 'arn:', 'arn:aws:s3:::bucket', 'arn:aws:dynamodb:us-east-1:1:table/x']) {
    assert.equal(tableNameOf(text), text)
  }
})
