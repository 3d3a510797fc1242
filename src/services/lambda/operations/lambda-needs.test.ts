/** What operations of Lambda need to be allowed, by the Service Authorization Reference. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestService } from '../../../../test/harness/service.ts'
import { rootOf } from '../../../policies/caller.ts'
import { loadLambdaRecords } from '../records/lambda-records.ts'
import { defaultSettings } from '../records/mapping.ts'
import { lambdaNeeds } from './lambda-needs.ts'

const f = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const uuid = '0f4a8b5e-0000-4000-8000-000000000000'
const mapping = `arn:aws:lambda:us-east-1:123456789012:event-source-mapping:${uuid}`

test('operations need their action on the function or the mapping that they name', async (t) => {
  const service = await openTestService('any')
  t.after(() => service.close())
  const { engine } = service.controlContext
  const records = await loadLambdaRecords(engine.store)
  await records.change(({ put }) =>
    put({
      uuid,
      catalogRegion: '',
      region: 'us-east-1',
      functionName: 'f',
      tableId: 1,
      tableName: 'Orders',
      label: '2026-11-22T10:00:00.000',
      startingPosition: 'LATEST',
      settings: defaultSettings,
      tags: {},
      state: 'Enabled',
      isEnabled: true,
      createdMs: 0,
      modifiedMs: 0,
    }),
  )
  const needs = (operation: string, raw: object): unknown =>
    lambdaNeeds(records, { engine, caller: rootOf('123456789012'), operation, raw }).map(({ action, resource, keys }) => [
      action,
      resource,
      ...(keys ?? []),
    ])
  assert.deepEqual(needs('Invoke', { FunctionName: 'f' }), [['InvokeFunction', f]])
  assert.deepEqual(needs('Invoke', { FunctionName: `${f}:live` }), [['InvokeFunction', `${f}:live`]])
  assert.deepEqual(needs('GetFunction', { FunctionName: '123456789012:function:f' }), [['GetFunction', f]])
  assert.deepEqual(needs('CreateEventSourceMapping', { FunctionName: 'f' }), [['CreateEventSourceMapping', '*', ['lambda:functionarn', f]]])
  assert.deepEqual(needs('DeleteEventSourceMapping', { UUID: uuid }), [['DeleteEventSourceMapping', mapping, ['lambda:functionarn', f]]])
  const other = uuid.replace('0f', '1f')
  assert.deepEqual(needs('GetEventSourceMapping', { UUID: other }), [['GetEventSourceMapping', mapping.replace(uuid, other)]])
  assert.deepEqual(needs('TagResource', { Resource: mapping }), [['TagResource', mapping]])
  assert.deepEqual(needs('ListFunctions', {}), [['ListFunctions', '*']])
})
