/** Random writes to the table of naive-table.ts: how they are drawn, what they do to the model, and how they are asked for. */
import fc from 'fast-check'
import type { Service } from '../../src/server/start.ts'
import { call, type Reply } from '../harness/service.ts'
import { attributeTypes, type Item, indexes, type KeySet, pick, tableKeys } from './naive-table.ts'

export const tableName = 'Model'

/** One write of one item. */
export type Write =
  | { readonly kind: 'put'; readonly item: Item; readonly onlyNew: boolean }
  | { readonly kind: 'update'; readonly key: Item; readonly set: Item; readonly remove: readonly string[] }
  | { readonly kind: 'delete'; readonly key: Item }

/** Writes of different items: one after the other, all at once, or (puts and deletes) in a batch. */
export interface Step {
  readonly how: 'in turn' | 'at once' | 'batch'
  readonly writes: readonly Write[]
}

/** The items by their keys. */
export type Model = Map<string, Item>

/** Few values, so that keys meet, and such that order by value, by text and by bytes differ. */
const key: fc.Arbitrary<Item> = fc.record({
  pk: fc.constantFrom({ S: 'p' }, { S: 'q' }, { S: 'é' }),
  sk: fc.constantFrom({ S: '1' }, { S: '10' }, { S: '2' }, { S: 'A' }),
})
const attributes: { readonly [name: string]: fc.Arbitrary<Item[string]> } = {
  a: fc.constantFrom({ S: 'm' }, { S: 'mm' }, { S: 'é' }, { S: '\u{10000}' }),
  b: fc.constantFrom({ N: '-10' }, { N: '-1.5' }, { N: '0' }, { N: '2' }, { N: '10' }),
  c: fc.constantFrom({ B: 'AA==' }, { B: 'AAA=' }, { B: 'fw==' }, { B: '/w==' }),
  v: fc.constantFrom({ S: '' }, { S: 'v' }, { N: '5' }, { S: 'v'.repeat(1100) }),
  w: fc.constantFrom({ S: 'w' }, { S: 'w'.repeat(2100) }),
}
const names = Object.keys(attributes)
const optional: fc.Arbitrary<Item> = fc.tuple(fc.record(attributes), fc.subarray(names)).map(([item, kept]) => pick(item, kept))

const put: fc.Arbitrary<Write> = fc
  .tuple(key, optional, fc.boolean())
  .map(([itemKey, rest, onlyNew]) => ({ kind: 'put', item: { ...itemKey, ...rest }, onlyNew }))
const remove: fc.Arbitrary<Write> = key.map((itemKey) => ({ kind: 'delete', key: itemKey }))
const update: fc.Arbitrary<Write> = fc.tuple(key, optional, fc.subarray(names)).map(([itemKey, set, removed]) => ({
  kind: 'update',
  key: itemKey,
  set,
  remove: removed.filter((name) => set[name] === undefined),
}))

const batchable = fc.oneof(put, remove).map((write): Write => (write.kind === 'put' ? { ...write, onlyNew: false } : write))
const options = { minLength: 1, maxLength: 5, selector: (write: Write): string => keyText(keyOf(write)) }
export const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ how: fc.constant('in turn' as const), writes: fc.uniqueArray(fc.oneof(put, update, update, remove), options) }),
  fc.record({ how: fc.constant('at once' as const), writes: fc.uniqueArray(fc.oneof(put, update, update, remove), options) }),
  fc.record({ how: fc.constant('batch' as const), writes: fc.uniqueArray(batchable, options) }),
)

export function keyOf(write: Write): Item {
  return write.kind === 'put' ? pick(write.item, ['pk', 'sk']) : write.key
}

export function keyText(item: Item): string {
  return JSON.stringify([item.pk, item.sk])
}

/** What becomes of an item; `refused` when the condition does not hold. */
export function outcomeOf(write: Write, oldItem: Item | undefined): Item | undefined | 'refused' {
  switch (write.kind) {
    case 'put':
      return write.onlyNew && oldItem !== undefined ? 'refused' : write.item
    case 'delete':
      return undefined
    default: {
      // What only removes makes no item.
      if (oldItem === undefined && Object.keys(write.set).length === 0 && write.remove.length > 0) return undefined
      const kept = Object.entries({ ...(oldItem ?? write.key), ...write.set }).filter(([name]) => !write.remove.includes(name))
      return Object.fromEntries(kept)
    }
  }
}

/** The model after the write, or as it is when it was refused. */
export function apply(model: Model, write: Write): void {
  const key = keyText(keyOf(write))
  const outcome = outcomeOf(write, model.get(key))
  if (outcome === undefined) model.delete(key)
  else if (outcome !== 'refused') model.set(key, outcome)
}

/** Operation and input of a write on its own. */
export function requestOf(write: Write): readonly [string, object] {
  const table = { TableName: tableName, ReturnConsumedCapacity: 'INDEXES' }
  switch (write.kind) {
    case 'put':
      return ['PutItem', { ...table, Item: write.item, ...(write.onlyNew && { ConditionExpression: 'attribute_not_exists(pk)' }) }]
    case 'delete':
      return ['DeleteItem', { ...table, Key: write.key }]
    default: {
      const set = Object.keys(write.set).map((name) => `${name} = :${name}`)
      const clauses = [...(set.length > 0 ? [`SET ${set}`] : []), ...(write.remove.length > 0 ? [`REMOVE ${write.remove}`] : [])]
      if (clauses.length === 0) return ['UpdateItem', { ...table, Key: write.key }]
      const values = Object.fromEntries(Object.entries(write.set).map(([name, value]) => [`:${name}`, value]))
      const expression = { UpdateExpression: clauses.join(' '), ...(set.length > 0 && { ExpressionAttributeValues: values }) }
      return ['UpdateItem', { ...table, Key: write.key, ...expression }]
    }
  }
}

/** The input of BatchWriteItem. */
export function batchOf(writes: readonly Write[]): object {
  const requests = writes.map((write) =>
    write.kind === 'put' ? { PutRequest: { Item: write.item } } : { DeleteRequest: { Key: keyOf(write) } },
  )
  return { RequestItems: { [tableName]: requests }, ReturnConsumedCapacity: 'INDEXES' }
}

/** The writes of a step with the answer each got. */
export async function answersTo(service: Service, { how, writes }: Step): Promise<(readonly [Write, Reply])[]> {
  if (how === 'batch') {
    const reply = await call(service, 'BatchWriteItem', batchOf(writes))
    return writes.map((write) => [write, reply])
  }
  if (how === 'at once') return Promise.all(writes.map(async (write) => [write, await call(service, ...requestOf(write))] as const))
  const answers: (readonly [Write, Reply])[] = []
  for (const write of writes) answers.push([write, await call(service, ...requestOf(write))])
  return answers
}

/** A member of TransactItems. */
export function transactItem(write: Step['writes'][number]): object {
  const [operation, { ReturnConsumedCapacity: _, ...input }] = requestOf(write) as [string, { readonly ReturnConsumedCapacity?: unknown }]
  return {
    [operation.replace('Item', '')]: {
      ...input,
      ...(operation === 'UpdateItem' && !('UpdateExpression' in input) && { UpdateExpression: 'REMOVE nothing' }),
    },
  }
}

/** The input of CreateTable for a table with these indexes. */
export function definition(held: readonly KeySet[] = indexes): object {
  const ofKind = (kind: KeySet['kind']): readonly object[] => held.filter((keys) => keys.kind === kind).map(indexDefinition)
  const globals = ofKind('global')
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributeDefinitions,
    KeySchema: schema(tableKeys),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    LocalSecondaryIndexes: ofKind('local'),
  }
}

/** The input of UpdateTable that adds an index. */
export function addition(keys: KeySet): object {
  return {
    TableName: tableName,
    AttributeDefinitions: attributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: indexDefinition(keys) }],
  }
}

const attributeDefinitions = Object.entries(attributeTypes).map(([name, type]) => ({ AttributeName: name, AttributeType: type }))

function indexDefinition(keys: KeySet): object {
  return { IndexName: keys.index, KeySchema: schema(keys), Projection: projection(keys) }
}

function schema({ hash, range }: KeySet): readonly object[] {
  return [
    ...hash.map((name) => ({ AttributeName: name, KeyType: 'HASH' })),
    ...range.map((name) => ({ AttributeName: name, KeyType: 'RANGE' })),
  ]
}

function projection({ includes }: KeySet): object {
  if (includes === undefined) return { ProjectionType: 'ALL' }
  return includes.length === 0 ? { ProjectionType: 'KEYS_ONLY' } : { ProjectionType: 'INCLUDE', NonKeyAttributes: includes }
}
