/** The operations of the model as DynamoDB's requests, and its answers as the model's: the only place that knows the wire. */
import assert from 'node:assert/strict'
import { type Action, type Answer, type Condition, type Item, itemOf, type Operation, type Reason, type Update } from './model.ts'

export type Attributes = { readonly [name: string]: { readonly [type: string]: unknown } }

export interface Request {
  readonly operation: string
  readonly input: object
}

export interface TableOptions {
  readonly hasIndexes?: boolean
  readonly hasStream?: boolean
}

const indexNames = { color: 'by-color', grade: 'by-grade' } as const

export function createTable(TableName: string, { hasIndexes = false, hasStream = false }: TableOptions): Request {
  const keys = (hash: string, range: string): object[] => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
  const projection = { Projection: { ProjectionType: 'ALL' } }
  const types = { pk: 'S', sk: 'S', ...(hasIndexes && { color: 'S', grade: 'N' }) }
  return {
    operation: 'CreateTable',
    input: {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      KeySchema: keys('pk', 'sk'),
      ...(hasIndexes && {
        GlobalSecondaryIndexes: [{ IndexName: indexNames.color, KeySchema: keys('color', 'pk'), ...projection }],
        LocalSecondaryIndexes: [{ IndexName: indexNames.grade, KeySchema: keys('pk', 'grade'), ...projection }],
      }),
      ...(hasStream && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
    },
  }
}

export function requestOf(TableName: string, operation: Operation): Request {
  switch (operation.kind) {
    case 'get':
      return { operation: 'GetItem', input: { TableName, Key: keyOf(operation.key), ConsistentRead: true } }
    case 'query':
      return { operation: 'Query', input: { TableName, ...queryInput(operation) } }
    case 'transactGet':
      return {
        operation: 'TransactGetItems',
        input: { TransactItems: operation.keys.map((key) => ({ Get: { TableName, Key: keyOf(key) } })) },
      }
    case 'transactWrite':
    case 'repeat': {
      const { actions, token } = operation
      const TransactItems = actions.map((action) => ({ [actionNames[action.kind]]: { TableName, ...inputOf(action) } }))
      return { operation: 'TransactWriteItems', input: { TransactItems, ...(token !== undefined && { ClientRequestToken: token }) } }
    }
    default: {
      const { returns } = operation
      return { operation: `${actionNames[operation.kind]}Item`, input: { TableName, ...inputOf(operation), ReturnValues: returns } }
    }
  }
}

const actionNames = { put: 'Put', update: 'Update', delete: 'Delete', check: 'ConditionCheck' } as const

function queryInput({ index, key, value }: Extract<Operation, { kind: 'query' }>): object {
  const { pk } = keyOf(key)
  return {
    IndexName: indexNames[index],
    KeyConditionExpression: `pk = :pk AND ${index} = :value`,
    ExpressionAttributeValues: { ':pk': pk, ':value': wireValue(value) },
    // Global indexes have no consistent reads to ask for; without a lag they are it all the same.
    ...(index === 'grade' && { ConsistentRead: true }),
  }
}

function inputOf(action: Action): object {
  const names = new Map<string, string>()
  const values = new Map<string, object>()
  const name = (attribute: string): string => {
    names.set(`#${attribute}`, attribute)
    return `#${attribute}`
  }
  const value = (of: string | number): string => {
    const placeholder = `:v${values.size}`
    values.set(placeholder, wireValue(of))
    return placeholder
  }
  const condition = action.condition && conditionText(action.condition, name, value)
  return {
    ...(action.kind === 'put' ? { Item: { ...keyOf(action.key), ...attributesOf(action.item) } } : { Key: keyOf(action.key) }),
    ...(action.kind === 'update' && { UpdateExpression: updateText(action, name, value) }),
    ...(condition !== undefined && { ConditionExpression: condition }),
    ...(action.showsRefused === true && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ...(names.size > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
    ...(values.size > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
  }
}

type Place<Value> = (of: Value) => string

function updateText({ add, set }: Update, name: Place<string>, value: Place<string | number>): string {
  const sets = Object.entries(set).map(([attribute, to]) => `${name(attribute)} = ${value(to)}`)
  const adds = Object.entries(add).map(([attribute, amount]) => `${name(attribute)} ${value(amount)}`)
  return [sets.length > 0 && `SET ${sets.join(', ')}`, adds.length > 0 && `ADD ${adds.join(', ')}`].filter(Boolean).join(' ')
}

function conditionText(condition: Condition, name: Place<string>, value: Place<string | number>): string {
  switch (condition.kind) {
    case 'absent':
      return 'attribute_not_exists(pk)'
    case 'present':
      return 'attribute_exists(pk)'
    case 'equal':
      return `${name(condition.attribute)} = ${value(condition.value)}`
    case 'atLeast':
      return `${name(condition.attribute)} >= ${value(condition.value)}`
  }
}

function keyOf(key: string): { readonly pk: object; readonly sk: object } {
  const [pk = '', sk = ''] = key.split('/')
  return { pk: { S: pk }, sk: { S: sk } }
}

function wireValue(value: string | number): object {
  return typeof value === 'number' ? { N: String(value) } : { S: value }
}

function attributesOf(item: Item): object {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, wireValue(value)]))
}

/** The key of an item as it comes over the wire. */
export function keyIn({ pk, sk }: Attributes): string {
  return `${pk?.['S']}/${sk?.['S']}`
}

/** The item without its key; null for none. */
export function itemIn(attributes: Attributes | undefined): Item | null {
  if (attributes === undefined) return null
  const others = Object.entries(attributes).filter(([name]) => name !== 'pk' && name !== 'sk')
  return itemOf(others.map(([name, { S, N }]) => [name, N === undefined ? String(S) : Number(N)]))
}

interface Body {
  readonly __type?: string
  readonly Item?: Attributes
  readonly Attributes?: Attributes
  readonly Items?: readonly Attributes[]
  readonly Responses?: readonly { readonly Item?: Attributes }[]
  readonly CancellationReasons?: readonly { readonly Code: string; readonly Item?: Attributes }[]
}

/** Undefined when the server says that it does not know either. Anything that such a request may not be answered with fails. */
export function answerOf(operation: Operation, status: number, text: string): Answer | undefined {
  if (status >= 500) return undefined
  const body: Body = JSON.parse(text)
  if (status === 200) return success(operation, body)
  const exception = body.__type?.split('#')[1]
  if (exception === 'ConditionalCheckFailedException') return { kind: 'refused', item: itemIn(body.Item) }
  if (exception === 'TransactionConflictException' || exception === 'TransactionInProgressException') return { kind: 'conflict' }
  const reasons: readonly Reason[] | undefined = body.CancellationReasons?.map(({ Code, Item }) => ({ code: Code, item: itemIn(Item) }))
  assert.ok(reasons !== undefined, `${JSON.stringify(operation)} was answered with ${status} ${text}`)
  return reasons.some(({ code }) => code === 'TransactionConflict') ? { kind: 'conflict' } : { kind: 'cancelled', reasons }
}

function success(operation: Operation, body: Body): Answer {
  switch (operation.kind) {
    case 'get':
      return { kind: 'items', items: [itemIn(body.Item)] }
    case 'query': {
      const found = (body.Items ?? []).filter((item) => keyIn(item) === operation.key)
      return { kind: 'items', items: found.length === 0 ? [null] : found.map(itemIn) }
    }
    case 'transactGet':
      return { kind: 'items', items: (body.Responses ?? []).map(({ Item }) => itemIn(Item)) }
    default:
      return { kind: 'done', attributes: itemIn(body.Attributes) }
  }
}
