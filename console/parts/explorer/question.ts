/**
 * What is asked of a table: where to look, for which key, what of it to leave out. It stands in the address of the view, and becomes the input of a Query
 * when a partition key is given, of a Scan otherwise.
 */
import { pageItemsDefault, pageItemsMax } from '../../limits.ts'
import { indexesOf, type KeyElement, type TableDescription } from '../../server/tables.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'

export const sortConditions = ['=', '<', '<=', '>', '>=', 'between', 'begins with'] as const
export const filterConditions = [...sortConditions, '<>', 'contains', 'exists', 'does not exist'] as const

export interface Filter {
  readonly name: string
  readonly condition: (typeof filterConditions)[number]
  readonly type: 'S' | 'N' | 'B' | 'BOOL'
  readonly value: string
  readonly to: string
}

export interface Question {
  /** Empty: the table itself. */
  readonly index: string
  /** Empty: everything is scanned. */
  readonly partition: string
  readonly sortCondition: (typeof sortConditions)[number]
  /** Empty: whatever the sort key. */
  readonly sort: string
  readonly sortTo: string
  readonly filters: readonly Filter[]
  readonly isBackwards: boolean
  readonly isConsistent: boolean
  readonly limit: number
}

export const emptyFilter: Filter = { name: '', condition: '=', type: 'S', value: '', to: '' }

export function questionOf(search: URLSearchParams): Question {
  const text = (name: string): string => search.get(name) ?? ''
  const limit = Number(search.get('limit') ?? pageItemsDefault)
  return {
    index: text('index'),
    partition: text('pk'),
    sortCondition: sortConditions.find((each) => each === search.get('op')) ?? '=',
    sort: text('sk'),
    sortTo: text('to'),
    filters: filtersOf(search.get('filters')),
    isBackwards: search.has('back'),
    isConsistent: search.has('consistent'),
    limit: Number.isInteger(limit) && limit >= 1 && limit <= pageItemsMax ? limit : pageItemsDefault,
  }
}

/** An address may have been cut or made up. */
function filtersOf(text: string | null): readonly Filter[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(parsed) ? parsed.map((each) => ({ ...emptyFilter, ...(each as Partial<Filter>) })) : []
  } catch {
    return []
  }
}

/** What differs from an empty question, and `run` so that it is asked when the address is opened. */
export function searchOf(question: Question): Readonly<Record<string, string>> {
  const members: readonly (readonly [string, string])[] = [
    ['index', question.index],
    ['pk', question.partition],
    ['op', question.sortCondition === '=' ? '' : question.sortCondition],
    ['sk', question.sort],
    ['to', question.sortTo],
    ['filters', question.filters.length === 0 ? '' : JSON.stringify(question.filters)],
    ['back', question.isBackwards ? '1' : ''],
    ['consistent', question.isConsistent ? '1' : ''],
    ['limit', question.limit === pageItemsDefault ? '' : String(question.limit)],
    ['run', '1'],
  ]
  return Object.fromEntries(members.filter(([, value]) => value !== ''))
}

export interface KeyAttributes {
  readonly partition: string
  readonly sort: string | undefined
}

export function keyAttributes(schema: readonly KeyElement[]): KeyAttributes {
  const named = (type: KeyElement['KeyType']): string | undefined => schema.find(({ KeyType }) => KeyType === type)?.AttributeName
  return { partition: named('HASH') ?? '', sort: named('RANGE') }
}

/** Of the table, or of the index that is asked. */
export function keyOf(table: TableDescription, index: string): KeyAttributes {
  return keyAttributes(indexesOf(table).find(({ IndexName }) => IndexName === index)?.KeySchema ?? table.KeySchema)
}

export function isQuery({ partition }: Question): boolean {
  return partition !== ''
}

export interface ReadInput {
  readonly TableName: string
  readonly IndexName?: string
  readonly KeyConditionExpression?: string
  readonly FilterExpression?: string
  readonly ExpressionAttributeNames?: { readonly [name: string]: string }
  readonly ExpressionAttributeValues?: Item
  readonly ScanIndexForward?: boolean
  readonly ConsistentRead?: boolean
  readonly Limit: number
  readonly ReturnConsumedCapacity: 'INDEXES'
  readonly ExclusiveStartKey?: Item
}

export function readInput(table: TableDescription, question: Question): ReadInput {
  const names = new Names()
  const key = isQuery(question) ? keyCondition(table, question, names) : undefined
  const filter = question.filters.filter(({ name }) => name !== '').map((each) => filterCondition(each, names))
  return {
    TableName: table.TableName,
    ...(question.index !== '' && { IndexName: question.index }),
    ...(key !== undefined && { KeyConditionExpression: key }),
    ...(filter.length > 0 && { FilterExpression: filter.join(' AND ') }),
    ...names.input(),
    ...(question.isBackwards && key !== undefined && { ScanIndexForward: false }),
    ...(question.isConsistent && { ConsistentRead: true }),
    Limit: question.limit,
    ReturnConsumedCapacity: 'INDEXES',
  }
}

/** Stand-ins for names and values, each name once. */
class Names {
  readonly #names = new Map<string, string>()
  readonly #values: [string, AttributeValue][] = []

  name(attribute: string): string {
    const known = this.#names.get(attribute)
    if (known !== undefined) return known
    const made = /^[A-Za-z][A-Za-z0-9_]*$/.test(attribute) ? `#${attribute}` : `#n${this.#names.size}`
    this.#names.set(attribute, made)
    return made
  }

  value(attribute: string, value: AttributeValue): string {
    const plain = /^[A-Za-z][A-Za-z0-9_]*$/.test(attribute) ? attribute : 'v'
    const taken = this.#values.filter(([name]) => name.replace(/\d+$/, '') === `:${plain.replace(/\d+$/, '')}`).length
    const made = taken === 0 ? `:${plain}` : `:${plain.replace(/\d+$/, '')}${taken}`
    this.#values.push([made, value])
    return made
  }

  input(): Pick<ReadInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
    const names = Object.fromEntries([...this.#names].map(([attribute, made]) => [made, attribute]))
    return {
      ...(this.#names.size > 0 && { ExpressionAttributeNames: names }),
      ...(this.#values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(this.#values) }),
    }
  }
}

function keyCondition(table: TableDescription, question: Question, names: Names): string {
  const { partition, sort } = keyOf(table, question.index)
  const first = `${names.name(partition)} = ${names.value(partition, typed(table, partition, question.partition))}`
  if (sort === undefined || question.sort === '') return first
  const value = (text: string): AttributeValue => typed(table, sort, text)
  const { sortCondition: condition } = question
  return `${first} AND ${comparison({ name: sort, condition, value: value(question.sort), to: value(question.sortTo) }, names)}`
}

/** Key attributes have the types of the table. */
function typed({ AttributeDefinitions }: TableDescription, name: string, text: string): AttributeValue {
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? 'S'
  return { [type]: text } as AttributeValue
}

function filterCondition({ name, condition, type, value, to }: Filter, names: Names): string {
  const of = (text: string): AttributeValue => (type === 'BOOL' ? { BOOL: text === 'true' } : ({ [type]: text } as AttributeValue))
  return comparison({ name, condition, value: of(value), to: of(to) }, names)
}

interface Comparison {
  readonly name: string
  readonly condition: Filter['condition']
  readonly value: AttributeValue
  readonly to: AttributeValue
}

function comparison({ name, condition, value, to }: Comparison, names: Names): string {
  const attribute = names.name(name)
  switch (condition) {
    case 'exists':
      return `attribute_exists(${attribute})`
    case 'does not exist':
      return `attribute_not_exists(${attribute})`
    case 'begins with':
      return `begins_with(${attribute}, ${names.value(name, value)})`
    case 'contains':
      return `contains(${attribute}, ${names.value(name, value)})`
    case 'between':
      return `${attribute} BETWEEN ${names.value(name, value)} AND ${names.value(name, to)}`
    default:
      return `${attribute} ${condition} ${names.value(name, value)}`
  }
}
