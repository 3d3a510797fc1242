/**
 * The items of a call, out of its input and its answer. Items of answers are texts: they are parsed when a rule first asks for them, and
 * only while that is cheap. What is left out for that is missing, and rules may not conclude anything from that.
 */
import { operations } from '../api/operations.ts'
import { tableNameOf } from '../api/table-name.ts'
import { digest64 } from '../base/digest.ts'
import { JsonText } from '../base/json-text.ts'
import { getOwn, setOwn } from '../base/own.ts'
import { itemKey } from '../engine/items/item-key.ts'
import { attributesLookedAt } from '../engine/schema/looked-at.ts'
import { attributesOfKey, type KeyAttribute, type Table } from '../engine/schema/table.ts'
import { checkAttributes, type RawAttributes } from '../values/check.ts'
import { ScannedItem } from '../values/scanned-item.ts'
import type { HeardCall } from './heard-call.ts'
import { keyTextLettersMax, readTextLettersMax, touchedItemsMax } from './limits.ts'
import type { Touched, TouchedItem } from './touched.ts'
import { updateParts } from './update-parts.ts'
import type { Attributes } from './value-hashes.ts'

type TouchingCall = Pick<HeardCall, 'operation' | 'usage' | 'input' | 'output' | 'error' | 'isAnswerLost'>
type Members = { readonly [name: string]: unknown }

export function touchedBy(call: TouchingCall): Touched {
  let reads: readonly TouchedItem[] | undefined
  let writes: readonly TouchedItem[] | undefined
  return {
    reads: () => {
      reads ??= call.error === undefined && !call.isAnswerLost ? readsOf(call).slice(0, touchedItemsMax) : []
      return reads
    },
    writes: () => {
      writes ??= call.error === undefined ? processed(call, writesOf(call)).slice(0, touchedItemsMax) : []
      return writes
    },
    asked: () => askedOf(call),
    unprocessed: () => unprocessedOf(call),
  }
}

/** What was refused may name things that are no keys of any table. */
function askedOf(call: TouchingCall): readonly TouchedItem[] {
  if (call.error === undefined) return [...writesOf(call), ...namedReads(call)]
  try {
    return [...writesOf(call), ...namedReads(call)]
  } catch {
    return []
  }
}

function readsOf(call: TouchingCall): readonly TouchedItem[] {
  const input = call.input as Members
  const output = call.output as Members
  switch (call.operation) {
    case 'GetItem':
      return [readOf(call, input, output['Item'], input['ConsistentRead'] === true)].flat()
    case 'Query':
    case 'Scan':
      return itemsIn(output['Items']).flatMap((item) =>
        itemOf(call, input['TableName'], item, readFacts(item, input['ConsistentRead'] === true)),
      )
    case 'BatchGetItem':
      return Object.entries(input['RequestItems'] as { [name: string]: Members }).flatMap(([name, asked]) =>
        batchReads(call, { name, asked, output }),
      )
    case 'TransactGetItems':
      return (input['TransactItems'] as readonly { Get: Members }[]).flatMap(({ Get }, at) =>
        readOf(call, Get, (output['Responses'] as readonly Members[])[at]?.['Item'], true),
      )
    default:
      return []
  }
}

function readFacts(attributes: Attributes | undefined, isConsistent: boolean): Facts {
  return { isThere: attributes !== undefined, attributes, isConsistent }
}

function readOf(call: TouchingCall, asked: Members, item: unknown, isConsistent: boolean): readonly TouchedItem[] {
  const { TableName, Key, ProjectionExpression } = asked
  // In a transaction an item that has nothing of what is asked for looks as one that is not there.
  if (item === undefined && ProjectionExpression !== undefined) return []
  const attributes = parsed(item) as Attributes | undefined
  return itemOf(call, TableName, Key, { isThere: item !== undefined, attributes, isConsistent })
}

interface BatchOfTable {
  readonly name: string
  readonly asked: Members
  readonly output: Members
}

function batchReads(call: TouchingCall, { name, asked, output }: BatchOfTable): readonly TouchedItem[] {
  const isConsistent = asked['ConsistentRead'] === true
  const answered = itemsIn(getOwn(output['Responses'] as Members, name))
  const found = answered.flatMap((item) => itemOf(call, name, item, readFacts(item, isConsistent)))
  const unprocessed = getOwn(output['UnprocessedKeys'] as Members, name)
  // Which ones are missing is known only where all others are.
  if (unprocessed !== undefined || found.length < answered.length || answered.length === 0) return found
  const known = new Set(found.map(({ keyHash }) => keyHash))
  const keys = (asked['Keys'] as readonly unknown[]).flatMap((key) => itemOf(call, name, key, readFacts(undefined, isConsistent)))
  return [...found, ...keys.filter(({ keyHash }) => !known.has(keyHash))]
}

function writesOf(call: TouchingCall): readonly TouchedItem[] {
  const input = call.input as Members
  switch (call.operation) {
    case 'PutItem':
      return putOf(call, input, isConditional(input))
    case 'UpdateItem':
      return updateOf(call, input, isConditional(input))
    case 'DeleteItem':
      return deleteOf(call, input, isConditional(input))
    case 'BatchWriteItem':
      return batchMembers(call, input['RequestItems'])
    case 'TransactWriteItems':
      return transactionWrites(call, input)
    default:
      return []
  }
}

function isConditional({ ConditionExpression, Expected }: Members): boolean {
  return ConditionExpression !== undefined || Expected !== undefined
}

function putOf(call: TouchingCall, { TableName, Item }: Members, conditional: boolean): readonly TouchedItem[] {
  const facts = { kind: 'put', isThere: true, isConditional: conditional } as const
  if (!(Item instanceof ScannedItem)) return itemOf(call, TableName, Item, { ...facts, attributes: Item as Attributes })
  if (Item.text.length <= readTextLettersMax) return itemOf(call, TableName, Item.attributes, { ...facts, attributes: Item.attributes })
  const table = tableNamed(call.usage, tableNameOf(String(TableName)))
  return table === undefined ? [] : itemOf(call, TableName, Item.having(attributesLookedAt(table)), { ...facts, attributes: undefined })
}

function updateOf(call: TouchingCall, input: Members, conditional: boolean): readonly TouchedItem[] {
  const { assigned, computed, values, isIncrement } = updateParts(input)
  const facts = { kind: 'update', isThere: true, attributes: values, isConditional: conditional, assigned, computed, isIncrement } as const
  return itemOf(call, input['TableName'], input['Key'], facts)
}

function deleteOf(call: TouchingCall, { TableName, Key }: Members, conditional: boolean): readonly TouchedItem[] {
  return itemOf(call, TableName, Key, { kind: 'delete', isThere: false, attributes: undefined, isConditional: conditional })
}

type BatchRequest = { readonly PutRequest?: Members; readonly DeleteRequest?: Members }

/** Without what came back, and without items that were only checked. */
function processed(call: TouchingCall, writes: readonly TouchedItem[]): readonly TouchedItem[] {
  if (call.operation !== 'BatchWriteItem' && call.operation !== 'TransactWriteItems') return writes
  const left = new Set(unprocessedOf(call).map(({ keyHash }) => keyHash))
  return writes.filter(({ kind, keyHash }) => kind !== undefined && !left.has(keyHash))
}

function unprocessedOf(call: TouchingCall): readonly TouchedItem[] {
  const output = (call.output ?? {}) as Members
  return [...batchMembers(call, output['UnprocessedItems']), ...batchKeys(call, output['UnprocessedKeys'])]
}

function namedReads(call: TouchingCall): readonly TouchedItem[] {
  const input = call.input as Members
  switch (call.operation) {
    case 'GetItem':
      return itemOf(call, input['TableName'], input['Key'], readFacts(undefined, false))
    case 'BatchGetItem':
      return batchKeys(call, input['RequestItems'])
    case 'TransactGetItems':
      return (input['TransactItems'] as readonly { Get: Members }[]).flatMap(({ Get }) =>
        itemOf(call, Get['TableName'], Get['Key'], readFacts(undefined, true)),
      )
    default:
      return []
  }
}

/** Items of the requests of a batch, be they those that were sent or those that came back. */
function batchMembers(call: TouchingCall, requests: unknown): readonly TouchedItem[] {
  return Object.entries((requests ?? {}) as { readonly [name: string]: readonly BatchRequest[] }).flatMap(([TableName, writes]) =>
    writes.flatMap(({ PutRequest, DeleteRequest }) =>
      PutRequest === undefined ? deleteOf(call, { TableName, ...DeleteRequest }, false) : putOf(call, { TableName, ...PutRequest }, false),
    ),
  )
}

/** Of keys that came back, or that are asked for. */
function batchKeys(call: TouchingCall, requests: unknown): readonly TouchedItem[] {
  return Object.entries((requests ?? {}) as { readonly [name: string]: Members }).flatMap(([name, { Keys }]) =>
    (Keys as readonly unknown[]).flatMap((key) => itemOf(call, name, key, readFacts(undefined, false))),
  )
}

type Action = { readonly Put?: Members; readonly Update?: Members; readonly Delete?: Members; readonly ConditionCheck?: Members }

/** A condition on one of its items holds for all that it writes. */
function transactionWrites(call: TouchingCall, input: Members): readonly TouchedItem[] {
  const actions = input['TransactItems'] as readonly Action[]
  const conditional = actions.some(({ Put, Update, Delete, ConditionCheck }) =>
    isConditional(Put ?? Update ?? Delete ?? ConditionCheck ?? {}),
  )
  return actions.flatMap(({ Put, Update, Delete, ConditionCheck }) => {
    if (ConditionCheck !== undefined) return itemOf(call, ConditionCheck['TableName'], ConditionCheck['Key'], readFacts(undefined, true))
    if (Put !== undefined) return putOf(call, Put, conditional)
    if (Update !== undefined) return updateOf(call, Update, conditional)
    return Delete === undefined ? [] : deleteOf(call, Delete, conditional)
  })
}

type Facts = Pick<
  TouchedItem,
  'isThere' | 'attributes' | 'isConsistent' | 'isConditional' | 'kind' | 'assigned' | 'computed' | 'isIncrement'
>

/** None when its key is not among `attributes`, or its table is not of the call. */
function itemOf({ usage }: TouchingCall, name: unknown, attributes: unknown, facts: Facts): readonly TouchedItem[] {
  const table = tableNamed(usage, tableNameOf(String(name)))
  const key = table && keyIn(table, attributes as RawAttributes)
  return table === undefined || key === undefined ? [] : [{ tableId: table.tableId, tableName: table.name, ...key, ...facts }]
}

function tableNamed({ table, otherTables }: HeardCall['usage'], name: string): Table | undefined {
  return table?.name === name ? table : otherTables?.find((other) => other.name === name)
}

type FoundKey = Pick<TouchedItem, 'keyHash' | 'keyText' | 'partitionKeyText' | 'keyNames'>

function keyIn(table: Table, attributes: RawAttributes): FoundKey | undefined {
  const raw: { [name: string]: unknown } = {}
  for (const { name } of attributesOfKey(table.key)) {
    const value = getOwn(attributes as Attributes, name)
    if (value === undefined) return undefined
    setOwn(raw, name, value)
  }
  const key = checkAttributes(raw as RawAttributes, operations.GetItem.wording)
  const bytes = itemKey(table, key)
  const partitionKeyText = textOf(table.key.hash, key)
  const sortKeyText = textOf(table.key.range, key)
  return {
    keyHash: digest64(Buffer.from(bytes).toString('latin1')),
    keyText: sortKeyText === '' ? partitionKeyText : `${partitionKeyText} / ${sortKeyText}`,
    partitionKeyText,
    keyNames: Object.keys(raw),
  }
}

function textOf(schema: readonly KeyAttribute[], key: Attributes): string {
  return schema.map(({ name, type }) => String((key[name] as Attributes)[type]).slice(0, keyTextLettersMax)).join(' / ')
}

/** None when the text is too long to be read for this. */
function itemsIn(list: unknown): readonly Attributes[] {
  return (parsed(list) ?? []) as readonly Attributes[]
}

function parsed(value: unknown): unknown {
  if (!(value instanceof JsonText)) return value
  return value.text.length > readTextLettersMax ? undefined : JSON.parse(value.text)
}
