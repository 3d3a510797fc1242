import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '../../api/operations.ts'
import type { Table } from '../../engine/schema/table.ts'
import { engineSettings } from '../../engine/settings.ts'
import { bindStatement } from '../../expressions/partiql/bind-statement.ts'
import { parsedStatement } from '../../expressions/partiql/parse-statement.ts'
import { rawFormPartsMax } from '../../metering/limits.ts'
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { patternText } from '../../metering/traffic/describe-pattern.ts'
import { Traffic } from '../../metering/traffic/traffic.ts'
import { accessPattern, batchPattern, type StatementMember, statementAccessPattern, statementsPattern } from './access-pattern.ts'
import { type ClauseInput, compileClauses, languagesOf, readClauses } from './request-clauses.ts'

const key = { hash: [{ name: 'customer', type: 'S' }], range: [{ name: 'at', type: 'N' }] } as const
const orders = { name: 'Orders', tableId: 1, status: 'ACTIVE', key } as unknown as Table
const stock = { name: 'Stock', tableId: 2, status: 'ACTIVE', key } as unknown as Table
const values = { ':c': { S: 'c' }, ':n': { N: '1' } }
const languages = {
  Query: languagesOf('QueryInput', operations.Query.wording),
  Scan: languagesOf('ScanInput', operations.Scan.wording),
  PutItem: languagesOf('PutItemInput', operations.PutItem.wording),
  UpdateItem: languagesOf('UpdateItemInput', operations.UpdateItem.wording),
}

test('accessPattern makes one pattern of requests that differ in placeholders, values and order alone', () => {
  const engine = newEngine()
  const first = ask(engine, 'Query', {
    KeyConditionExpression: '#c = :c AND #a >= :n',
    FilterExpression: 'amount > :n AND contains(tags, :c)',
    ProjectionExpression: 'id, address.city, parts[0]',
    ExpressionAttributeNames: { '#c': 'customer', '#a': 'at' },
    ExpressionAttributeValues: values,
  })
  const second = ask(engine, 'Query', {
    KeyConditionExpression: '#0 >= :n and customer = :c',
    FilterExpression: '(contains (tags, :c)) and (#t > :n)',
    ProjectionExpression: 'parts[7],address.city,id',
    ExpressionAttributeNames: { '#0': 'at', '#t': 'amount' },
    ExpressionAttributeValues: { ':c': { S: 'other' }, ':n': { N: '5' } },
  })
  assert.equal(first, second)
  assert.equal(
    patternText(first.name),
    'Query Orders where customer = ? AND at >= ? filter amount > ? AND contains(tags, ?) show address.city, id, parts[?]',
  )
})

test('accessPattern prints a form once, however often it is sent', () => {
  const engine = newEngine()
  const input = { KeyConditionExpression: '#c = :c', ExpressionAttributeNames: { '#c': 'customer' }, ExpressionAttributeValues: values }
  for (let at = 0; at < 10; at += 1) {
    const sent = { ':c': { S: String(at) } }
    ask(engine, 'Query', { ...input, ExpressionAttributeValues: sent })
  }
  assert.equal(engine.metering.traffic.patterns.printedCount, 1)
})

test('accessPattern tells names apart that stand behind the same alias', () => {
  const engine = newEngine()
  const scan = (name: string) =>
    ask(engine, 'Scan', {
      FilterExpression: '#n = :n',
      ExpressionAttributeNames: { '#n': name },
      ExpressionAttributeValues: { ':n': { N: '1' } },
    })
  assert.notEqual(scan('__proto__'), scan('constructor'))
  assert.equal(scan('__proto__').name.clauses.filter, '__proto__ = ?')
  assert.equal(scan('a.b').name.clauses.filter, '"a.b" = ?')
})

test('accessPattern makes one pattern of the legacy parameters and the expressions that say the same', () => {
  const engine = newEngine()
  const legacy = ask(engine, 'Query', {
    KeyConditions: {
      at: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ N: '1' }, { N: '2' }] },
      customer: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'c' }] },
    },
    QueryFilter: {
      state: { ComparisonOperator: 'IN', AttributeValueList: [{ S: 'open' }, { S: 'paid' }] },
      note: { ComparisonOperator: 'NOT_NULL' },
    },
    AttributesToGet: ['id', 'amount'],
  })
  const modern = ask(engine, 'Query', {
    KeyConditionExpression: 'customer = :c AND #at BETWEEN :a AND :b',
    FilterExpression: '#s IN (:c) AND attribute_exists(note)',
    ProjectionExpression: 'amount, id',
    ExpressionAttributeNames: { '#at': 'at', '#s': 'state' },
    ExpressionAttributeValues: { ':c': { S: 'c' }, ':a': { N: '1' }, ':b': { N: '2' } },
  })
  assert.equal(legacy, modern)
  assert.deepEqual(legacy.name.clauses, {
    keyCondition: 'customer = ? AND at BETWEEN ? AND ?',
    filter: 'attribute_exists(note) AND state IN (?)',
    projection: 'amount, id',
  })
})

test('accessPattern prints updates by section and conditions beside them', () => {
  const engine = newEngine()
  const { name } = ask(engine, 'UpdateItem', {
    UpdateExpression: 'ADD visits :n REMOVE gone SET seen = :n, begun = if_not_exists(begun, :n), amount = amount + :n',
    ConditionExpression: 'NOT (a = :n OR b = :n) AND size(#l) < :n',
    ExpressionAttributeNames: { '#l': 'list' },
    ExpressionAttributeValues: { ':n': { N: '1' } },
  })
  assert.deepEqual(name.clauses, {
    update: 'SET amount = amount + ?, begun = if_not_exists(begun, ?), seen = ? REMOVE gone ADD visits ?',
    condition: 'NOT (a = ? OR b = ?) AND size(list) < ?',
  })
})

test('accessPattern counts what has too many parts for its table and operation as a whole', () => {
  const engine = newEngine()
  const names = Array.from({ length: rawFormPartsMax + 1 }, (_, at) => `a${at}`)
  const aliases = names.map((name) => [`#${name}`, name] as const)
  const asked = (count: number): readonly ClauseInput[] => [
    { AttributesToGet: names.slice(0, count) },
    {
      ProjectionExpression: aliases
        .slice(0, count)
        .map(([alias]) => alias)
        .join(', '),
      ExpressionAttributeNames: Object.fromEntries(aliases.slice(0, count)),
    },
  ]
  for (const input of asked(rawFormPartsMax)) assert.equal(ask(engine, 'Scan', input).name.isOther, false)
  for (const input of asked(rawFormPartsMax + 1)) {
    const { name } = ask(engine, 'Scan', input)
    assert.equal(name.isOther, true)
    assert.equal(patternText(name), 'Scan Orders whatever else was asked')
  }
})

test('accessPattern is not put off by members that the operation does not know', () => {
  const engine = newEngine()
  const junk = {
    KeyConditions: { a: null },
    QueryFilter: 5,
    Expected: ['x', null],
    FilterExpression: {},
    ExpressionAttributeNames: 'abc',
    AttributesToGet: [{}],
  }
  const pattern = accessPattern(engine, 'GetItem', { table: orders }, junk, {})
  assert.equal(pattern, accessPattern(engine, 'GetItem', { table: orders }, {}, {}))
})

test('accessPattern counts nothing where throughput is off', () => {
  const engine = newEngine()
  engine.settings.tableThroughput.set(1, 'off')
  assert.equal(accessPattern(engine, 'GetItem', { table: orders }, {}, {}), undefined)
  assert.notEqual(accessPattern(engine, 'GetItem', { table: stock }, {}, {}), undefined)
  engine.settings.tableThroughput.clear()
  engine.settings.throughput = 'off'
  assert.equal(batchPattern(engine, 'BatchGetItem', [{ action: 'Get', tableName: 'Stock', input: {}, clauses: {} }]), undefined)
})

test('batchPattern tells each kind of member once, whatever the order and number', () => {
  const engine = newEngine()
  const put = { action: 'Put', tableName: 'Orders', input: {}, clauses: {} }
  const remove = { action: 'Delete', tableName: 'Stock', input: {}, clauses: {} }
  const first = batchPattern(engine, 'BatchWriteItem', [put, remove, put])
  assert.ok(first !== undefined)
  assert.equal(batchPattern(engine, 'BatchWriteItem', [remove, put]), first)
  assert.equal(patternText(first.name), 'BatchWriteItem Delete Stock; Put Orders')
  assert.deepEqual([first.name.table, first.name.tableIds], ['Orders', [1, 2]])
  assert.equal(engine.metering.traffic.patterns.printedCount, 3)
})

test('statementAccessPattern makes one pattern of statements that differ in values alone', () => {
  const engine = newEngine()
  const first = statementAccessPattern(engine, orders, statement(`SELECT id FROM Orders WHERE customer = 'a' AND "at" > 5`))
  const second = statementAccessPattern(engine, orders, statement(`select id from Orders where "at" > 6 and customer='b'`))
  assert.ok(first !== undefined)
  assert.equal(first, second)
  assert.equal(patternText(first.name), 'ExecuteStatement Orders SELECT id WHERE at > ? AND customer = ?')
})

test('statementsPattern tells what the statements of a batch do', () => {
  const engine = newEngine()
  const pattern = statementsPattern(engine, 'BatchExecuteStatement', [
    statement(`INSERT INTO Orders VALUE {'customer': 'a', 'at': 1}`),
    statement(`UPDATE Orders SET amount = 3 WHERE customer = 'a' AND "at" = 1`),
    statement(`INSERT INTO Orders VALUE {'customer': 'b', 'at': 2, 'more': true}`),
  ])
  assert.deepEqual(pattern?.name.clauses.members, ['Orders: INSERT', 'Orders: UPDATE SET amount = ? WHERE at = ? AND customer = ?'])
})

type PatternEngine = Parameters<typeof accessPattern>[0]

function newEngine(): PatternEngine {
  const tables = new Map([orders, stock].map((table) => [table.name, table]))
  const catalog = { find: (name: string) => tables.get(name) } as unknown as PatternEngine['catalog']
  const metering = { traffic: new Traffic() } as PatternEngine['metering']
  return { metering, region: 'us-east-1', catalog, settings: engineSettings({}) }
}

function ask(engine: PatternEngine, operation: keyof typeof languages, input: ClauseInput): AccessPattern {
  const clauses = compileClauses(readClauses(input, languages[operation]))
  const pattern = accessPattern(engine, operation, { table: orders }, input, clauses)
  assert.ok(pattern !== undefined)
  return pattern
}

function statement(text: string): StatementMember {
  return { text, statement: bindStatement(parsedStatement(text), [], () => {}) }
}
