import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, only, range, readTexts, typed } from '../../../test/harness/infrastructure-texts.ts'

test('Files of items belong to the table that their name says', async () => {
  const table = json({
    TableName: 'orders',
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    BillingMode: 'PAY_PER_REQUEST',
  })
  const reading = await readTexts(
    { 'd/orders.json': table, 'd/orders.seed.jsonl': '{"id":"a"}\n{"id":{"S":"b"}}\n', 'd/users.jsonl': '{}\n' },
    {},
    ['d'],
  )
  assert.deepEqual(reading.tables[0]?.seeds[0]?.items, [{ id: { S: 'a' } }, { id: { S: 'b' } }])
  assert.deepEqual(linesOf(reading), [
    'd/users.jsonl users: not done: no file here makes such a table: stator copy puts items into one that is there.',
  ])
  await assert.rejects(readTexts({ 'orders.json': table, 'orders.jsonl': '{"id":"a"}\n{"id":\n' }), {
    message: 'orders.jsonl:2: it is not JSON.',
  })
  await assert.rejects(readTexts({ 'notes.json': '{"a": 1}' }), { message: /^notes\.json: it is no infrastructure code that is known/ })
})

const typedTable = json({
  TableName: 'orders',
  KeySchema: [hash('id'), range('at')],
  AttributeDefinitions: [typed('id', 'S'), typed('at', 'N')],
  BillingMode: 'PAY_PER_REQUEST',
})

async function itemsOf(name: string, text: string): Promise<unknown> {
  const { seeds } = await only({ 'd/orders.json': typedTable, [`d/${name}`]: text }, {}, ['d'])
  return seeds.flatMap(({ items }) => items)
}

test('CSV has keys as the table has them, a type behind the name of a column, and no attribute where a cell is empty', async () => {
  const rows = `\ufeffid,at,name,price:N,tags:SS,sizes:NS,open:BOOL,none:NULL,more:M,list:L,bytes:B,a:b\r
a,1,"Ana, ""B""",1.50,x;y,1;2,TRUE,x,"{""n"": 12345678901234567890}","[1, ""x""]",AQI=,c\r
b,2,,,,,false,,,,,\r
`
  assert.deepEqual(await itemsOf('orders.csv', rows), [
    {
      id: { S: 'a' },
      at: { N: '1' },
      name: { S: 'Ana, "B"' },
      price: { N: '1.50' },
      tags: { SS: ['x', 'y'] },
      sizes: { NS: ['1', '2'] },
      open: { BOOL: true },
      none: { NULL: true },
      more: { M: { n: { N: '12345678901234567890' } } },
      list: { L: [{ N: '1' }, { S: 'x' }] },
      bytes: { B: 'AQI=' },
      'a:b': { S: 'c' },
    },
    { id: { S: 'b' }, at: { N: '2' }, open: { BOOL: false } },
  ])
  const wrong: readonly (readonly [text: string, told: string])[] = [
    ['id,at\na\n', 'its item 1: the data is not valid CSV: it has 1 fields where the header has 2.'],
    ['id,at,x:BOOL\na,1,true\nb,2,yes\n', 'its item 2 has no BOOL in x.'],
    ['id,at,x:M\na,1,[]\n', 'its item 1 has no M in x.'],
    ['id,at,x:L\na,1,{\n', 'its item 1 has no L in x.'],
  ]
  for (const [text, told] of wrong) {
    await assert.rejects(itemsOf('orders.seed.csv', text), ({ message }: Error) => {
      assert.match(
        message,
        new RegExp(`^d/orders\\.seed\\.csv: ${told.startsWith('its item 1: ') ? 'its item 1: .*1 fields' : told.replace('.', '\\.')}`),
      )
      return true
    })
  }
})

test('Ion is read as exports have it', async () => {
  const text = '$ion_1_0 {Item:{id:"a",at:1.}}\n$ion_1_0 {Item:{id:"b",at:2.,tags:$dynamodb_SS::["x","y"]}}\n'
  assert.deepEqual(await itemsOf('orders.ion', text), [
    { id: { S: 'a' }, at: { N: '1' } },
    { id: { S: 'b' }, at: { N: '2' }, tags: { SS: ['x', 'y'] } },
  ])
  await assert.rejects(itemsOf('orders.ion', '$ion_1_0 {id:"a"}\n'), { message: 'd/orders.ion: its item 1: it has no member Item.' })
  await assert.rejects(itemsOf('orders.ion', '{Item:{id:"a"}} {'), { message: /^d\/orders\.ion: its item 2: / })
})

test('CSV and Ion of a folder that name no table of it are somebody else’s, unless they are given or say that they are seeds', async () => {
  const texts = { 'd/orders.json': typedTable, 'd/report.csv': 'not,"csv', 'd/users.seed.csv': 'id\na\n' }
  const missing = 'not done: no file here makes such a table: stator copy puts items into one that is there.'
  assert.deepEqual(linesOf(await readTexts(texts, {}, ['d'])), [`d/users.seed.csv users: ${missing}`])
  assert.deepEqual(linesOf(await readTexts(texts, {}, ['d/orders.json', 'd/report.csv'])), [`d/report.csv report: ${missing}`])
})
