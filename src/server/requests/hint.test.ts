import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceError } from '../../api/errors.ts'
import { hintFor } from './hint.ts'

test('A hint goes by the exception, by what its message says, and by the reasons of a throttle', () => {
  const of = (...given: ConstructorParameters<typeof ServiceError>): string => hintFor(new ServiceError(...given)) ?? ''
  assert.match(of('ResourceNotFoundException', 'Requested resource not found'), /^No table of this name/)
  assert.match(of('ResourceNotFoundException', 'The table does not have the specified index: byName'), /^The table has no index/)
  assert.match(of('ValidationException', 'Attribute name is a reserved keyword; reserved keyword: name'), /#name/)
  assert.match(of('ValidationException', 'The provided key element does not match the schema'), /^Key has exactly/)
  assert.match(of('ValidationException', 'Consistent reads are not supported on global secondary indexes'), /^Global indexes/)
  assert.equal(of('ValidationException', 'One or more parameter values were invalid'), '')
  const reasons = (reason: string) => [{ reason, resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/Music' }]
  const throttled = { members: { ThrottlingReasons: reasons('TableWriteKeyRangeThroughputExceeded') } }
  assert.match(of('ProvisionedThroughputExceededException', 'too much', throttled), /^One partition key/)
  const capped = { members: { throttlingReasons: reasons('TableReadMaxOnDemandThroughputExceeded') } }
  assert.match(of('ThrottlingException', 'too much', capped), /^The maximum/)
  assert.equal(of('InternalServerError', 'Internal server error'), '')
})
