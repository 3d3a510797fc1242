import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { items, strings } from '../arbitrary-values.test.ts'
import type { Item } from '../attribute-value.ts'
import { checkAttributes, type RawAttributes } from '../check.ts'
import { itemText } from '../item-text.ts'
import type { FileRecord, RecordReader } from './file-record.ts'
import { ionStruct } from './ion-text.ts'
import { csvReader } from './read-csv.ts'
import { ionReader } from './read-ion.ts'
import { jsonLinesReader } from './read-json-lines.ts'

/** The text cut wherever the numbers say, as pieces of a file are. */
function cut(text: string, at: readonly number[]): readonly string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length))
}

function read(reader: RecordReader, pieces: readonly string[]): readonly FileRecord[] {
  return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()]
}

/** The items as they are kept, whatever they were written as. */
function itemsIn(records: readonly FileRecord[]): readonly string[] {
  return records.map((record) => {
    assert.equal(record.kind, 'record', JSON.stringify(record))
    assert.ok(record.kind === 'record')
    return itemText(checkAttributes(record.members['Item'] as RawAttributes, 'current'))
  })
}

const written: fc.Arbitrary<readonly Item[]> = fc.array(items, { maxLength: 4 })
const cuts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(), { maxLength: 8 })

test('Ion that was written reads back as the same items, wherever the file is cut into pieces', () => {
  fc.assert(
    fc.property(written, cuts, (all, at) => {
      const text = all.map((item) => `$ion_1_0 {Item:${ionStruct(item)}}\n`).join('')
      assert.deepEqual(itemsIn(read(ionReader(), cut(text, at))), all.map(itemText))
    }),
  )
})

test('Lines of JSON read back as the same items, wherever the file is cut into pieces', () => {
  fc.assert(
    fc.property(written, cuts, (all, at) => {
      const text = all.map((item) => `{"Item":${itemText(item)}}\r\n`).join('')
      assert.deepEqual(itemsIn(read(jsonLinesReader(), cut(text, at))), all.map(itemText))
    }),
  )
})

test('Fields of CSV read back as the same texts, wherever the file is cut into pieces', () => {
  const rows = fc.array(fc.tuple(strings, strings), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(rows, cuts, (all, at) => {
      const field = (text: string): string => `"${text.replaceAll('"', '""')}"`
      const text = all.map((row) => `${row.map(field).join(';')}\r\n`).join('')
      const reader = csvReader({ delimiter: ';', headers: ['a', 'b'], types: new Map(), required: [] })
      const found = read(reader, cut(text, at)).map((record) => (record.kind === 'record' ? record.members['Item'] : record))
      assert.deepEqual(
        found,
        all.map(([a, b]) => ({ a: { S: a }, b: { S: b } })),
      )
    }),
  )
})

test('No text makes a reader of files throw, whatever it is', () => {
  const signs = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    "'",
    "'''",
    '\\',
    ':',
    '::',
    ',',
    '//',
    '/*',
    '*/',
    '{{',
    '}}',
    '\n',
    'a',
    '1',
    'null',
    '$ion_1_0',
    ' ',
  )
  const hostile = fc.oneof(
    fc.array(signs, { maxLength: 40 }).map((parts) => parts.join('')),
    strings,
  )
  fc.assert(
    fc.property(hostile, cuts, (text, at) => {
      for (const reader of [ionReader(), jsonLinesReader(), csvReader({ delimiter: ',', types: new Map(), required: ['a'] })]) {
        for (const record of read(reader, cut(text, at))) assert.ok(['record', 'fault', 'broken'].includes(record.kind))
      }
    }),
    { numRuns: 1000 },
  )
})

test('A record that does not end is given up before it fills the memory', () => {
  const piece = 'x'.repeat(1 << 16)
  for (const [reader, beginning] of [
    [jsonLinesReader(), ''],
    [csvReader({ delimiter: ',', headers: ['a'], types: new Map(), required: [] }), '"'],
    [ionReader(), '"'],
    [ionReader(), '/*'],
    [ionReader(), '[['],
  ] as const) {
    const found = [...reader.push(beginning)]
    for (let pieces = 0; pieces < 100; pieces += 1) found.push(...reader.push(piece))
    found.push(...reader.end())
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['broken'],
    )
  }
})
