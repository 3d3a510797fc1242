import assert from 'node:assert/strict'
import { isAscii } from 'node:buffer'
import test from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { rawItems } from './arbitrary-values.test.ts'
import { checkAttributes } from './check.ts'
import { itemText } from './item-text.ts'
import { scannedLevelsMax, scannedNameLettersMax, scannedNamesMax } from './limits.ts'
import { isUsualText, type ScannedItem, scanItem } from './scanned-item.ts'
import { itemSizeBytes } from './size.ts'

/** The item that is the whole text, if that is taken as it stands when it comes as bytes. */
function scanned(sent: string): ScannedItem | undefined {
  const bytes = Buffer.from(sent)
  const text = bytes.toString()
  const item = isUsualText(text) ? scanItem(text, 0, isAscii(bytes) ? bytes : undefined) : undefined
  return item?.text === text ? item : undefined
}

test('Canonical items of every type are taken as they stand, and measured', () => {
  for (const [text, sizeBytes] of [
    ['{}', 0],
    ['{"id":{"S":""}}', 2],
    ['{"id":{"S":"a"},"größe":{"S":"日本"}}', 16],
    ['{"n":{"N":"-12.5"},"zero":{"N":"0"},"big":{"N":"12345678901234567890123456789012345678"}}', 33],
    ['{"b":{"B":"AAE="},"none":{"B":""}}', 7],
    ['{"t":{"BOOL":true},"f":{"BOOL":false},"n":{"NULL":true}}', 6],
    ['{"ss":{"SS":["a","b"]},"ns":{"NS":["-1","2"]},"bs":{"BS":["","AA=="]}}', 14],
    ['{"l":{"L":[{"S":"a"},{"L":[]},{"M":{}}]},"m":{"M":{"x":{"M":{"y":{"N":"1"}}}}}}', 27],
    ['{"__proto__":{"S":"x"},"constructor":{"S":"y"}}', 22],
  ] as const) {
    const item = scanned(text)
    assert.ok(item !== undefined, text)
    assert.equal(item.sizeBytes, itemSizeBytes(JSON.parse(text)), text)
    assert.equal(item.sizeBytes, sizeBytes, text)
    assert.equal(itemText(item.attributes), text)
    assert.equal(JSON.stringify(item), text)
  }
})

test('What is not canonical as it stands, or is wrong, is left to be parsed', () => {
  const levels = (count: number): string => `{"l":${'{"L":['.repeat(count)}${']}'.repeat(count)}}`
  const names = (count: number): string => `{${Array.from({ length: count }, (_, at) => `"a${at}":{"S":""}`).join()}}`
  assert.ok(scanned(levels(scannedLevelsMax)) !== undefined)
  assert.ok(scanned(names(scannedNamesMax)) !== undefined)
  for (const text of [
    ...[
      '',
      '{',
      '{"a"',
      '{"a":',
      '{"a":{',
      '{"a":{"S',
      '{"a":{"S":"',
      '{"a":{"S":"x"',
      '{"a":{"S":"x"}',
      '[]',
      '0',
      'null',
      '{"a":{"S":"x"},}',
      '{,}',
    ],
    ...['{"a": {"S":"x"}}', '{ "a":{"S":"x"}}', '{"a":{"S":"x"} }', '{"a":{"S" :"x"}}', '{"a":{"S":"x"}}\n'],
    ...['{"a":{"S":"\\n"}}', '{"a\\u0062":{"S":"x"}}', '{"a":{"S":"\u0001"}}', '{"a":{"S":"\ufffd"}}', '{"a":{"S":"\ud800"}}'],
    ...[
      '{"":{"S":"x"}}',
      '{"a":{"S":"x"},"a":{"S":"y"}}',
      '{"a":{"M":{"b":{"S":""},"b":{"S":""}}}}',
      '{"1":{"S":"x"}}',
      '{"a":{"M":{"7":{"S":"x"}}}}',
    ],
    ...[
      '{"a":{}}',
      '{"a":{"S":"x","N":"1"}}',
      '{"a":{"X":"x"}}',
      '{"a":{"SN":"x"}}',
      '{"a":{"S":1}}',
      '{"a":{"S":null}}',
      '{"a":"x"}',
      '{"a":null}',
    ],
    ...[
      '{"a":{"N":""}}',
      '{"a":{"N":"1.0"}}',
      '{"a":{"N":"+1"}}',
      '{"a":{"N":"-0"}}',
      '{"a":{"N":"1e2"}}',
      '{"a":{"N":"x"}}',
      `{"a":{"N":"${'1'.repeat(39)}"}}`,
    ],
    ...['{"a":{"B":"A"}}', '{"a":{"B":"AB=="}}', '{"a":{"B":"A-=="}}'],
    ...['{"a":{"BOOL":"true"}}', '{"a":{"BOOL":1}}', '{"a":{"BOOLE":true}}', '{"a":{"NULL":false}}', '{"a":{"NULL":"true"}}'],
    ...[
      '{"a":{"SS":[]}}',
      '{"a":{"SS":["a","a"]}}',
      '{"a":{"SS":["b","a"]}}',
      '{"a":{"SS":["a",]}}',
      '{"a":{"SS":"a"}}',
      '{"a":{"NS":["2","1"]}}',
      '{"a":{"BS":["AA==","AA=="]}}',
    ],
    ...['{"a":{"L":[,]}}', '{"a":{"L":["x"]}}', '{"a":{"L":{}}}', '{"a":{"M":[]}}', '{"a":{"L":[{"S":"x"}}}'],
    levels(scannedLevelsMax + 1),
    `{"${'a'.repeat(scannedNameLettersMax + 1)}":{"S":""}}`,
    `{"m":{"M":{"${'a'.repeat(scannedNameLettersMax + 1)}":{"S":""}}}}`,
    names(scannedNamesMax + 1),
  ]) {
    assert.equal(scanned(text), undefined, text)
  }
})

test('An item that is taken is what it is when it is parsed, checked, printed and measured', () => {
  fc.assert(
    fc.property(rawItems, (raw) => {
      const text = itemText(checkAttributes(raw, 'current'))
      const item = scanned(text)
      if (item === undefined) return
      assert.equal(item.sizeBytes, itemSizeBytes(JSON.parse(text)))
      const attributes = checkAttributes(JSON.parse(text), 'current')
      for (const name of Object.keys(attributes)) {
        const some = scanned(text)?.having([name, 'no such name']) ?? {}
        assert.deepEqual(Object.entries(some), [[name, attributes[name]]])
      }
      assert.deepEqual(item.attributes, attributes)
    }),
  )
})

test('What is taken after something was changed anywhere in the text is still what it is when it is parsed', () => {
  const letters = fc.constantFrom(...'{}[]",:\\SNBLMOUabe01.-= \u0000é')
  const edits = fc.array(fc.record({ place: fc.nat(), letter: fc.option(letters), isInserted: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(rawItems, edits, (raw, all) => {
      let text = itemText(checkAttributes(raw, 'current'))
      for (const { place, letter, isInserted } of all) {
        const at = place % (text.length + 1)
        text = `${text.slice(0, at)}${letter ?? ''}${text.slice(isInserted ? at : at + 1)}`.toWellFormed()
      }
      const item = scanned(text)
      if (item === undefined) return
      const attributes = checkAttributes(JSON.parse(text), 'older')
      assert.equal(itemText(attributes), text)
      assert.equal(item.sizeBytes, itemSizeBytes(attributes))
    }),
    { numRuns: 2000 },
  )
})

test('The attributes that were asked for are parsed once', () => {
  const item = scanned('{"a":{"S":"x"},"b":{"N":"1"},"c":{"L":[]}}')
  const names = ['a', 'c']
  assert.deepEqual(item?.having(names), { a: { S: 'x' }, c: { L: [] } })
  assert.equal(item?.having(names), item?.having(names))
  assert.deepEqual(item?.attributes, { a: { S: 'x' }, b: { N: '1' }, c: { L: [] } })
  assert.equal(item?.having(['b']), item?.attributes)
})

test('An item keeps nothing of the body that it came in', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const note = 'x'.repeat(200_000)
  const heapBytes = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = heapBytes()
  const kept = [note, `${note}é`].flatMap((rest) =>
    Array.from({ length: 100 }, (_, at) => {
      const body = Buffer.from(`{"id":{"S":"an item whose key is number ${at}"}}${rest}`)
      const item = scanItem(body.toString(), 0, isAscii(body) ? body : undefined)
      return [item, item?.having(['id'])]
    }),
  )
  const grownBytes = heapBytes() - before
  assert.equal(kept.length, 200)
  assert.ok(grownBytes < 2_000_000, String(grownBytes))
})
