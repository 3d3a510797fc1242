/**
 * PartiQL held to the classic operations: the same condition finds the same items, however the statement is planned and paged, and
 * the same change leaves the same item.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { TestStator } from '../harness/test-stator.ts'
import { propertyRuns } from '../harness/test-storage.ts'

type Value = { readonly [type: string]: unknown }
type Item = { readonly [name: string]: Value }

/** One condition in both languages. Values are literals in the statement, and placeholders in the expression. */
interface Condition {
  readonly statement: string
  readonly expression: string
}

const names = ['pk', 'sk', 'g', 'n', 's', 'l', 'ss', 'm.x']
const values: { readonly [literal: string]: { readonly placeholder: string; readonly value: Value } } = {
  "'a'": { placeholder: ':a', value: { S: 'a' } },
  "'b'": { placeholder: ':b', value: { S: 'b' } },
  "'ab'": { placeholder: ':ab', value: { S: 'ab' } },
  '0': { placeholder: ':n0', value: { N: '0' } },
  '1': { placeholder: ':n1', value: { N: '1' } },
  '2': { placeholder: ':n2', value: { N: '2' } },
  true: { placeholder: ':yes', value: { BOOL: true } },
  "['a', 1]": { placeholder: ':list', value: { L: [{ S: 'a' }, { N: '1' }] } },
  "<<'b', 'a'>>": { placeholder: ':set', value: { SS: ['a', 'b'] } },
}
const aliases = { '#pk': 'pk', '#sk': 'sk', '#g': 'g', '#n': 'n', '#s': 's', '#l': 'l', '#ss': 'ss', '#m': 'm', '#x': 'x' }
const aliased = (name: string): string => name.replaceAll(/\w+/g, '#$&')

const literal = fc.constantFrom(...Object.keys(values))
const ordered = fc.constantFrom("'a'", "'b'", "'ab'", '0', '1', '2')
const text = fc.constantFrom("'a'", "'b'", "'ab'")
const name = fc.constantFrom(...names)
const placeholder = (each: string): string => values[each]?.placeholder ?? ''

/** Comparisons that mean the same in both languages for keys of the schema's types, and mostly about keys. */
const hashValue = text
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: hashValue.map((value) => both('@ = $', 'pk', [value])) },
  { weight: 1, arbitrary: hashValue.map((value) => both('@ = $', 'g', [value])) },
  fc.uniqueArray(hashValue, { minLength: 1 }).map((list) => inList('pk', list)),
  fc
    .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), fc.constantFrom('0', '1', '2'))
    .map(([op, value]) => both(`@ ${op} $`, 'sk', [value])),
  fc.constantFrom(['0', '1'], ['1', '2'], ['0', '2']).map((bounds) => both('@ BETWEEN $ AND $', 'sk', bounds)),
  fc.tuple(name, literal).map(([each, value]) => both(`@ = $`, each, [value])),
  fc.tuple(name, literal).map(([each, value]): Condition => {
    const { statement, expression } = both(`@ <> $`, each, [value])
    return { statement, expression: `(attribute_exists(${aliased(each)}) AND ${expression})` }
  }),
  fc.tuple(name, fc.constantFrom('<', '<=', '>', '>='), ordered).map(([each, op, value]) => both(`@ ${op} $`, each, [value])),
  fc.tuple(name, fc.uniqueArray(literal, { minLength: 1, maxLength: 3 })).map(([each, list]) => inList(each, list)),
  fc.tuple(name, literal).map(([each, value]) => both(`contains(@, $)`, each, [value])),
  fc.tuple(name, text).map(([each, value]) => both(`begins_with(@, $)`, each, [value])),
  fc.tuple(name, fc.constantFrom('1', '2')).map(([each, value]) => both(`size(@) = $`, each, [value])),
  name.map((each): Condition => ({ statement: `${each} IS MISSING`, expression: `attribute_not_exists(${aliased(each)})` })),
  name.map((each): Condition => ({ statement: `attribute_exists(${each})`, expression: `attribute_exists(${aliased(each)})` })),
)

/** `@` in the form stands for the attribute, every `$` for the next of the literals. */
function both(form: string, attribute: string, literals: readonly string[]): Condition {
  const fill = (name: string, print: (value: string) => string): string => {
    const rest = [...literals]
    return form.replaceAll('@', name).replaceAll('$', () => print(rest.shift() ?? ''))
  }
  return { statement: fill(attribute, (value) => value), expression: fill(aliased(attribute), placeholder) }
}

function inList(attribute: string, list: readonly string[]): Condition {
  return { statement: `${attribute} IN [${list.join(', ')}]`, expression: `${aliased(attribute)} IN (${list.map(placeholder).join(', ')})` }
}

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom('AND', 'OR'), tie('condition'), tie('condition')).map(([word, a, b]) => ({
      statement: `(${a.statement}) ${word} (${b.statement})`,
      expression: `(${a.expression} ${word} ${b.expression})`,
    })),
    tie('condition').map(({ statement, expression }) => ({ statement: `NOT (${statement})`, expression: `(NOT ${expression})` })),
  ),
}))

const items: Item[] = []
for (const [at, pk] of ['a', 'b', 'ab', 'c'].entries()) {
  for (let sk = 0; sk < 4; sk += 1) {
    const number = at * 4 + sk
    items.push({
      pk: { S: pk },
      sk: { N: String(sk) },
      ...(number % 3 !== 0 && { g: { S: number % 2 === 0 ? 'a' : 'b' } }),
      ...(number % 2 === 0 && { n: { N: String(number % 3) } }),
      ...(number % 5 !== 0 && { s: [{ S: 'a' }, { S: 'ab' }, { N: '1' }, { BOOL: true }][sk] as Value }),
      ...(number % 4 === 1 && { l: { L: [{ S: 'a' }, { N: '1' }] }, ss: { SS: ['a', 'b'] } }),
      ...(number % 4 === 2 && { m: { M: { x: { N: String(sk) } } }, ss: { SS: ['b'] } }),
    })
  }
}

function tableOf(tableName: string): { readonly TableName: string } {
  const index = (indexName: string, hash: string): object => ({
    IndexName: indexName,
    KeySchema: [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: 'n', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'ALL' },
  })
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'g', AttributeType: 'S' },
      { AttributeName: 'n', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [index('byG', 'g')],
    LocalSecondaryIndexes: [index('byN', 'pk')],
  } as { readonly TableName: string }
}

/** What a plan by keys refuses, and a scan does not. */
const plannerRefusals =
  /^Overlapping conditions with range keys are not supported in where clause$|^Key attribute's data type should match its data type in table's schema: Key (pk|sk|g|n)$/

describe('PartiQL and the classic operations', () => {
  let stator: TestStator

  before(async () => {
    stator = await TestStator.open()
    for (const name of ['Statements', 'Requests']) {
      await stator.createTable(tableOf(name))
      for (const item of items) await stator.succeed('PutItem', { TableName: name, Item: item })
    }
  })
  after(() => stator.close())

  test('SELECT finds what a Scan with the same filter finds, whole and in pages', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(condition, fc.constantFrom(undefined, 'byG', 'byN'), fc.integer({ min: 1, max: 7 }), async (where, index, limit) => {
        const from = index === undefined ? '"Requests"' : `"Requests"."${index}"`
        const statement = { Statement: `SELECT * FROM ${from} WHERE ${where.statement}` }
        const selected = await stator.call('ExecuteStatement', statement)
        if (selected.status !== 200) {
          assert.match(selected.message ?? '', plannerRefusals, where.statement)
          return
        }
        compared += 1
        const scanned = await stator.succeed('Scan', {
          TableName: 'Requests',
          ...(index !== undefined && { IndexName: index }),
          FilterExpression: where.expression,
          ExpressionAttributeNames: Object.fromEntries(Object.entries(aliases).filter(([alias]) => uses(where.expression, alias))),
          ...usedValues(where.expression),
        })
        assert.deepEqual(sorted(selected.body.Items), sorted(scanned.Items), where.statement)
        assert.deepEqual(await pages(statement, limit), selected.body.Items, `${where.statement} by ${limit}`)
      }),
      { numRuns: propertyRuns(400) },
    )
    assert.ok(compared > propertyRuns(200), `only ${compared} conditions were compared`)
  })

  test('INSERT, UPDATE and DELETE leave what PutItem, UpdateItem and DeleteItem leave', async () => {
    const key = fc.record({ pk: text, sk: fc.constantFrom('0', '1', '2', '7') })
    const change = fc.constantFrom(
      { set: 'n = 1', update: 'SET #n = :n1' },
      { set: 's = g', update: 'SET #s = #g' },
      { set: 'l = list_append(l, [1])', update: 'SET #l = list_append(#l, :one)' },
      { set: 'n = n + 1', update: 'SET #n = #n + :n1' },
      { set: "ss = set_add(ss, <<'c'>>)", update: 'ADD #ss :c' },
      { set: "ss = set_delete(ss, <<'b', 'a'>>)", update: 'DELETE #ss :set' },
    )
    await fc.assert(
      fc.asyncProperty(
        key,
        fc.constantFrom('insert', 'update', 'delete'),
        change,
        fc.option(condition),
        async (at, kind, { set, update }, extra) => {
          if (kind === 'update' && extra?.statement.includes('OR')) return
          if (kind === 'delete' && extra?.statement.includes('OR')) return
          const Key = { pk: values[at.pk]?.value, sk: { N: at.sk } }
          const where = `pk = ${at.pk} AND sk = ${at.sk}${extra === null ? '' : ` AND (${extra.statement})`}`
          const exists = 'attribute_exists(#pk)'
          const guard = extra === null ? '' : extra.expression
          const [statement, operation, request] = writes[kind]({ Key, at, where, exists, guard, set, update })
          const one = await stator.call('ExecuteStatement', { Statement: statement })
          if (one.message?.startsWith('Multiple conditions on same key')) return
          const other = await stator.call(operation, { TableName: 'Requests', ...request })
          assert.deepEqual(verdict(one.exception), verdict(other.exception), `${statement}: ${one.message} · ${other.message}`)
          const [after, expected] = await Promise.all(
            ['Statements', 'Requests'].map((TableName) => stator.succeed('GetItem', { TableName, Key, ConsistentRead: true })),
          )
          assert.deepEqual(after, expected, statement)
        },
      ),
      { numRuns: propertyRuns(300) },
    )
  })

  async function pages(statement: object, limit: number): Promise<unknown[]> {
    const found: unknown[] = []
    let token: unknown
    do {
      const page = await stator.succeed('ExecuteStatement', {
        ...statement,
        Limit: limit,
        ...(token !== undefined && { NextToken: token }),
      })
      found.push(...(page.Items as unknown[]))
      assert.equal(page.NextToken === undefined, page.LastEvaluatedKey === undefined)
      token = page.NextToken
    } while (token !== undefined)
    return found
  }
})

interface WriteInput {
  readonly Key: object
  readonly at: { readonly pk: string; readonly sk: string }
  readonly where: string
  readonly exists: string
  readonly guard: string
  readonly set: string
  readonly update: string
}

const writes: { readonly [kind in 'insert' | 'update' | 'delete']: (input: WriteInput) => readonly [string, string, object] } = {
  insert: ({ Key, at }) => [
    `INSERT INTO Statements VALUE {'pk': ${at.pk}, 'sk': ${at.sk}, 'n': 2, 'ss': <<'b', 'a'>>}`,
    'PutItem',
    { Item: { ...Key, n: { N: '2' }, ss: { SS: ['a', 'b'] } }, ConditionExpression: 'attribute_not_exists(pk)' },
  ],
  update: ({ Key, where, exists, guard, set, update }) => [
    `UPDATE Statements SET ${set} WHERE ${where}`,
    'UpdateItem',
    { Key, UpdateExpression: update, ...guarded(guard === '' ? exists : `${exists} AND ${guard}`, update) },
  ],
  delete: ({ Key, where, exists, guard }) => [
    `DELETE FROM Statements WHERE ${where}`,
    'DeleteItem',
    { Key, ...(guard === '' ? {} : guarded(`(NOT ${exists}) OR ${guard}`, '')) },
  ],
}

function guarded(expression: string, update: string): object {
  const all = `${expression} ${update}`
  return {
    ConditionExpression: expression,
    ExpressionAttributeNames: Object.fromEntries(Object.entries(aliases).filter(([alias]) => uses(all, alias))),
    ...usedValues(all),
  }
}

const allValues: { readonly [placeholder: string]: Value } = {
  ...Object.fromEntries(Object.values(values).map(({ placeholder: each, value }) => [each, value])),
  ':one': { L: [{ N: '1' }] },
  ':c': { SS: ['c'] },
}

function usedValues(expression: string): object {
  const used = Object.entries(allValues).filter(([each]) => uses(expression, each))
  return used.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(used) }
}

function uses(expression: string, sign: string): boolean {
  return new RegExp(`${sign}\\b`).test(expression)
}

/** A condition that failed is told in different words by INSERT. */
function verdict(exception: string | undefined): string | undefined {
  return exception === 'DuplicateItemException' ? 'ConditionalCheckFailedException' : exception
}

function sorted(list: unknown): readonly string[] {
  return (list as readonly Item[]).map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))).sort()
}
