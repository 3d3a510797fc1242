import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttributeMap } from '../values/attribute-value.ts'
import { compileCondition } from './condition.ts'
import { Placeholders } from './placeholders.ts'

const values: AttributeMap = {
  ':s': { S: 'a' },
  ':n': { N: '1' },
  ':five': { N: '5' },
  ':b': { B: 'AQ==' },
  ':t': { BOOL: true },
  ':null': { NULL: true },
  ':ss': { SS: ['a'] },
  ':ns': { NS: ['1'] },
  ':bs': { BS: ['AQ=='] },
  ':l': { L: [] },
  ':m': { M: {} },
  ':X': { S: 'X' },
}

function compile(text: string): void {
  compileCondition('ConditionExpression', text, new Placeholders({ '#a': 'a', '#b': 'b' }, values))
}

function fault(text: string, message: string): void {
  test(`${text}: ${message}`, () => {
    assert.throws(() => compile(text), {
      exception: 'ValidationException',
      message: `Invalid ConditionExpression: ${message}`,
      inRequest: true,
    })
  })
}

const count = (name: string, operands: number): string =>
  `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands}`
const type = (name: string, operand: string): string =>
  `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${operand}`
const distinct = (operator: string, path: string): string =>
  `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${path}`

describe('Number of operands', () => {
  fault('begins_with(a)', count('begins_with', 1))
  fault('begins_with(a, :s, :s)', count('begins_with', 3))
  fault('contains(a)', count('contains', 1))
  fault('attribute_exists(a, b)', count('attribute_exists', 2))
  fault('attribute_not_exists(a, b)', count('attribute_not_exists', 2))
  fault('attribute_type(a)', count('attribute_type', 1))
  fault('size(a, b) = :n', count('size', 2))
})

describe('A document path is required', () => {
  for (const text of ['attribute_exists(:s)', 'attribute_not_exists(size(a))']) {
    fault(text, `Operator or function requires a document path; operator or function: ${text.slice(0, text.indexOf('('))}`)
  }
})

describe('Operands must be distinct', () => {
  fault('contains(a, a)', distinct('contains', '[a]'))
  fault('contains(a[0].b, #a[0].#b)', distinct('contains', '[a, [0], b]'))
  fault('begins_with(a, #a)', distinct('begins_with', '[a]'))
  fault('a = a', distinct('=', '[a]'))
  fault('a <> #a', distinct('<>', '[a]'))
  fault('a.b >= a.b', distinct('>=', '[a, b]'))
  fault('a BETWEEN :n AND a', distinct('BETWEEN', '[a]'))
  fault('a IN (b, :n, a)', distinct('IN', '[a]'))
  test('but only the first from the others, and only paths', () => {
    for (const text of ['a IN (b, b)', 'a BETWEEN b AND b', ':n = :n', 'a = a[0]', 'a = size(a)']) assert.doesNotThrow(() => compile(text))
  })
})

describe('Types of literal operands', () => {
  const letters = { ':t': 'BOOL', ':null': 'NULL', ':ss': 'SS', ':ns': 'NS', ':bs': 'BS', ':l': 'L', ':m': 'M' }
  for (const [placeholder, letter] of Object.entries(letters)) {
    for (const comparator of ['<', '<=', '>', '>=']) fault(`a ${comparator} ${placeholder}`, type(comparator, letter))
    fault(`${placeholder} < a`, type('<', letter))
    fault(`a BETWEEN ${placeholder} AND :n`, type('BETWEEN', letter))
    fault(`begins_with(a, ${placeholder})`, type('begins_with', letter))
  }
  fault('begins_with(a, :n)', type('begins_with', 'N'))
  fault('begins_with(:n, :s)', type('begins_with', 'N'))
  fault('begins_with(size(a), :s)', type('begins_with', 'N'))
  fault('size(:n) = :n', type('size', 'N'))
  fault('size(:t) = :n', type('size', 'BOOL'))
  fault('size(:null) = :n', type('size', 'NULL'))
  fault('size(size(a)) = :n', type('size', 'N'))
  fault('attribute_type(a, :n)', type('attribute_type', 'N'))
  fault('contains(:n, a)', type('contains', 'N'))
  fault('attribute_type(a, :X)', 'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}')
  test('are free for =, <>, IN and what contains looks for', () => {
    for (const placeholder of Object.keys(values)) {
      for (const text of [`a = ${placeholder}`, `a <> ${placeholder}`, `a IN (${placeholder})`, `contains(a, ${placeholder})`]) {
        assert.doesNotThrow(() => compile(text))
      }
    }
  })
})

describe('BETWEEN', () => {
  fault(
    'a BETWEEN :s AND :n',
    'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}',
  )
  fault(
    'a BETWEEN :five AND :n',
    'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:1}',
  )
  test('takes equal bounds and bounds that are not known yet', () => {
    for (const text of ['a BETWEEN :n AND :n', 'a BETWEEN b AND :n', 'a BETWEEN :five AND size(b)'])
      assert.doesNotThrow(() => compile(text))
  })
})

describe('Of several faults', () => {
  fault('begins_with(a, :t, :undefined)', 'An expression attribute value used in expression is not defined; attribute value: :undefined')
  fault('contains(a, a, :n)', count('contains', 3))
  fault('a < :t OR b = :undefined', type('<', 'BOOL'))
  fault('b = :undefined OR a < :t', 'An expression attribute value used in expression is not defined; attribute value: :undefined')
  fault('#x = :undefined', 'An expression attribute name used in the document path is not defined; attribute name: #x')
})
