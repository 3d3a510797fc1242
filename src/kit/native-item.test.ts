/** What programs write down as items. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { nativeItem } from './native-item.ts'

test('Values are as the document client takes them, whatever context made them', () => {
  const expected = {
    text: { S: 'a' },
    count: { N: '3' },
    big: { N: '12345678901234567890' },
    isOn: { BOOL: false },
    none: { NULL: true },
    bytes: { B: 'AQI=' },
    tags: { SS: ['x', 'y'] },
    numbers: { NS: ['1', '2'] },
    list: { L: [{ S: 'a' }, { M: { deep: { N: '1' } } }] },
  }
  const source = `({ text: 'a', count: 3, big: 12345678901234567890n, isOn: false, none: null, bytes: new Uint8Array([1, 2]),
    tags: new Set(['x', 'y']), numbers: new Set([1, 2n]), list: ['a', { deep: 1 }], missing: undefined })`
  for (const made of [runInNewContext(source, { Uint8Array }), new Function(`return ${source}`)()])
    assert.deepEqual(nativeItem(made), expected)
})

test('What is DynamoDB JSON as a whole stays as it is', () => {
  assert.deepEqual(nativeItem({ pk: { S: 'a' }, n: { N: '1' } }), { pk: { S: 'a' }, n: { N: '1' } })
  assert.deepEqual(nativeItem({ pk: 'a', n: { N: '1' } }), { pk: { S: 'a' }, n: { M: { N: { S: '1' } } } })
})

test('What no attribute can hold is named', () => {
  const faults: readonly (readonly [unknown, string])[] = [
    [Number.NaN, 'x is NaN, which is no number of DynamoDB'],
    [new Date(0), 'x is a Date, which no attribute can hold'],
    [new Map(), 'x is a Map, which no attribute can hold'],
    [() => 1, 'x is a function, which no attribute can hold'],
    [new Set(), 'x is a set that is empty, or of values of several types'],
    [new Set(['a', 1]), 'x is a set that is empty, or of values of several types'],
  ]
  for (const [x, message] of faults) assert.throws(() => nativeItem({ x }), { message })
})
