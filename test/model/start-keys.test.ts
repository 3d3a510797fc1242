/**
 * Start keys of any shape, for the table and each of its indexes: one that is a position is answered with what lies behind it in the
 * naive model, any other with a ValidationException. Nothing a client puts there is our fault.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { Service } from '../../src/server/start.ts'
import { call, openTestService, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { definition, tableName } from './item-histories.ts'
import { attributeTypes, compare, cursorNames, type Item, indexes, type KeySet, partitions, tableKeys } from './naive-table.ts'

let service: Service
const items: Item[] = []

before(async () => {
  service = await openTestService('any')
  await succeed(service, 'CreateTable', definition())
  for (const pk of ['p', 'q']) {
    for (const [sk, a, b, c] of [
      ['1', 'm', '2', 'AA=='],
      ['2', 'm', '2', 'AA=='],
      ['3', 'n', '-1', '/w=='],
    ] as const) {
      const item = { pk: { S: pk }, sk: { S: sk }, a: { S: a }, b: { N: b }, c: { B: c } }
      items.push(item)
      await succeed(service, 'PutItem', { TableName: tableName, Item: item })
    }
  }
})

after(() => service.close())

const wild: fc.Arbitrary<object> = fc.constantFrom(
  { S: '' },
  { S: 'm' },
  { S: '2' },
  { S: 'x'.repeat(3000) },
  { N: '2' },
  { N: '' },
  { N: '1e200' },
  { B: '' },
  { B: 'AA==' },
  { NULL: true },
  { SS: ['a'] },
  { L: [] },
  { M: {} },
  {},
)
const right: { readonly [name: string]: fc.Arbitrary<Item[string]> } = {
  pk: fc.constantFrom({ S: 'p' }, { S: 'q' }, { S: 'r' }),
  sk: fc.constantFrom({ S: '1' }, { S: '2' }, { S: '20' }),
  a: fc.constantFrom({ S: 'm' }, { S: 'n' }, { S: 'z' }),
  b: fc.constantFrom({ N: '2' }, { N: '-1' }, { N: '0.5' }),
  c: fc.constantFrom({ B: 'AA==' }, { B: '/w==' }, { B: 'AAAA' }),
}
const names = ['pk', 'sk', 'a', 'b', 'c', 'v', '__proto__', 'constructor']

/** A cursor of right form, or one with something of it changed. */
function startKeys(keys: KeySet): fc.Arbitrary<Item> {
  const form = fc.record(Object.fromEntries(cursorNames(keys).map((name) => [name, right[name] ?? fc.constant({ S: '' })])))
  const changed = fc
    .tuple(form, fc.constantFrom(...names), fc.option(wild, { nil: undefined }))
    .map(([cursor, name, value]) =>
      Object.fromEntries([
        ...Object.entries(cursor).filter(([kept]) => kept !== name),
        ...(value === undefined ? [] : [[name, value as Item[string]] as const]),
      ]),
    )
  return fc.oneof(form, changed) as fc.Arbitrary<Item>
}

function isCursor(keys: KeySet, start: Item): boolean {
  const wanted = cursorNames(keys)
  return Object.keys(start).length === wanted.length && wanted.every((name) => Object.keys(start[name] ?? {})[0] === attributeTypes[name])
}

/** The entries of the partition behind the position. */
function behind(keys: KeySet, entries: readonly Item[], start: Item): Item[] {
  const order = [...keys.range, ...tableKeys.hash, ...tableKeys.range]
  return entries.filter((entry) => {
    const name = order.find((candidate) => compare(entry[candidate], start[candidate]) !== 0)
    return name !== undefined && compare(entry[name], start[name]) > 0
  })
}

for (const keys of [tableKeys, ...indexes]) {
  test(`${keys.index ?? 'the table'}: any start key is answered by what lies behind it, or refused`, async () => {
    const [partition = []] = partitions(keys, items).values()
    const source = { TableName: tableName, ...(keys.index !== undefined && { IndexName: keys.index }) }
    const query = {
      ...source,
      KeyConditionExpression: keys.hash.map((name) => `${name} = :${name}`).join(' AND '),
      ExpressionAttributeValues: Object.fromEntries(keys.hash.map((name) => [`:${name}`, partition[0]?.[name]])),
    }
    const isInside = (start: Item): boolean => keys.hash.every((name) => compare(start[name], partition[0]?.[name]) === 0)
    await fc.assert(
      fc.asyncProperty(startKeys(keys), async (start) => {
        const queried = await call(service, 'Query', { ...query, ExclusiveStartKey: start })
        if (queried.status === 200) {
          assert.ok(isCursor(keys, start) && isInside(start))
          assert.deepEqual(queried.body.Items, behind(keys, partition, start))
        } else {
          assert.equal(queried.exception, 'ValidationException', String(queried.message))
          assert.ok(!isCursor(keys, start) || !isInside(start) || JSON.stringify(start).length > 2000, String(queried.message))
        }
        const scanned = await call(service, 'Scan', { ...source, ExclusiveStartKey: start })
        if (scanned.status === 200) assert.ok(isCursor(keys, start))
        else assert.equal(scanned.exception, 'ValidationException', String(scanned.message))
      }),
      { numRuns: propertyRuns(60), seed: 20261122 },
    )
  })
}
