/**
 * However a SELECT is planned, it finds what its WHERE says: for random tables, data and conditions the same items as weighing every
 * item one by one, each once, page by page as well; the items of one partition together and in the order of the sort key.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { TestStator } from '../harness/test-stator.ts'
import { propertyRuns } from '../harness/test-storage.ts'

type KeyType = 'S' | 'N' | 'B'
type Value = { readonly [type in KeyType]?: string }
type Item = { readonly [name: string]: Value }

interface Schema {
  readonly hash: KeyType
  readonly range: KeyType | undefined
}

type Condition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[] }
  | { readonly kind: 'not'; readonly term: Condition }
  /** Compared with a boolean. */
  | { readonly kind: 'truth'; readonly term: Condition; readonly expected: boolean }
  | { readonly kind: 'comparison'; readonly operator: string; readonly name: string; readonly value: Value; readonly mirrored: boolean }
  | { readonly kind: 'between'; readonly name: string; readonly bounds: readonly [Value, Value] }
  | { readonly kind: 'in'; readonly name: string; readonly values: readonly Value[] }
  | { readonly kind: 'begins_with'; readonly name: string; readonly prefix: Value }
  | { readonly kind: 'missing'; readonly name: string }

/** In the order in which keys have them. */
const domain: { readonly [type in KeyType]: readonly string[] } = {
  S: ['a', 'ab', 'b', 'c'],
  N: ['-3', '0', '2', '10'],
  B: ['AA==', 'AAE=', 'AQ==', '/w=='],
}

// ---- drawing

const types = fc.constantFrom<KeyType>('S', 'N', 'B')
const schemas: fc.Arbitrary<Schema> = fc.record({ hash: types, range: fc.option(types, { nil: undefined }) })
const keyValue = (type: KeyType): fc.Arbitrary<Value> => fc.constantFrom(...domain[type]).map((text) => ({ [type]: text }))
const anyValue = types.chain(keyValue)

function itemsOf({ hash, range }: Schema): fc.Arbitrary<readonly Item[]> {
  const item = fc.record(
    { pk: keyValue(hash), ...(range !== undefined && { sk: keyValue(range) }), x: anyValue, y: anyValue },
    { requiredKeys: range === undefined ? ['pk'] : ['pk', 'sk'] },
  )
  return fc.uniqueArray(item, { maxLength: 14, selector: ({ pk, sk }) => JSON.stringify([pk, sk]) })
}

function conditionOf({ hash, range }: Schema): fc.Arbitrary<Condition> {
  const named = (name: string, type?: KeyType): fc.Arbitrary<Condition> => {
    const values = type === undefined ? anyValue : keyValue(type)
    return fc.oneof(
      { weight: 2, arbitrary: comparisonOf(name, values, fc.constant('=')) },
      { weight: 2, arbitrary: comparisonOf(name, values, fc.constantFrom('<>', '<', '<=', '>', '>=')) },
      fc.record({ kind: fc.constant('between' as const), name: fc.constant(name), bounds: fc.tuple(values, values) }),
      fc.record({
        kind: fc.constant('in' as const),
        name: fc.constant(name),
        values: fc.uniqueArray(values, { minLength: 1, maxLength: 3, selector: (value) => JSON.stringify(value) }),
      }),
      fc.record({ kind: fc.constant('missing' as const), name: fc.constant(name) }),
      ...(type === 'N' ? [] : [beginsWith(name, type)]),
    )
  }
  const leaf = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(comparisonOf('pk', keyValue(hash), fc.constant('=')), named('pk', hash)) },
    ...(range === undefined ? [] : [{ weight: 3, arbitrary: named('sk', range) }]),
    { weight: 2, arbitrary: fc.oneof(named('x'), named('y')) },
  )
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constantFrom('and', 'and', 'or'), terms: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }) }),
      tie('condition').map((term): Condition => ({ kind: 'not', term })),
      fc.record({ kind: fc.constant('truth' as const), term: tie('condition'), expected: fc.boolean() }),
    ),
  }))
  const equalHash = comparisonOf('pk', keyValue(hash), fc.constant('='))
  const both = (other: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
    fc.tuple(equalHash, other).map((terms): Condition => ({ kind: 'and', terms }))
  const either = (one: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> =>
    fc.tuple(one, one).map((terms): Condition => ({ kind: 'or', terms }))
  const ranges = range === undefined ? equalHash : named('sk', range)
  return fc.oneof(condition, both(condition), either(both(condition)), both(ranges), both(either(ranges)))
}

function comparisonOf(name: string, value: fc.Arbitrary<Value>, operator: fc.Arbitrary<string>): fc.Arbitrary<Condition> {
  return fc.record({ kind: fc.constant('comparison' as const), operator, name: fc.constant(name), value, mirrored: fc.boolean() })
}

function beginsWith(name: string, type: 'S' | 'B' | undefined): fc.Arbitrary<Condition> {
  const prefix = type === undefined ? fc.oneof(keyValue('S'), keyValue('B')) : keyValue(type)
  return fc.record({ kind: fc.constant('begins_with' as const), name: fc.constant(name), prefix })
}

// ---- printing

interface Statement {
  readonly Statement: string
  readonly Parameters?: readonly Value[]
}

const mirrors: { readonly [operator: string]: string } = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function statementOf(tableName: string, condition: Condition, orderBy: string): Statement {
  const parameters: Value[] = []
  const printed = (value: Value): string => {
    if (value.S !== undefined) return `'${value.S}'`
    if (value.N !== undefined) return value.N
    parameters.push(value)
    return '?'
  }
  const where = print(condition, printed)
  return { Statement: `SELECT * FROM ${tableName} WHERE ${where}${orderBy}`, ...(parameters.length > 0 && { Parameters: parameters }) }
}

function print(condition: Condition, printed: (value: Value) => string): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.map((term) => `(${print(term, printed)})`).join(` ${condition.kind.toUpperCase()} `)
    case 'not':
      return `NOT (${print(condition.term, printed)})`
    case 'truth':
      return `(${print(condition.term, printed)}) = ${condition.expected}`
    case 'comparison': {
      const { name, operator, value, mirrored } = condition
      return mirrored ? `${printed(value)} ${mirrors[operator]} ${name}` : `${name} ${operator} ${printed(value)}`
    }
    case 'between':
      return `${condition.name} BETWEEN ${printed(condition.bounds[0])} AND ${printed(condition.bounds[1])}`
    case 'in':
      return `${condition.name} IN [${condition.values.map(printed).join(', ')}]`
    case 'begins_with':
      return `begins_with(${condition.name}, ${printed(condition.prefix)})`
    case 'missing':
      return `${condition.name} IS MISSING`
  }
}

// ---- weighing one by one

function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.terms.every((term) => holds(term, item))
    case 'or':
      return condition.terms.some((term) => holds(term, item))
    case 'not':
      return !holds(condition.term, item)
    case 'truth':
      return holds(condition.term, item) === condition.expected
    case 'missing':
      return item[condition.name] === undefined
    default: {
      const value = item[condition.name]
      return value !== undefined && holdsOf(condition, value)
    }
  }
}

function holdsOf(condition: Extract<Condition, { readonly name: string }>, value: Value): boolean {
  switch (condition.kind) {
    case 'comparison':
      return compares(condition.operator, value, condition.value)
    case 'between':
      return compares('>=', value, condition.bounds[0]) && compares('<=', value, condition.bounds[1])
    case 'in':
      return condition.values.some((each) => compares('=', value, each))
    case 'begins_with':
      return Object.keys(value)[0] === Object.keys(condition.prefix)[0] && bytesOf(value).startsWith(bytesOf(condition.prefix))
    case 'missing':
      return false
  }
}

function compares(operator: string, a: Value, b: Value): boolean {
  const isEqual = JSON.stringify(a) === JSON.stringify(b)
  if (operator === '=') return isEqual
  if (operator === '<>') return !isEqual
  const difference = places(a, b)
  if (difference === undefined) return false
  if (operator === '<') return difference < 0
  if (operator === '<=') return difference <= 0
  return operator === '>' ? difference > 0 : difference >= 0
}

/** How far apart the values are in their domain; undefined if they are not of one type. */
function places(a: Value, b: Value): number | undefined {
  for (const type of ['S', 'N', 'B'] as const) {
    const [one, other] = [a[type], b[type]]
    if (one !== undefined && other !== undefined) return domain[type].indexOf(one) - domain[type].indexOf(other)
  }
  return undefined
}

function bytesOf({ S: text, B: base64 }: Value): string {
  return text ?? Buffer.from(base64 ?? '', 'base64').toString('latin1')
}

// ---- what is held

const sorted = (items: readonly Item[]): readonly string[] => items.map((item) => JSON.stringify(Object.entries(item).sort())).sort()

/** Whether each partition stands together and is in order; and the partitions, if they are to be. */
function isInOrder(items: readonly Item[], { hash, range }: { readonly hash: number; readonly range: number }): boolean {
  const seen = new Set<string>()
  return items.every((item, at) => {
    const before = items[at - 1]
    const { pk, sk } = item
    const partition = JSON.stringify(pk)
    if (before !== undefined && JSON.stringify(before.pk) === partition) {
      return sk === undefined || ((before.sk && places(before.sk, sk)) ?? 0) * range < 0
    }
    if (seen.has(partition)) return false
    seen.add(partition)
    return before?.pk === undefined || pk === undefined || hash === 0 || (places(before.pk, pk) ?? 0) * hash < 0
  })
}

const orders = [
  { orderBy: '', hash: 0, range: 1 },
  { orderBy: ' ORDER BY pk', hash: 1, range: 1 },
  { orderBy: ' ORDER BY pk DESC', hash: -1, range: 1 },
  { orderBy: ' ORDER BY sk DESC', hash: 0, range: -1 },
  { orderBy: ' ORDER BY sk, pk DESC', hash: -1, range: 1 },
] as const

const refusals: readonly string[] = [
  'Overlapping conditions with range keys are not supported in where clause',
  'Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.',
  'Variable reference sk in ORDER BY clause must be part of the primary key',
]

describe('plans of PartiQL', () => {
  let stator: TestStator
  let tables = 0
  let refused = 0
  let answered = 0

  before(async () => {
    stator = await TestStator.open()
  })
  after(() => stator.close())

  test('find what weighing every item finds, in order', async () => {
    const cases = schemas.chain((schema) =>
      fc.record({
        schema: fc.constant(schema),
        items: itemsOf(schema),
        asked: fc.array(
          fc.record({ condition: conditionOf(schema), order: fc.constantFrom(...orders), limit: fc.integer({ min: 1, max: 6 }) }),
          { minLength: 8, maxLength: 8 },
        ),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ schema: { hash, range }, items, asked }) => {
        tables += 1
        const tableName = `Plans${tables}`
        await stator.createTable(onDemandTable(tableName, { pk: hash, ...(range !== undefined && { sk: range }) }))
        for (const item of items) await stator.succeed('PutItem', { TableName: tableName, Item: item })
        for (const { condition, order, limit } of asked) {
          await hold(statementOf(tableName, condition, order.orderBy), {
            order,
            limit,
            expected: items.filter((item) => holds(condition, item)),
          })
        }
      }),
      { numRuns: propertyRuns(100) },
    )
    assert.ok(answered * 2 > refused, `${answered} were answered, ${refused} refused`)
  })

  interface Held {
    readonly order: { readonly hash: number; readonly range: number }
    readonly limit: number
    readonly expected: readonly Item[]
  }

  async function hold(statement: Statement, { order, limit, expected }: Held): Promise<void> {
    const said = JSON.stringify(statement)
    const { status, message, body } = await stator.call('ExecuteStatement', statement)
    if (status !== 200) {
      refused += 1
      assert.ok(refusals.includes(message ?? ''), `${said}: ${message}`)
      // No value is twice in an IN here: it takes two branches for reads to meet.
      if (message === refusals[0]) assert.match(statement.Statement, / OR /)
      return
    }
    answered += 1
    const found = body.Items as readonly Item[]
    assert.deepEqual(sorted(found), sorted(expected), said)
    assert.ok(isInOrder(found, order), `${said}: ${JSON.stringify(found)}`)
    assert.deepEqual(await pages(statement, limit), found, `${said} by ${limit}`)
  }

  async function pages(statement: Statement, limit: number): Promise<readonly unknown[]> {
    const found: unknown[] = []
    let token: unknown
    do {
      const input: object = { ...statement, Limit: limit, ...(token !== undefined && { NextToken: token }) }
      const page = await stator.succeed('ExecuteStatement', input)
      found.push(...(page.Items as unknown[]))
      token = page.NextToken
    } while (token !== undefined)
    return found
  }
})
