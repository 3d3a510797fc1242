import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { setOwn } from '../base/own.ts'
import type { AttributeValue, Item } from '../values/attribute-value.ts'
import type { WrittenCondition, WrittenOperand } from './ast.ts'
import { compileCondition, parsedConditions } from './condition.ts'
import { Placeholders } from './placeholders.ts'
import { printCondition } from './print-expression.ts'

/** Every placeholder that the cases below use. */
const values: { readonly [placeholder: string]: AttributeValue } = {
  ':s': { S: 'hello' },
  ':he': { S: 'he' },
  ':ll': { S: 'll' },
  ':empty': { S: '' },
  ':z': { S: 'z' },
  ':n': { N: '5' },
  ':one': { N: '1' },
  ':two': { N: '2' },
  ':nine': { N: '9' },
  ':ten': { N: '10' },
  ':b': { B: 'AQID' },
  ':b2': { B: 'AgM=' },
  ':b1': { B: 'AQI=' },
  ':high': { B: '/w==' },
  ':t': { BOOL: true },
  ':null': { NULL: true },
  ':ss': { SS: ['a', 'b'] },
  ':ns': { NS: ['1', '2'] },
  ':bs': { BS: ['AQ==', 'Ag=='] },
  ':bin': { B: 'Ag==' },
  ':a': { S: 'a' },
  ':l': { L: [{ N: '1' }, { S: 'x' }] },
  ':l2': { L: [{ S: 'x' }, { N: '1' }] },
  ':m': { M: { k: { N: '1' }, j: { NULL: true } } },
  ':element': { M: { p: { SS: ['q'] } } },
  ':astral': { S: '😀' },
  ':private': { S: '\uf8ff' },
  ':S': { S: 'S' },
  ':M': { S: 'M' },
  ':NULL': { S: 'NULL' },
}

const item: Item = {
  s: { S: 'hello' },
  n: { N: '5' },
  b: { B: 'AQID' },
  t: { BOOL: true },
  nul: { NULL: true },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1', '2'] },
  tens: { NS: ['10', '21'] },
  bs: { BS: ['AQ==', 'Ag=='] },
  l: { L: [{ N: '1' }, { S: 'x' }] },
  l9: { L: [{ M: { p: { SS: ['q'] } } }] },
  m: { M: { j: { NULL: true }, k: { N: '1' } } },
  emoji: { S: '😀' },
  deep: { M: { seq: { L: [{ M: { x: { N: '2' } } }] } } },
}

/** Only what the text uses, as a request would have it. */
function placeholdersFor(text: string, given = values): Placeholders {
  return new Placeholders({}, Object.fromEntries(Object.entries(given).filter(([name]) => text.includes(name))))
}

const weigh = (text: string, subject: Item = item): boolean =>
  compileCondition('FilterExpression', text, placeholdersFor(text)).matches(subject)

describe('Condition is true:', () => {
  const cases = `
    s = :s | n = :n | b = :b | t = :t | nul = :null | ss = :ss | ns = :ns | bs = :bs | l = :l | m = :m | :s = s
    s <> :he | n <> :s | absent <> :s | l <> :l2 | absent <> gone
    n < :ten | n <= :n | n > :two | n >= :n | s < :z | s > :he | b < :high | b > :b1 | :two < n
    emoji > :private
    n BETWEEN :two AND :ten | n BETWEEN :n AND :n | s BETWEEN :he AND :z | b BETWEEN :b1 AND :high | :n BETWEEN n AND :ten
    n IN (:two, :n) | l IN (:s, :l) | s IN (n, :s)
    attribute_exists(s) | attribute_exists(nul) | attribute_exists(m.k) | attribute_exists(l[1]) | attribute_exists(deep.seq[0].x)
    attribute_not_exists(absent) | attribute_not_exists(m.x) | attribute_not_exists(l[2]) | attribute_not_exists(s.k)
    attribute_not_exists(ss[0]) | attribute_not_exists(l.x) | attribute_not_exists(m[0])
    attribute_type(s, :S) | attribute_type(m, :M) | attribute_type(nul, :NULL)
    begins_with(s, :he) | begins_with(s, :s) | begins_with(s, :empty) | begins_with(b, :b1) | begins_with(b, :b) | begins_with(:s, :he)
    contains(s, :ll) | contains(s, :empty) | contains(ss, :a) | contains(ns, :one) | contains(bs, :bin) | contains(b, :b2)
    contains(l, :one) | contains(l9, :element) | contains(:s, :ll)
    size(s) = :n | size(emoji) = :two | size(b) > :two | size(ss) = :two | size(ns) = :two | size(bs) = :two | size(l) = :two | size(m) = :two
    size(s) < :ten | size(s) IN (:n) | size(s) BETWEEN :two AND :ten | size(s) = n | size(:s) = n | size(deep.seq) = :one
    deep.seq[0].x = :two | contains(ns, deep.seq[0].x)
    NOT n = :two | NOT absent = :s | NOT (n = :two AND s = :s) | NOT NOT n = :n | NOT attribute_exists(absent)
    n = :two OR s = :s | n = :n AND s = :s | n = :n OR n = :two AND s = :he | absent <> :s OR n < :two
  `
  for (const text of cases.split(/[|\n]/).map((part) => part.trim())) if (text !== '') test(text, () => assert.equal(weigh(text), true))
})

describe('Condition is false:', () => {
  const cases = `
    s = :he | n = :s | absent = :s | absent = gone | ss = :ns | l = :l2 | m = :l | t = :null | :two = n
    s <> :s | ss <> :ss | m <> :m
    n < :n | n > :ten | n > :nine | s < :n | n < :z | absent < :n | absent >= :n | :n < absent | t < n | l > n | ss >= s
    b > :high | emoji < :private
    n BETWEEN :nine AND :ten | n BETWEEN :one AND :two | s BETWEEN :one AND :two | absent BETWEEN :one AND :two
    n BETWEEN absent AND :ten | n IN (:two, :s) | absent IN (:s) | n IN (absent)
    attribute_exists(absent) | attribute_exists(l[2]) | attribute_exists(s[0]) | attribute_exists(absent.a.b)
    attribute_not_exists(nul) | attribute_not_exists(s) | attribute_type(absent, :S) | attribute_type(n, :S)
    begins_with(s, :ll) | begins_with(n, :he) | begins_with(absent, :he) | begins_with(s, :b) | begins_with(b, :b2) | begins_with(s, absent)
    begins_with(b, :s) | begins_with(ss, :a)
    contains(s, :z) | contains(n, :n) | contains(m, :one) | contains(ss, :one) | contains(ss, :he) | contains(ns, :a) | contains(tens, :one) | contains(l, :two)
    contains(absent, :a) | contains(b, :high) | contains(l, :element) | contains(s, absent) | contains(s, :n)
    size(n) = :one | size(t) = :one | size(nul) = :one | size(absent) < :ten | size(n) < :ten | size(s) = :s
    NOT n = :n | n = :two OR s = :he | n = :n AND s = :he | (n = :n OR n = :two) AND s = :he
  `
  for (const text of cases.split(/[|\n]/).map((part) => part.trim())) if (text !== '') test(text, () => assert.equal(weigh(text), false))
})

describe('Condition', () => {
  test('contains: of sets and lists a whole member, of texts and bytes any part', () => {
    const cases: readonly (readonly [AttributeValue, AttributeValue, boolean])[] = [
      [{ S: 'abc' }, { S: 'bc' }, true],
      [{ B: 'AQIDBAUG' }, { B: 'BAUG' }, true],
      [{ SS: ['abc', 'd'] }, { S: 'bc' }, false],
      [{ SS: ['abc', 'd'] }, { S: 'abc' }, true],
      [{ NS: ['10', '2'] }, { N: '1' }, false],
      [{ NS: ['10', '2'] }, { N: '10' }, true],
      [{ BS: ['AQIDBAUG', 'Bw=='] }, { B: 'BAUG' }, false],
      [{ BS: ['AQIDBAUG', 'Bw=='] }, { B: 'AQIDBAUG' }, true],
      [{ L: [{ S: 'abc' }, { SS: ['x'] }] }, { S: 'bc' }, false],
      [{ L: [{ S: 'abc' }, { SS: ['x'] }] }, { S: 'x' }, false],
      [{ L: [{ S: 'abc' }, { SS: ['x'] }] }, { S: 'abc' }, true],
      [{ L: [{ N: '10' }, { B: 'AQIDBAUG' }] }, { N: '1' }, false],
      [{ L: [{ N: '10' }, { B: 'AQIDBAUG' }] }, { B: 'BAUG' }, false],
      [{ M: { abc: { S: 'abc' } } }, { S: 'abc' }, false],
    ]
    for (const [whole, part, expected] of cases) {
      const condition = compileCondition('FilterExpression', 'contains(whole, :part)', new Placeholders({}, { ':part': part }))
      assert.equal(condition.matches({ whole }), expected, JSON.stringify([whole, part]))
    }
  })

  test('sees no attributes in an item that does not exist', () => {
    assert.equal(weigh('attribute_not_exists(s)', {}), true)
    assert.equal(weigh('attribute_exists(s)', {}), false)
    assert.equal(weigh('s <> :s', {}), true)
  })

  test('does not mistake inherited members for attributes', () => {
    const names = { '#p': '__proto__', '#c': 'constructor', '#h': 'hasOwnProperty' }
    const condition = compileCondition(
      'ConditionExpression',
      'attribute_not_exists(#p) AND attribute_not_exists(#c) AND attribute_not_exists(m.#h)',
      new Placeholders(names),
    )
    assert.equal(condition.matches({ m: { M: {} } }), true)
    const owner: Record<string, AttributeValue> = {}
    setOwn(owner, '__proto__', { S: 'own' })
    assert.equal(condition.matches(owner), false)
  })

  test('names the top-level attributes it uses, each once, in order', () => {
    const text = '(size(b.c) > :n AND NOT begins_with(a, :s)) OR :n IN (a, d[0]) OR b.x BETWEEN e AND f'
    assert.deepEqual(compileCondition('FilterExpression', text, placeholdersFor(text)).attributes, ['b', 'a', 'd', 'e', 'f'])
  })

  test('is parsed once however often it is compiled', () => {
    const text = 'parsedOnlyOnce = :n'
    const before = parsedConditions.parseCount
    for (let count = 0; count < 5; count += 1) weigh(text)
    assert.equal(parsedConditions.parseCount, before + 1)
  })

  test('weighs the deepest nesting that operators allow', () => {
    const text = `${'NOT('.repeat(299)}n = :n${')'.repeat(299)}`
    assert.equal(weigh(text), false)
  })
})

// ---- an evaluator of its own, slow and plain, over the written tree

const known: { readonly [placeholder: string]: AttributeValue } = {
  ':s': { S: 'b' },
  ':n': { N: '10' },
  ':B': { B: 'Yg==' },
  ':t': { BOOL: true },
  ':ss': { SS: ['a', 'b'] },
  ':l': { L: [{ N: '10' }] },
}

function look(operand: WrittenOperand, subject: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return known[operand.placeholder]
  if (operand.kind === 'call') {
    const [of] = operand.operands
    const sized = of && look(of, subject)
    if (!sized) return undefined
    const [type, content] = Object.entries(sized)[0] as [string, string | object]
    if (['N', 'BOOL', 'NULL'].includes(type)) return undefined
    const count = type === 'B' ? Buffer.from(String(content), 'base64').length : Object.keys(content).length
    return { N: String(typeof content === 'string' && type === 'S' ? content.length : count) }
  }
  let at = { M: subject } as AttributeValue | undefined
  for (const element of operand.elements) {
    if (element.kind === 'index') at = at && 'L' in at ? at.L[element.index] : undefined
    else if (element.kind === 'name') at = at && 'M' in at ? at.M[element.name] : undefined
  }
  return at
}

const sortKey = (value: AttributeValue): [string, number | string] => {
  if ('N' in value) return ['N', Number(value.N)]
  if ('S' in value) return ['S', Buffer.from(value.S).toString('hex')]
  return 'B' in value ? ['B', Buffer.from(value.B, 'base64').toString('hex')] : ['', '']
}

function inOrder(
  a: AttributeValue | undefined,
  b: AttributeValue | undefined,
  holds: (a: number | string, b: number | string) => boolean,
): boolean {
  if (!a || !b) return false
  const [typeA, keyA] = sortKey(a)
  const [typeB, keyB] = sortKey(b)
  return typeA !== '' && typeA === typeB && holds(keyA, keyB)
}

const same = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b)

function holds(written: WrittenCondition, subject: Item): boolean {
  switch (written.kind) {
    case 'or':
      return written.terms.map((term) => holds(term, subject)).includes(true)
    case 'and':
      return !written.terms.map((term) => holds(term, subject)).includes(false)
    case 'not':
      return !holds(written.term, subject)
    case 'comparison': {
      const [a, b] = [look(written.left, subject), look(written.right, subject)]
      if (written.comparator === '=') return same(a, b)
      if (written.comparator === '<>') return !same(a, b)
      if (written.comparator === '<') return inOrder(a, b, (x, y) => x < y)
      if (written.comparator === '<=') return inOrder(a, b, (x, y) => x <= y)
      if (written.comparator === '>') return inOrder(a, b, (x, y) => x > y)
      return inOrder(a, b, (x, y) => x >= y)
    }
    case 'between': {
      const [a, x, y] = [look(written.operand, subject), look(written.lower, subject), look(written.upper, subject)]
      return inOrder(x, a, (p, q) => p <= q) && inOrder(a, y, (p, q) => p <= q)
    }
    case 'in':
      return written.candidates.some((candidate) => same(look(written.operand, subject), look(candidate, subject)))
    case 'call':
      return callHolds(
        written.name,
        written.operands.map((operand) => look(operand, subject)),
      )
  }
}

function callHolds(name: string, [first, second]: readonly (AttributeValue | undefined)[]): boolean {
  if (name === 'attribute_exists') return first !== undefined
  if (name === 'attribute_not_exists') return first === undefined
  if (!first || !second) return false
  const bytes = (value: AttributeValue): string | undefined => ('B' in value ? Buffer.from(value.B, 'base64').toString('hex') : undefined)
  if (name === 'begins_with') {
    if ('S' in first) return 'S' in second && first.S.indexOf(second.S) === 0
    return bytes(first) !== undefined && bytes(second) !== undefined && String(bytes(first)).indexOf(String(bytes(second))) === 0
  }
  if ('S' in first) return 'S' in second && first.S.split(second.S).length > 1
  if ('SS' in first) return 'S' in second && first.SS.some((member) => member === second.S)
  if ('B' in first) return 'B' in second && atob(first.B).includes(atob(second.B))
  return 'L' in first && first.L.some((element) => same(element, second))
}

const paths = ['a', 'b', 'm.a', 'm.b', 'l[0]', 'l[1]'].map(
  (text): WrittenOperand => ({
    kind: 'path',
    elements: text
      .split(/[.[\]]/)
      .filter((part) => part !== '')
      .map((part) => (/\d/.test(part) ? { kind: 'index', index: Number(part) } : { kind: 'name', name: part })),
  }),
)
const value = (placeholder: string): WrittenOperand => ({ kind: 'value', placeholder })
const sizeOf = (of: WrittenOperand): WrittenOperand => ({ kind: 'call', name: 'size', operands: [of] })

const path = fc.constantFrom(...paths)
const scalar = fc.constantFrom(':s', ':n', ':B').map(value)
const any = fc.constantFrom(...Object.keys(known)).map(value)
const left = fc.oneof({ weight: 3, arbitrary: path }, { weight: 1, arbitrary: path.map(sizeOf) })
const comparison = (comparator: fc.Arbitrary<'=' | '<>' | '<' | '<=' | '>' | '>='>, right: fc.Arbitrary<WrittenOperand>) =>
  fc
    .tuple(comparator, left, right)
    .map(([operator, a, b]): WrittenCondition => ({ kind: 'comparison', comparator: operator, left: a, right: b }))

const { tree } = fc.letrec<{ tree: WrittenCondition }>((tie) => {
  const terms = fc.array(tie('tree'), { minLength: 2, maxLength: 3 })
  return {
    tree: fc.oneof(
      { depthSize: 'small' },
      comparison(
        fc.constantFrom('=', '<>'),
        fc.oneof(
          any,
          scalar.map((a) => a),
        ),
      ),
      comparison(fc.constantFrom('<', '<=', '>', '>='), scalar),
      comparison(fc.constantFrom('=', '<', '>='), fc.constantFrom(...paths).map(sizeOf)),
      fc.tuple(left, scalar).map(([operand, bound]): WrittenCondition => ({ kind: 'between', operand, lower: bound, upper: bound })),
      fc
        .tuple(left, fc.array(any, { minLength: 1, maxLength: 3 }))
        .map(([operand, candidates]): WrittenCondition => ({ kind: 'in', operand, candidates })),
      fc
        .tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), path)
        .map(([name, a]): WrittenCondition => ({ kind: 'call', name, operands: [a] })),
      fc
        .tuple(path, fc.constantFrom(':s', ':B'))
        .map(([a, b]): WrittenCondition => ({ kind: 'call', name: 'begins_with', operands: [a, value(b)] })),
      fc.tuple(path, scalar).map(([a, b]): WrittenCondition => ({ kind: 'call', name: 'contains', operands: [a, b] })),
      terms.map((all): WrittenCondition => ({ kind: 'or', terms: all })),
      terms.map((all): WrittenCondition => ({ kind: 'and', terms: all })),
      tie('tree').map((term): WrittenCondition => ({ kind: 'not', term })),
    ),
  }
})

const stored = fc.constantFrom<AttributeValue>(
  { S: 'b' },
  { S: 'bc' },
  { S: 'a' },
  { S: '' },
  { N: '10' },
  { N: '9' },
  { N: '-1' },
  { N: '1' },
  { B: 'Yg==' },
  { B: 'YmI=' },
  { BOOL: true },
  { NULL: true },
  { SS: ['a', 'b'] },
  { L: [{ N: '10' }] },
  { L: [{ S: 'b' }, { S: '' }] },
)
const maybe = (name: string) => fc.option(stored, { nil: undefined }).map((found) => (found ? { [name]: found } : {}))
const subjects: fc.Arbitrary<Item> = fc
  .tuple(maybe('a'), maybe('b'), maybe('a'), maybe('b'), fc.array(stored, { maxLength: 2 }))
  .map(([a, b, inA, inB, list]) => ({ ...a, ...b, m: { M: { ...inA, ...inB } }, l: { L: list } }))

describe('Compiled conditions', () => {
  test('agree with a plain evaluation of their trees', () => {
    fc.assert(
      fc.property(tree, subjects, (written, subject) => {
        const text = printCondition(written)
        const compiled = compileCondition('ConditionExpression', text, new Placeholders({}, known))
        assert.equal(compiled.matches(subject), holds(written, subject), text)
      }),
      { numRuns: 1000 },
    )
  })
})
