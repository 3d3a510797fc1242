/** The tables of `src/api` are the model that the types of the installed AWS SDK show: `npm run model` says where they are not. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { newDifferences, readOwnFacts, readSdkFacts } from '../scripts/model/compare-models.ts'

const own = readOwnFacts()
const theirs = readSdkFacts(join(import.meta.dirname, '..', 'node_modules'))

test('src/api has the operations, members, values and exceptions of the AWS SDK, and what it has besides is known', () => {
  assert.deepEqual(newDifferences(own, theirs), [])
})

test('facts say what a member is, whether it is required and which values it has', () => {
  assert.equal(theirs.get('PutItem'), 'operation')
  assert.equal(theirs.get('PutItem input.Item'), 'map, required')
  assert.equal(theirs.get('PutItem input.Item{}.NS[]'), 'string')
  assert.equal(theirs.get('PutItem input.ReturnValues'), 'string')
  assert.equal(theirs.get('PutItem input.ReturnValues = UPDATED_NEW'), 'value')
  assert.equal(theirs.get('StartBulkPutItems input.OutputS3Configuration.OutputType[] = ERROR'), 'value')
  assert.equal(theirs.get('GetRecords output.Records[].eventName = INSERT'), 'value')
  assert.equal(theirs.get('GetShardIterator throws TrimmedDataAccessException'), 'exception')
  assert.equal(theirs.get('exception TransactionCanceledException.CancellationReasons[].Code'), 'string')
})

test('what is new, gone or otherwise is told, once and by its name', () => {
  const path = 'PutItem input.ReturnValues'
  const changed = new Map(theirs)
  changed.delete(`${path} = ALL_NEW`)
  changed.set(`${path} = SOME`, 'value').set(path, 'string, required')
  changed.set('PutItem input.Other', 'structure').set('PutItem input.Other.Inner', 'string')
  changed.set('RenameTable', 'operation').set('RenameTable input.TableName', 'string').set('RenameTable throws OtherException', 'exception')
  changed.delete('exception DuplicateItemException.message')
  assert.deepEqual(newDifferences(own, changed), [
    `different  ${path}: string, required, but here string`,
    `missing    ${path} = SOME: value`,
    'missing    PutItem input.Other: structure',
    'missing    RenameTable: operation',
    `extra      ${path} = ALL_NEW: value`,
    'extra      exception DuplicateItemException.message: string',
  ])
})

test('a known difference that is none any more is told', () => {
  assert.deepEqual(newDifferences(theirs, theirs, [{ text: /^extra {6}PutItem/, why: 'none' }]), [
    'stale      known difference /^extra {6}PutItem/',
  ])
})
