import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isReservedWord } from './reserved-words.ts'

test('Reserved words are reserved in any case, misspellings included, and others are not', () => {
  for (const word of ['count', 'Data', 'ITEMS', 'constructor', 'name', 'status', 'abort', 'zone', 'flattern', 'innter', 'loged']) {
    assert.equal(isReservedWord(word), true, word)
  }
  for (const word of ['', 'pk', 'email', '__proto__', 'names_']) assert.equal(isReservedWord(word), false, word)
})
