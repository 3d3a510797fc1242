/** What a terminal could obey, or take for the end of a line, does not reach it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, printableLines } from './printable.ts'

const wild = 'a\u001b[2Jb\u009b31mc\u0085d\u2028e\u2029f\u202eg\ud800h'

test('Controls of ASCII and of C1, line separators, directions and halves of pairs become question marks', () => {
  assert.equal(printable(`${wild}\ni\tj`), 'a?[2Jb?31mc?d?e?f?g?h?i?j')
})

test('What has lines keeps its own and no others', () => {
  assert.equal(printableLines(`${wild}\ni\tj\r\n`), 'a?[2Jb?31mc?d?e?f?g?h\ni\tj?\n')
})
