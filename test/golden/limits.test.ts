/**
 * The conversations that no one would want to read as text: items of 400 KB, expressions of 4 KB, values 32 levels deep. Sizes by
 * data-model.md §5, limits by §5, §6 and §8, messages by errors.md and expressions.md.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Reply } from '../harness/check-answer.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { TestStator } from '../harness/test-stator.ts'

type Value = { readonly [type: string]: unknown }
type Attributes = { readonly [name: string]: Value }

const enveloped = '1 validation error detected: '
const itemTooLarge = 'Item size has exceeded the maximum allowed size'
const updateTooLarge = 'Item size to update has exceeded the maximum allowed size'
const itemBytesMax = 409_600

let stator: TestStator

before(async () => {
  stator = await TestStator.open()
  await stator.createTable(onDemandTable('Hash', { pk: 'S' }))
  await stator.createTable(onDemandTable('Range', { pk: 'S', sk: 'S' }))
  await stator.createTable(onDemandTable('Binary', { pk: 'B', sk: 'B' }))
  await stator.createTable(onDemandTable('Pages', { pk: 'S', sk: 'S' }))
})

after(() => stator.close())

function assertRefused(reply: Reply, message: string): void {
  assert.deepEqual([reply.exception, reply.message], ['ValidationException', message])
}

function text(length: number): Value {
  return { S: 'x'.repeat(length) }
}

async function put(item: Attributes): Promise<Reply> {
  return stator.call('PutItem', { TableName: 'Hash', Item: item })
}

function assertDone(reply: Reply): void {
  assert.deepEqual([reply.status, reply.message], [200, undefined])
}

async function assertAccepted(operation: string, input: unknown): Promise<void> {
  assertDone(await stator.call(operation, input))
}

// Item size.

/** `item` with a filler that brings it to `sizeBytes`, given what the rest of it weighs with the key `pk: {S: "a"}` and the filler's name. */
function itemOfSize(sizeBytes: number, rest: Attributes, restBytes: number): Attributes {
  return { pk: { S: 'a' }, ...rest, f: text(sizeBytes - 'pka'.length - 'f'.length - restBytes) }
}

async function assertWeighs(rest: Attributes, restBytes: number): Promise<void> {
  assertDone(await put(itemOfSize(itemBytesMax, rest, restBytes)))
  assertRefused(await put(itemOfSize(itemBytesMax + 1, rest, restBytes)), itemTooLarge)
}

for (const count of [1, 2, 5, 10]) {
  test(`PutItem accepts 409,600 bytes over ${count} attributes and refuses one more`, async () => {
    const others = Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`a${index}`, text(1000)]))
    await assertWeighs(others, (count - 1) * 1002)
  })
}

const sizes: readonly (readonly [string, Attributes, number])[] = [
  ['a name in bytes of UTF-8', { 'é😀': { S: '' } }, 6],
  ['a string in bytes of UTF-8', { v: { S: 'é😀' } }, 7],
  ['a binary in bytes', { v: { B: 'AAECAw==' } }, 5],
  ['true', { v: { BOOL: true } }, 2],
  ['null', { v: { NULL: true } }, 2],
  ['a string set without overhead', { v: { SS: ['ab', 'c', ''] } }, 4],
  ['a number set', { v: { NS: ['0', '1', '1234'] } }, 7],
  ['a binary set', { v: { BS: ['AA==', 'AAA='] } }, 4],
  ['an empty list', { v: { L: [] } }, 4],
  ['an empty map', { v: { M: {} } }, 4],
  ['a list', { v: { L: [{ S: 'ab' }, { BOOL: true }] } }, 9],
  ['a map', { v: { M: { key: { S: 'ab' } } } }, 10],
  ['nested collections', { v: { M: { l: { L: [{ M: {} }] } } } }, 1 + 3 + 1 + 1 + 3 + 1 + 3],
]
for (const [title, attributes, bytes] of sizes) {
  test(`item size: ${title} takes ${bytes} bytes with its name`, () => assertWeighs(attributes, bytes))
}

const numberSizes: readonly (readonly [string, number])[] = [
  ['0', 1],
  ['-0', 1],
  ['1', 2],
  ['12', 2],
  ['123', 3],
  ['1234', 3],
  ['123456', 4],
  ['12345678901234567890123456789012345678', 20],
  ['100', 2],
  ['1010', 3],
  ['0.0000001', 2],
  ['1E125', 2],
  ['1.5', 3],
  ['1.234', 4],
  ['3.14159', 5],
  ['100.5', 4],
  ['0.15', 2],
  ['-42', 3],
  ['-0.15', 3],
  ['0042.1200', 3],
]
for (const [number, bytes] of numberSizes) {
  test(`item size: the number ${number} takes ${bytes} bytes`, () => assertWeighs({ n: { N: number } }, 1 + bytes))
}

test('BatchWriteItem accepts 409,600 bytes and refuses one more', async () => {
  const batch = (item: Attributes): object => ({ RequestItems: { Hash: [{ PutRequest: { Item: item } }] } })
  await assertAccepted('BatchWriteItem', batch(itemOfSize(itemBytesMax, {}, 0)))
  assertRefused(await stator.call('BatchWriteItem', batch(itemOfSize(itemBytesMax + 1, {}, 0))), itemTooLarge)
})

test('BatchWriteItem accepts 25 puts of 20 KB', async () => {
  const requests = Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: { pk: { S: `b${index}` }, d: text(20_000) } } }))
  await assertAccepted('BatchWriteItem', { RequestItems: { Hash: requests } })
})

// The statement charge of UpdateItem (data-model.md §5, verified on us-east-1).

interface Charge {
  readonly title: string
  readonly expression: string
  /** The longest filler that is accepted. */
  readonly longest: number
  readonly key?: string
  readonly item?: Attributes
  readonly values?: Attributes
  readonly names?: { readonly [alias: string]: string }
  /** How the filler is given as `:pad`; a string by default. */
  readonly pad?: (length: number) => Value
}

const charges: readonly Charge[] = [
  { title: 'a SET costs 19, its target and its value', expression: 'SET b = :pad', longest: 409_577 },
  { title: 'an alias costs what its name costs', expression: 'SET #b = :pad', names: { '#b': 'b' }, longest: 409_577 },
  { title: 'a longer name costs its bytes', expression: 'SET #b = :pad', names: { '#b': 'bbbbbbbbbb' }, longest: 409_568 },
  { title: 'a second SET', expression: 'SET b = :pad, c = :one', values: { ':one': { N: '1' } }, longest: 409_555 },
  { title: 'REMOVE costs 1 and its target', expression: 'SET b = :pad REMOVE r', longest: 409_575 },
  { title: 'DELETE is free of its value', expression: 'SET b = :pad DELETE r :s', values: { ':s': { SS: ['abcdef'] } }, longest: 409_575 },
  { title: 'ADD of a set', expression: 'ADD b :pad', pad: (length) => ({ SS: ['x'.repeat(length)] }), longest: 409_577 },
  { title: 'a map path', expression: 'SET m.k = :pad', item: { m: { M: {} } }, longest: 409_572 },
  { title: 'a list index', expression: 'SET l[0] = :pad', item: { l: { L: [] } }, longest: 409_572 },
  { title: 'if_not_exists', expression: 'SET b = if_not_exists(b, :pad)', longest: 409_522 },
  {
    title: 'list_append',
    expression: 'SET b = list_append(:e, :pad)',
    values: { ':e': { L: [] } },
    pad: (length) => ({ L: [text(length)] }),
    longest: 409_533,
  },
  { title: 'a value used twice is paid twice', expression: 'SET b = :pad, c = :pad', longest: 204_778 },
  { title: 'a path operand', expression: 'SET b = :pad, c = d', item: { d: { S: 'd' } }, longest: 409_541 },
  {
    title: 'a sum',
    expression: 'SET b = :pad, n = n + :one',
    item: { n: { N: '1' } },
    values: { ':one': { N: '1' } },
    longest: 409_505,
  },
  {
    title: 'a difference',
    expression: 'SET b = :pad, n = n - :one',
    item: { n: { N: '1' } },
    values: { ':one': { N: '1' } },
    longest: 409_502,
  },
  { title: 'a key of 100 bytes: the finished item binds', key: 'k'.repeat(100), expression: 'SET b = :pad', longest: 409_497 },
  { title: 'a key of 1,024 bytes: the finished item binds', key: 'k'.repeat(1024), expression: 'SET b = :pad', longest: 408_573 },
  {
    title: 'untouched attributes are free, but part of the finished item',
    item: { u: text(1000) },
    expression: 'SET b = :pad',
    longest: 408_595,
  },
]

function chargedUpdate({ key = 'K', expression, values = {}, names, pad = text }: Charge, length: number): object {
  return {
    TableName: 'Hash',
    Key: { pk: { S: key } },
    UpdateExpression: expression,
    ExpressionAttributeValues: { ':pad': pad(length), ...values },
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
  }
}

for (const charge of charges) {
  test(`UpdateItem size: ${charge.title}`, async () => {
    const reset = { pk: { S: charge.key ?? 'K' }, ...charge.item }
    await put(reset)
    assertRefused(await stator.call('UpdateItem', chargedUpdate(charge, charge.longest + 1)), updateTooLarge)
    await put(reset)
    await assertAccepted('UpdateItem', chargedUpdate(charge, charge.longest))
  })
}

test('UpdateItem size: the charge comes before the condition', async () => {
  const update = {
    ...chargedUpdate({ title: '', expression: 'SET b = :pad', longest: 0 }, 409_578),
    ConditionExpression: 'attribute_exists(nowhere)',
  }
  assertRefused(await stator.call('UpdateItem', update), updateTooLarge)
})

// Nesting.

const tooDeep = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'

/** A scalar inside `wrappers` maps, or lists. */
function nested(wrappers: number, kind: 'M' | 'L' = 'M'): string {
  const [open, close] = kind === 'M' ? ['{"M":{"a":', '}}'] : ['{"L":[', ']}']
  return `${open.repeat(wrappers)}{"S":"leaf"}${close.repeat(wrappers)}`
}

interface DeepSurface {
  readonly title: string
  readonly operation: string
  readonly body: (value: string) => string
  readonly refusal: string
}

const withValue = (rest: string) => (value: string) => `{"TableName":"Hash",${rest},"ExpressionAttributeValues":{":v":${value}}}`
const deepSurfaces: readonly DeepSurface[] = [
  {
    title: 'an item',
    operation: 'PutItem',
    body: (value) => `{"TableName":"Hash","Item":{"pk":{"S":"deep"},"v":${value}}}`,
    refusal: enveloped + tooDeep,
  },
  {
    title: "PutItem's expression value",
    operation: 'PutItem',
    body: withValue('"Item":{"pk":{"S":"deep"}},"ConditionExpression":"v <> :v"'),
    refusal: enveloped + tooDeep,
  },
  {
    title: "UpdateItem's expression value",
    operation: 'UpdateItem',
    body: withValue('"Key":{"pk":{"S":"deep"}},"UpdateExpression":"SET v = :v"'),
    refusal: enveloped + tooDeep,
  },
  {
    title: "DeleteItem's expression value",
    operation: 'DeleteItem',
    body: withValue('"Key":{"pk":{"S":"deep"}},"ConditionExpression":"v <> :v OR attribute_exists(pk)"'),
    refusal: enveloped + tooDeep,
  },
  {
    title: "Query's filter value",
    operation: 'Query',
    body: (value) =>
      `{"TableName":"Hash","KeyConditionExpression":"pk = :p","FilterExpression":"v = :v","ExpressionAttributeValues":{":p":{"S":"deep"},":v":${value}}}`,
    refusal: tooDeep,
  },
  {
    title: "Scan's filter value",
    operation: 'Scan',
    body: withValue('"FilterExpression":"v = :v"'),
    refusal: `ExpressionAttributeValues contains invalid value: ${tooDeep} for key :v`,
  },
  {
    title: 'an item of a batch',
    operation: 'BatchWriteItem',
    body: (value) => `{"RequestItems":{"Hash":[{"PutRequest":{"Item":{"pk":{"S":"deep"},"v":${value}}}}]}}`,
    refusal: tooDeep,
  },
]
for (const { title, operation, body, refusal } of deepSurfaces) {
  test(`nesting: ${title} may be 32 levels deep`, async () => {
    for (const kind of ['M', 'L'] as const) assertDone(await stator.callText(operation, body(nested(31, kind))))
  })

  for (const wrappers of [32, 40, 63, 100]) {
    test(`nesting: ${title} in ${wrappers} wrappers is refused, also when the table is missing`, async () => {
      for (const kind of ['M', 'L'] as const) {
        const sent = body(nested(wrappers, kind))
        assertRefused(await stator.callText(operation, sent), refusal)
        assertRefused(await stator.callText(operation, sent.replace('"Hash"', '"Nowhere"')), refusal)
      }
    })
  }
}

test('nesting: whatever the depth, the answer is a refusal', async () => {
  for (const { operation, body } of deepSurfaces) {
    for (const wrappers of [1000, 10_000, 100_000]) {
      const reply = await stator.callText(operation, body(nested(wrappers)))
      assert.ok(reply.exception === 'ValidationException' || reply.exception === 'SerializationException')
    }
  }
})

test('nesting: a key of too many levels is refused by GetItem and BatchGetItem', async () => {
  const key = `{"pk":${nested(40)}}`
  assertRefused(await stator.callText('GetItem', `{"TableName":"Hash","Key":${key}}`), tooDeep)
  assertRefused(await stator.callText('BatchGetItem', `{"RequestItems":{"Hash":{"Keys":[${key}]}}}`), tooDeep)
})

test('nesting: bodies beyond 62 levels answer enum errors in the older form, ahead of the nesting', async () => {
  const deleteBody = (wrappers: number, returnValues: string): string =>
    `{"TableName":"Hash","Key":{"pk":{"S":"a"}},"ReturnValues":"${returnValues}","ConditionExpression":"v = :v","ExpressionAttributeValues":{":v":${nested(wrappers)}}}`
  assertRefused(
    await stator.callText('DeleteItem', deleteBody(40, 'X')),
    `${enveloped}Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]`,
  )
  assertRefused(
    await stator.callText('DeleteItem', deleteBody(100, 'X')),
    `${enveloped}Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]`,
  )
  assertRefused(await stator.callText('DeleteItem', deleteBody(100, 'UPDATED_NEW')), 'ReturnValues can only be ALL_OLD or NONE')
})

// Expressions.

/** An expression of exactly `length` characters: the blanks count. */
function padded(expression: string, length: number): string {
  return expression + ' '.repeat(length - expression.length)
}

interface ExpressionSurface {
  readonly operation: string
  readonly kind: string
  readonly envelope: string
  readonly input: (expression: string) => object
}

const key = { pk: { S: 'e' } }
const v = { ':v': { N: '1' } }
const expressionSurfaces: readonly ExpressionSurface[] = [
  {
    operation: 'PutItem',
    kind: 'Condition',
    envelope: enveloped,
    input: (expression) => ({ TableName: 'Hash', Item: key, ConditionExpression: expression }),
  },
  {
    operation: 'DeleteItem',
    kind: 'Condition',
    envelope: enveloped,
    input: (expression) => ({ TableName: 'Hash', Key: key, ConditionExpression: expression }),
  },
  {
    operation: 'UpdateItem',
    kind: 'Condition',
    envelope: enveloped,
    input: (expression) => ({ TableName: 'Hash', Key: key, UpdateExpression: 'REMOVE q', ConditionExpression: expression }),
  },
  {
    operation: 'Query',
    kind: 'Filter',
    envelope: '',
    input: (expression) => ({
      TableName: 'Hash',
      KeyConditionExpression: 'pk = :v',
      ExpressionAttributeValues: { ':v': { S: 'e' } },
      FilterExpression: expression,
    }),
  },
  { operation: 'Scan', kind: 'Filter', envelope: '', input: (expression) => ({ TableName: 'Hash', FilterExpression: expression }) },
]
const condition = 'attribute_exists(a) OR attribute_not_exists(a)'
for (const { operation, kind, envelope, input } of expressionSurfaces) {
  test(`${operation} accepts a ${kind}Expression of 4,096 bytes and refuses one more`, async () => {
    await assertAccepted(operation, input(padded(condition, 4096)))
    const refusal = `${envelope}Invalid ${kind}Expression: Expression size has exceeded the maximum allowed size; expression size: 4097`
    assertRefused(await stator.call(operation, input(padded(condition, 4097))), refusal)
  })

  test(`${operation} accepts a ${kind}Expression of 300 operators and refuses one more`, async () => {
    // n comparisons and the ORs between them are 2 n − 1 operators; the NOT in front is one more.
    const chain = (comparisons: number): string => Array.from({ length: comparisons }, () => 'a=b').join(' OR ')
    await assertAccepted(operation, input(`NOT ${chain(150)}`))
    const refusal = `${envelope}Invalid ${kind}Expression: The expression contains too many operators; operator count: 301`
    assertRefused(await stator.call(operation, input(chain(151))), refusal)
  })
}

test('a projection of 4,096 bytes is accepted, one more refused; aliases are measured as written', async () => {
  const get = (expression: string, names?: object): object => ({ TableName: 'Hash', Key: key, ProjectionExpression: expression, ...names })
  await assertAccepted('GetItem', get(padded('a', 4096)))
  await assertAccepted('GetItem', get('#a', { ExpressionAttributeNames: { '#a': 'n'.repeat(5000) } }))
  const refusal = 'Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097'
  assertRefused(await stator.call('GetItem', get(padded('a', 4097))), refusal)
})

test('an update of 4,096 bytes is accepted, one more refused', async () => {
  const update = (expression: string): object => ({
    TableName: 'Hash',
    Key: key,
    UpdateExpression: expression,
    ExpressionAttributeValues: v,
  })
  await assertAccepted('UpdateItem', update(padded('SET a = :v', 4096)))
  const refusal = `${enveloped}Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; expression size: 4097`
  assertRefused(await stator.call('UpdateItem', update(padded('SET a = :v', 4097))), refusal)
})

test('a key condition of 4,096 bytes is accepted, one more refused; the size is told before the syntax', async () => {
  const query = (expression: string): object => ({
    TableName: 'Hash',
    KeyConditionExpression: expression,
    ExpressionAttributeValues: { ':v': { S: 'e' } },
  })
  await assertAccepted('Query', query(padded('pk = :v', 4096)))
  const refusal = 'Invalid KeyConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097'
  assertRefused(await stator.call('Query', query(padded('pk = = :v', 4097))), refusal)
})

test('the size of an expression is counted in bytes of UTF-8', async () => {
  const refusal = 'Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4098'
  assertRefused(await stator.call('GetItem', { TableName: 'Hash', Key: key, ProjectionExpression: 'é'.repeat(2049) }), refusal)
})

test('IN takes 100 operands and not 101', async () => {
  const input = (count: number): object => ({
    TableName: 'Hash',
    FilterExpression: `a IN (${Array.from({ length: count }, (_, index) => `:v${index}`).join(',')})`,
    ExpressionAttributeValues: Object.fromEntries(Array.from({ length: count }, (_, index) => [`:v${index}`, { N: String(index) }])),
    Limit: 1,
  })
  await assertAccepted('Scan', input(100))
  const refusal = 'Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101'
  assertRefused(await stator.call('Scan', input(101)), refusal)
})

test('parentheses and NOTs by the thousand are refused, not followed', async () => {
  for (const expression of [`${'('.repeat(2000)}a=b${')'.repeat(2000)}`, `${'NOT '.repeat(1000)}a=b`]) {
    const reply = await stator.call('Scan', { TableName: 'Hash', FilterExpression: expression })
    assert.equal(reply.exception, 'ValidationException')
  }
})

// Keys.

const hashKeyTooLong = 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes'
const rangeKeyTooLong =
  'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes'

test('a hash key takes 2,048 bytes and not one more, on every surface', async () => {
  const good = { pk: text(2048) }
  const bad = { pk: text(2049) }
  await assertAccepted('PutItem', { TableName: 'Hash', Item: good })
  await assertAccepted('GetItem', { TableName: 'Hash', Key: good })
  for (const [operation, input] of [
    ['PutItem', { TableName: 'Hash', Item: bad }],
    ['UpdateItem', { TableName: 'Hash', Key: bad }],
    ['DeleteItem', { TableName: 'Hash', Key: bad }],
    ['GetItem', { TableName: 'Hash', Key: bad }],
    ['BatchGetItem', { RequestItems: { Hash: { Keys: [bad] } } }],
    ['BatchWriteItem', { RequestItems: { Hash: [{ PutRequest: { Item: bad } }] } }],
    ['BatchWriteItem', { RequestItems: { Hash: [{ DeleteRequest: { Key: bad } }] } }],
  ] as const) {
    assertRefused(await stator.call(operation, input), hashKeyTooLong)
  }
})

test('a sort key takes 1,024 bytes and not one more', async () => {
  await assertAccepted('PutItem', { TableName: 'Range', Item: { pk: { S: 'a' }, sk: text(1024) } })
  assertRefused(await stator.call('PutItem', { TableName: 'Range', Item: { pk: { S: 'a' }, sk: text(1025) } }), rangeKeyTooLong)
  assertRefused(await stator.call('GetItem', { TableName: 'Range', Key: { pk: { S: 'a' }, sk: text(1025) } }), rangeKeyTooLong)
})

test('keys are measured in bytes: UTF-8 and decoded binary', async () => {
  assertRefused(await stator.call('PutItem', { TableName: 'Hash', Item: { pk: { S: 'é'.repeat(1025) } } }), hashKeyTooLong)
  const binary = (length: number): Value => ({ B: Buffer.alloc(length, 255).toString('base64') })
  await assertAccepted('PutItem', { TableName: 'Binary', Item: { pk: binary(2048), sk: binary(1024) } })
  assertRefused(await stator.call('PutItem', { TableName: 'Binary', Item: { pk: binary(2049), sk: binary(1) } }), hashKeyTooLong)
  assertRefused(await stator.call('PutItem', { TableName: 'Binary', Item: { pk: binary(1), sk: binary(1025) } }), rangeKeyTooLong)
})

// Batches.

const keysOf = (count: number): object[] => Array.from({ length: count }, (_, index) => ({ pk: { S: `k${index}` } }))

test('BatchGetItem takes 100 keys of a table, not 101', async () => {
  await assertAccepted('BatchGetItem', { RequestItems: { Hash: { Keys: keysOf(100) } } })
  const refusal = `${enveloped}Value at 'RequestItems.Hash.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100`
  assertRefused(await stator.call('BatchGetItem', { RequestItems: { Hash: { Keys: keysOf(101) } } }), refusal)
})

test('BatchGetItem takes 100 keys over several tables, not 101', async () => {
  const range = [{ pk: { S: 'a' }, sk: { S: 'b' } }]
  await assertAccepted('BatchGetItem', { RequestItems: { Hash: { Keys: keysOf(99) }, Range: { Keys: range } } })
  const input = { RequestItems: { Hash: { Keys: keysOf(100) }, Range: { Keys: range } } }
  assertRefused(await stator.call('BatchGetItem', input), 'Too many items requested for the BatchGetItem call')
})

test('BatchWriteItem takes 25 requests of a table, not 26', async () => {
  const puts = (count: number): object[] => keysOf(count).map((item) => ({ PutRequest: { Item: item } }))
  await assertAccepted('BatchWriteItem', { RequestItems: { Hash: puts(25) } })
  const reply = await stator.call('BatchWriteItem', { RequestItems: { Hash: puts(26) } })
  assert.equal(reply.exception, 'ValidationException')
  // Either form occurs on AWS; the older one dumps the requests, which no client can rely on.
  const forms = [
    /^1 validation error detected: Value '.*' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/s,
    /^1 validation error detected: Value at 'RequestItems\.Hash\.member' failed to satisfy constraint: Member must have length less than or equal to 25$/,
  ]
  assert.ok(forms.some((form) => form.test(reply.message ?? '')))
})

test('BatchWriteItem takes 25 requests over several tables, not 26', async () => {
  const puts = keysOf(25).map((item) => ({ PutRequest: { Item: item } }))
  const input = { RequestItems: { Hash: puts, Range: [{ DeleteRequest: { Key: { pk: { S: 'a' }, sk: { S: 'b' } } } }] } }
  assertRefused(await stator.call('BatchWriteItem', input), 'Too many items requested for the BatchWriteItem call')
})

test('BatchGetItem leaves over 16 MB as UnprocessedKeys, with the options of the table', async () => {
  const keys = Array.from({ length: 45 }, (_, index) => ({ pk: { S: 'large' }, sk: { S: String(index) } }))
  for (const largeKey of keys) await stator.succeed('PutItem', { TableName: 'Range', Item: { ...largeKey, d: text(400_000) } })
  const found: unknown[] = []
  let pending: unknown = { Range: { Keys: keys, ConsistentRead: true } }
  let calls = 0
  while (Object.keys(pending as object).length > 0) {
    const body = await stator.succeed('BatchGetItem', { RequestItems: pending })
    found.push(...(body.Responses as { Range: unknown[] }).Range)
    pending = body.UnprocessedKeys
    const left = (pending as { Range?: { ConsistentRead?: boolean } }).Range
    assert.ok(left === undefined || left.ConsistentRead === true)
    calls += 1
    assert.ok(calls < 5)
  }
  assert.equal(found.length, 45)
  assert.equal(calls, 2)
})

// Pages.

interface PageBody {
  readonly Items: readonly Attributes[]
  readonly Count: number
  readonly ScannedCount: number
  readonly LastEvaluatedKey?: object
}

async function pages(operation: string, input: object): Promise<PageBody[]> {
  const found: PageBody[] = []
  let start: object | undefined
  do {
    const page = (await stator.succeed(operation, { ...input, ...(start && { ExclusiveStartKey: start }) })) as unknown as PageBody
    found.push(page)
    start = page.LastEvaluatedKey
  } while (start !== undefined && found.length < 1000)
  return found
}

test('Query and Scan end a page at 1 MB of item size, filter and projection aside', async () => {
  // Eleven items of exactly 100,000 bytes: ten are 1,000,000, the eleventh crosses 1,048,576 and is the last of its page.
  for (let index = 10; index < 25; index += 1) {
    const item = { pk: { S: 'p' }, sk: { S: String(index) }, d: text(100_000 - 'pkpsk10d'.length) }
    await stator.succeed('PutItem', { TableName: 'Pages', Item: item })
  }
  const query = { TableName: 'Pages', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } }
  for (const [operation, input] of [
    ['Query', query],
    ['Query', { ...query, ProjectionExpression: 'sk' }],
    ['Query', { ...query, ScanIndexForward: false }],
    ['Query', { ...query, Select: 'COUNT' }],
    ['Query', { ...query, FilterExpression: 'attribute_exists(d)' }],
    ['Query', { ...query, Limit: 13 }],
    ['Scan', { TableName: 'Pages' }],
    ['Scan', { TableName: 'Pages', Select: 'COUNT' }],
  ] as const) {
    assert.deepEqual(
      (await pages(operation, input)).map((page) => page.Count),
      [11, 4],
      JSON.stringify(input),
    )
  }
  const none = await pages('Query', { ...query, FilterExpression: 'attribute_not_exists(d)' })
  assert.deepEqual(
    none.map((page) => [page.Count, page.ScannedCount]),
    [
      [0, 11],
      [0, 4],
    ],
  )
  assert.deepEqual(
    (await pages('Query', { ...query, Limit: 5 })).map((page) => page.Count),
    [5, 5, 5, 0],
  )
})

test('a page is full at exactly 1 MB, and one byte below it takes one more item', async () => {
  const sizesOf = (lastBytes: number): readonly number[] => [262_144, 262_144, 262_144, lastBytes, 100]
  for (const [pk, lastBytes, counts] of [
    ['full', 262_144, [4, 1]],
    ['room', 262_143, [5]],
  ] as const) {
    for (const [at, sizeBytes] of sizesOf(lastBytes).entries()) {
      const item = { pk: { S: pk }, sk: { S: String(at) }, d: text(sizeBytes - `pksk0d${pk}`.length) }
      await stator.succeed('PutItem', { TableName: 'Pages', Item: item })
    }
    const query = { TableName: 'Pages', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: pk } } }
    assert.deepEqual(
      (await pages('Query', query)).map((page) => page.Count),
      counts,
    )
  }
})

test('pages of any Limit walk every item once, in order, in both directions', async () => {
  const query = { TableName: 'Pages', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'many' } } }
  const names = Array.from({ length: 23 }, (_, index) => String(index).padStart(3, '0'))
  for (const name of names) await stator.succeed('PutItem', { TableName: 'Pages', Item: { pk: { S: 'many' }, sk: { S: name } } })
  for (const limit of [1, 2, 5, 7, 23, 24, 1000]) {
    for (const forward of [true, false]) {
      const walked = await pages('Query', { ...query, Limit: limit, ScanIndexForward: forward })
      const found = walked.flatMap((page) => page.Items.map((item) => item.sk?.S))
      assert.deepEqual(found, forward ? names : names.toReversed())
    }
  }
})

test('segments of a Scan are disjoint and complete, with pages and without', async () => {
  await stator.createTable(onDemandTable('Segments', { pk: 'S' }))
  const names = Array.from({ length: 200 }, (_, index) => `key-${index}`)
  for (const name of names) await stator.succeed('PutItem', { TableName: 'Segments', Item: { pk: { S: name } } })
  for (const total of [1, 2, 3, 7, 1000]) {
    for (const limit of [undefined, 3]) {
      const found: unknown[] = []
      for (let segment = 0; segment < total; segment += 1) {
        const input = { TableName: 'Segments', Segment: segment, TotalSegments: total, ...(limit !== undefined && { Limit: limit }) }
        const walked = await pages('Scan', input)
        found.push(...walked.flatMap((page) => page.Items.map((item) => item.pk?.S)))
      }
      assert.deepEqual(found.toSorted(), names.toSorted(), `${total} segments, Limit ${limit}`)
    }
  }
})

test('a start key of another segment is refused', async () => {
  const first = (await stator.succeed('Scan', { TableName: 'Segments', Segment: 0, TotalSegments: 2, Limit: 1 })) as unknown as PageBody
  const input = { TableName: 'Segments', Segment: 1, TotalSegments: 2, ExclusiveStartKey: first.LastEvaluatedKey }
  assertRefused(
    await stator.call('Scan', input),
    'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 1',
  )
})

test('a Scan in pages of one meets every item once', async () => {
  const walked = await pages('Scan', { TableName: 'Segments', Limit: 1 })
  const found = walked.flatMap((page) => page.Items.map((item) => item.pk?.S))
  assert.equal(new Set(found).size, 200)
  assert.equal(found.length, 200)
})

test('names and values of a request together are 2 MB at most, and no name is longer than one of an attribute may be', async () => {
  const names = (count: number, lengthChars: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`#n${at}`, `${'x'.repeat(lengthChars - 2)}${at + 10}`]))
  const get = (aliases: object): Promise<Reply> =>
    stator.call('GetItem', {
      TableName: 'Hash',
      Key: { pk: { S: 'a' } },
      ProjectionExpression: Object.keys(aliases).join(','),
      ExpressionAttributeNames: aliases,
    })
  assertDone(await get(names(30, 65_535)))
  assert.match((await get(names(33, 65_535))).message ?? '', /exceed the maximum size of 2097152 bytes/)
  assert.match((await get(names(1, 65_536))).message ?? '', /65535/)
  const longName = { '#n': 'x'.repeat(65_536) }
  const update = { TableName: 'Hash', Key: { pk: { S: 'a' } }, UpdateExpression: 'SET #n = :v', ExpressionAttributeNames: longName }
  assert.match((await stator.call('UpdateItem', { ...update, ExpressionAttributeValues: { ':v': { S: 'x' } } })).message ?? '', /65535/)
  const values = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, at) => [`:v${at}`, text(390_000)]))
  const scan = (all: object): Promise<Reply> =>
    stator.call('Scan', {
      TableName: 'Hash',
      FilterExpression: `a IN (${Object.keys(all).join(',')})`,
      ExpressionAttributeValues: all,
      Select: 'COUNT',
    })
  assertDone(await scan(values(5)))
  assert.match((await scan(values(6))).message ?? '', /exceed the maximum size of 2097152 bytes/)
})
