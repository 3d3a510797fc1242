import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ExceptionName, exceptions, membersOf } from './errors.ts'
import * as limits from './limits.ts'
import { operations } from './operations.ts'
import type { Shape } from './shapes/shape-table.ts'
import { type RawAttributeValue, type ShapeOf, shapeNamed, shapes } from './shapes.ts'

test('every shape is reached from an operation or an exception, and refers to shapes that exist', () => {
  const reached = new Set<string>()
  const visit = (name: string): void => {
    if (reached.has(name)) return
    reached.add(name)
    for (const reference of referencesOf(shapeNamed(name))) visit(reference.replace('!', ''))
  }
  for (const { name } of Object.values(operations)) {
    visit(`${name}Input`)
    visit(`${name}Output`)
  }
  for (const name of Object.keys(exceptions) as ExceptionName[]) Object.values(membersOf(name)).forEach(visit)
  assert.deepEqual(
    Object.keys(shapes).filter((name) => !reached.has(name)),
    [],
  )
})

test('every pattern is one that JavaScript understands, and every bound a sensible one', () => {
  for (const [name, shape] of Object.entries(shapes as { [name: string]: Shape })) {
    if ('pattern' in shape && shape.pattern !== undefined) assert.doesNotThrow(() => new RegExp(`^(?:${shape.pattern})$`, 'u'), name)
    if ('min' in shape && 'max' in shape) assert.ok((shape.min ?? 0) <= (shape.max ?? Number.POSITIVE_INFINITY), name)
    if ('values' in shape) assert.equal(new Set(shape.values).size, shape.values?.length, name)
  }
})

test('types are inferred: required members, optional members, enums, lists, maps and values inside values', () => {
  const value: RawAttributeValue = { M: { list: { L: [{ S: 'a' }, { BS: ['AA=='] }] } } }
  const input: ShapeOf<'PutItemInput'> = { TableName: 'games', Item: { pk: value }, ReturnValues: 'ALL_OLD' }
  assert.equal(input.Item.pk?.M?.list?.L?.[0]?.S, 'a')
  // @ts-expect-error Item is required.
  const lacking: ShapeOf<'PutItemInput'> = { TableName: 'games' }
  // @ts-expect-error No such value.
  const wrong: ShapeOf<'PutItemInput'> = { TableName: 'games', Item: {}, ReturnValues: 'SOME' }
  assert.ok(lacking !== wrong)
})

function referencesOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'structure':
      return Object.values(shape.members)
    case 'list':
      return [shape.of]
    case 'map':
      return [shape.from, shape.to]
    default:
      return []
  }
}

test('the bounds of shapes are the limits that the code goes by', () => {
  const bounds: readonly (readonly [keyof typeof shapes, number])[] = [
    ['KeyList', limits.batchGetKeysMax],
    ['WriteRequests', limits.batchWriteRequestsMax],
    ['TransactGetItemList', limits.transactionActionsMax],
    ['TransactWriteItemList', limits.transactionActionsMax],
    ['ClientRequestToken', limits.clientRequestTokenLengthMax],
    ['ScanTotalSegments', limits.scanSegmentsMax],
    ['KeySchemaAttributeName', limits.keyAttributeNameBytesMax],
    ['NonKeyAttributeNameList', limits.nonKeyAttributesPerIndexMax],
    ['PartiQLStatement', limits.statementLengthMax],
    ['PartiQLBatchRequest', limits.statementBatchMax],
    ['ParameterizedStatements', limits.statementTransactionMax],
    ['TableName', limits.tableNameLengthMax],
    ['ListTablesInputLimit', limits.listTablesPageMax],
    ['StreamsPageLimit', limits.streamsPageMax],
    ['RecordsLimit', limits.streamPageRecordsMax],
    ['RecoveryPeriodInDays', limits.recoveryPeriodDaysMax],
  ]
  for (const [name, limit] of bounds) assert.equal('max' in shapes[name] && shapes[name].max, limit, name)
  assert.equal(shapes.TableName.min, limits.tableNameLengthMin)
})
