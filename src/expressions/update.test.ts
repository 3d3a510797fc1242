import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AttributeMap, AttributeValue, Item } from '../values/attribute-value.ts'
import { Placeholders } from './placeholders.ts'
import { compileUpdate, parsedUpdates, type Update } from './update.ts'

const values: AttributeMap = {
  ':s': { S: 'text' },
  ':n': { N: '3' },
  ':x': { S: 'X' },
  ':y': { S: 'Y' },
  ':z': { S: 'Z' },
  ':max': { N: `9${'9'.repeat(37)}${'0'.repeat(88)}` },
  ':b': { B: 'AQ==' },
  ':t': { BOOL: true },
  ':null': { NULL: true },
  ':ss': { SS: ['', 'b', 'd'] },
  ':a': { SS: ['a'] },
  ':ns': { NS: ['2', '10'] },
  ':bs': { BS: ['', 'AQ=='] },
  ':l': { L: [{ S: 'new' }] },
  ':e': { L: [] },
  ':m': { M: {} },
}

const item: Item = {
  n: { N: '10' },
  s: { S: 'old' },
  nul: { NULL: true },
  ss: { SS: ['a', 'b', 'c'] },
  ns: { NS: ['-1', '2', '3'] },
  bs: { BS: ['AQ==', 'Ag=='] },
  l: { L: [{ S: '0' }, { S: '1' }, { S: '2' }, { S: '3' }] },
  m: { M: { k: { N: '1' }, l: { L: [{ S: 'in' }] }, d: { M: { e: { S: 'e' } } } } },
}

const compile = (text: string): Update => compileUpdate(text, new Placeholders({ '#n': 'n', '#p': '__proto__', '#d': 'a.b' }, values))
const apply = (text: string, old: Item = item): Item => compile(text).apply(old)

describe('Update', () => {
  const l = (...texts: readonly string[]): AttributeValue => ({ L: texts.map((S) => ({ S })) })
  /** What becomes of the attributes that are named; undefined is absent. */
  const cases: readonly (readonly [string, { readonly [name: string]: AttributeValue | undefined }])[] = [
    ['SET s = :n, fresh = :t', { s: { N: '3' }, fresh: { BOOL: true } }],
    ['SET n = n + :n', { n: { N: '13' } }],
    ['SET n = :n - n', { n: { N: '-7' } }],
    ['SET n = (n - :n)', { n: { N: '7' } }],
    ['SET v = if_not_exists(v, :n) + :n', { v: { N: '6' } }],
    ['SET n = if_not_exists(n, :n) - :n', { n: { N: '7' } }],
    ['SET a = n, n = :s', { a: { N: '10' }, n: { S: 'text' } }],
    ['SET s = n, n = s', { s: { N: '10' }, n: { S: 'old' } }],
    ['SET a = m.l[0]', { a: { S: 'in' } }],
    ['SET nul = if_not_exists(nul, :s)', { nul: { NULL: true } }],
    ['SET a = if_not_exists(n, gone)', { a: { N: '10' } }],
    ['SET a = if_not_exists(gone, if_not_exists(lost, s))', { a: { S: 'old' } }],
    ['SET l = list_append(l, :l)', { l: l('0', '1', '2', '3', 'new') }],
    ['SET l = list_append(:l, l)', { l: l('new', '0', '1', '2', '3') }],
    ['SET v = list_append(if_not_exists(v, :e), :l)', { v: l('new') }],
    ['SET m.k = :s, m.x = :n', { m: { M: { ...(item.m as { M: AttributeMap }).M, k: { S: 'text' }, x: { N: '3' } } } }],
    ['SET m.d.e = :s REMOVE m.k, m.l', { m: { M: { d: { M: { e: { S: 'text' } } } } } }],
    ['SET l[1] = :x', { l: l('0', 'X', '2', '3') }],
    ['SET l[9] = :x', { l: l('0', '1', '2', '3', 'X') }],
    ['SET l[20] = :z, l[4] = :x, l[0] = s, l[7] = :y', { l: l('old', '1', '2', '3', 'X', 'Y', 'Z') }],
    ['REMOVE l[0], l[2]', { l: l('1', '3') }],
    ['REMOVE l[3], l[9] SET l[0] = :x, l[5] = :y', { l: l('X', '1', '2', 'Y') }],
    ['REMOVE l[0], l[1], l[2], l[3]', { l: { L: [] } }],
    ['REMOVE s, gone, m.gone, n', { s: undefined, n: undefined }],
    ['ADD n :n, fresh :n', { n: { N: '13' }, fresh: { N: '3' } }],
    ['ADD ss :ss', { ss: { SS: ['', 'a', 'b', 'c', 'd'] } }],
    ['ADD ns :ns', { ns: { NS: ['-1', '2', '3', '10'] } }],
    ['ADD bs :bs', { bs: { BS: ['', 'AQ==', 'Ag=='] } }],
    ['ADD fresh :ss', { fresh: { SS: ['', 'b', 'd'] } }],
    ['ADD m.k :n, m.x :ss', { m: { M: { ...(item.m as { M: AttributeMap }).M, k: { N: '4' }, x: { SS: ['', 'b', 'd'] } } } }],
    ['DELETE ss :ss', { ss: { SS: ['a', 'c'] } }],
    ['DELETE ns :ns', { ns: { NS: ['-1', '3'] } }],
    ['DELETE bs :bs', { bs: { BS: ['Ag=='] } }],
    ['DELETE gone :ss, m.gone :ss', {}],
    ['SET #d = :s, #p = :n', { 'a.b': { S: 'text' }, ['__proto__']: { N: '3' } }],
    ['REMOVE #p', {}],
    ['set s = :n remove n Add v :n dElEtE ss :ss', { s: { N: '3' }, n: undefined, v: { N: '3' }, ss: { SS: ['a', 'c'] } }],
  ]
  for (const [text, changes] of cases) {
    test(text, () => {
      const before = JSON.stringify(item)
      const expected = new Map(Object.entries({ ...item }))
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) expected.delete(name)
        else expected.set(name, value)
      }
      assert.deepEqual(new Map(Object.entries(apply(text))), expected)
      assert.equal(JSON.stringify(item), before)
    })
  }

  test('DELETE of the last member removes the attribute', () => {
    assert.deepEqual(apply('DELETE v :ss', { v: { SS: ['', 'b', 'd'] } }), {})
    assert.deepEqual(apply('DELETE m.v :ss', { m: { M: { v: { SS: ['b'] } } } }), { m: { M: {} } })
  })

  test('makes an item of nothing', () => {
    assert.deepEqual(apply('SET s = :s ADD n :n', {}), { s: { S: 'text' }, n: { N: '3' } })
  })

  test('creates an item unless all it does is take away', () => {
    for (const text of ['REMOVE n', 'DELETE x :ss', 'REMOVE n DELETE x :ss, y :ns']) assert.equal(compile(text).creates, false, text)
    for (const text of ['SET x = :n', 'ADD x :n', 'REMOVE n SET x = :n', 'DELETE x :ss ADD y :n'])
      assert.equal(compile(text).creates, true, text)
  })

  test('removes __proto__ as any other attribute and keeps it otherwise', () => {
    const old: Item = JSON.parse('{"__proto__":{"S":"p"},"s":{"S":"old"}}')
    assert.deepEqual(Object.keys(apply('SET s = :s', old)), ['__proto__', 's'])
    assert.deepEqual(Object.keys(apply('REMOVE #p', old)), ['s'])
  })

  test('is parsed once however often it is compiled', () => {
    const before = parsedUpdates.parseCount
    for (let count = 0; count < 5; count += 1) compile('REMOVE parsedOnlyOnce')
    assert.equal(parsedUpdates.parseCount, before + 1)
  })

  test('names its targets, and what they begin with once', () => {
    const update = compile('REMOVE m.k SET #n = :n, m.x = :s, l[0] = s')
    assert.deepEqual(update.paths, [['m', 'k'], ['n'], ['m', 'x'], ['l', 0]])
    assert.deepEqual(update.attributes, ['m', 'n', 'l'])
  })

  test('sets, removes and appends to a list as if one by one from its end', () => {
    const indexes = fc.uniqueArray(fc.nat(9), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(fc.nat(99)), indexes, fc.nat(6), (list, touched, removed) => {
        const gone = touched.slice(0, removed)
        const set = touched.slice(removed)
        const sections = [set.map((at) => `a[${at}] = :n`).join(', '), gone.map((at) => `a[${at}]`).join(', ')]
        const text = `${sections[0] && `SET ${sections[0]}`} ${sections[1] && `REMOVE ${sections[1]}`}`
        if (touched.length === 0) return
        const old: Item = { a: { L: list.map((n) => ({ N: `${n}` })) } }
        const kept = list.map((n, at) => (set.includes(at) ? '3' : `${n}`)).filter((_, at) => !gone.includes(at))
        const appended = set.filter((at) => at >= list.length).map(() => '3')
        assert.deepEqual(apply(text, old), { a: { L: [...kept, ...appended].map((N) => ({ N })) } })
      }),
    )
  })
})

describe('Update fails at run time:', () => {
  const path = 'The document path provided in the update expression is invalid for update'
  const absent = 'The provided expression refers to an attribute that does not exist in the item'
  const type = 'An operand in the update expression has an incorrect data type'
  const overflow = 'Number overflow. Attempting to store a number with magnitude larger than supported range'
  const cases: readonly (readonly [string, string])[] = [
    ['SET gone.k = :s', path],
    ['SET s.k = :s', path],
    ['SET l.k = :s', path],
    ['SET m[0] = :s', path],
    ['SET gone[0] = :s', path],
    ['SET l[9].k = :s', path],
    ['SET m.gone.k = :s', path],
    ['REMOVE gone.k', path],
    ['REMOVE s.k', path],
    ['REMOVE l.k', path],
    ['REMOVE m.gone[0]', path],
    ['ADD gone.k :n', path],
    ['DELETE gone.k :ss', path],
    ['SET a = gone', absent],
    ['SET a = gone + :n', absent],
    ['SET a = list_append(gone, :l)', absent],
    ['SET a = if_not_exists(lost, gone)', absent],
    ['SET a = s + :n', type],
    ['SET a = :n - ss', type],
    ['SET a = list_append(s, :l)', type],
    ['SET a = if_not_exists(s, :n) + :n', type],
    ['ADD s :n', type],
    ['ADD n :ss', type],
    ['ADD ss :ns', type],
    ['ADD l :ss', type],
    ['DELETE n :ss', type],
    ['DELETE ss :ns', type],
    ['SET a = :max + :max', overflow],
    ['ADD big :max', overflow],
  ]
  for (const [text, message] of cases) {
    test(text, () => {
      const old: Item = { ...item, big: values[':max'] ?? { NULL: true } }
      assert.throws(() => apply(text, old), { exception: 'ValidationException', message, inRequest: false })
    })
  }

  test('values that end up nested too deep', () => {
    let deep: AttributeValue = { S: 'leaf' }
    for (let levels = 1; levels < 31; levels += 1) deep = { M: { k: deep } }
    const old: Item = { m: { M: {} }, deep, deeper: { L: [deep] } }
    assert.doesNotThrow(() => apply('SET m.k = deep, copy_ = deeper', old))
    const message = 'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit'
    assert.throws(() => apply('SET m.k = deeper', old), { exception: 'ValidationException', message, inRequest: false })
  })
})

describe('Update is refused:', () => {
  const operands = (name: string, count: number): string =>
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`
  const wrong = (name: string, type: string): string =>
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`
  const action = (name: string, type: string): string =>
    `Incorrect operand type for operator or function; operator: ${name}, operand type: ${type}, typeSet: ALLOWED_FOR_${name}_OPERAND`
  const met = (relation: 'overlap' | 'conflict', one: string, two: string): string =>
    `Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`
  const undefinedName = (name: string): string =>
    `An expression attribute name used in the document path is not defined; attribute name: ${name}`
  const undefinedValue = (name: string): string =>
    `An expression attribute value used in expression is not defined; attribute value: ${name}`

  const cases: readonly (readonly [string, string])[] = [
    ['SET a = :gone', undefinedValue(':gone')],
    ['SET #gone = :s', undefinedName('#gone')],
    ['SET a = if_not_exists(#gone, :s)', undefinedName('#gone')],
    ['SET a = if_not_exists(b)', operands('if_not_exists', 1)],
    ['SET a = if_not_exists(b, :s, :s)', operands('if_not_exists', 3)],
    ['SET a = list_append(:l)', operands('list_append', 1)],
    ['SET a = if_not_exists(:s, :s)', 'Operator or function requires a document path; operator or function: if_not_exists'],
    ['SET a = b + :s', wrong('+', 'S')],
    ['SET a = :null - b', wrong('-', 'NULL')],
    ['SET a = list_append(b, :n)', wrong('list_append', 'N')],
    ['SET a = list_append(:m, b)', wrong('list_append', 'M')],
    ['SET a = if_not_exists(b, list_append(b, :ss))', wrong('list_append', 'SS')],
    ['SET a = list_append(b, :l) + :n', wrong('+', 'L')],
    ['ADD a :s', action('ADD', 'STRING')],
    ['ADD a :b', action('ADD', 'BINARY')],
    ['ADD a :t', action('ADD', 'BOOLEAN')],
    ['ADD a :null', action('ADD', 'NULL')],
    ['ADD a :l', action('ADD', 'LIST')],
    ['ADD a :m', action('ADD', 'MAP')],
    ['DELETE a :n', action('DELETE', 'NUMBER')],
    ['SET a = :s, a = :n', met('overlap', '[a]', '[a]')],
    ['SET a = :s REMOVE a[0]', met('overlap', '[a]', '[a, [0]]')],
    ['REMOVE n.k ADD #n :n', met('overlap', '[n, k]', '[n]')],
    ['SET a.b = :s, a[0] = :s', met('conflict', '[a, b]', '[a, [0]]')],

    // Undefined name, undefined value, overlap, conflict, ADD and DELETE operand, function operand.
    ['SET a = :gone, b = #gone', undefinedName('#gone')],
    ['SET a = :s, a = :gone', undefinedValue(':gone')],
    ['SET a = b + :s, a[0] = :s, a.b = :s, c = :s, c = :s', met('overlap', '[a]', '[a, [0]]')],
    ['SET a[0] = b + :s, a.b = :s ADD c :s', met('conflict', '[a, [0]]', '[a, b]')],
    ['SET a = b + :s ADD c :s', action('ADD', 'STRING')],
  ]
  for (const [text, message] of cases) {
    test(text, () => {
      assert.throws(() => compile(text), {
        exception: 'ValidationException',
        message: `Invalid UpdateExpression: ${message}`,
        inRequest: true,
      })
    })
  }

  test('unless everything is right, and then all placeholders count as used', () => {
    const placeholders = new Placeholders({ '#a': 'a' }, { ':n': { N: '1' }, ':l': { L: [] } })
    compileUpdate('SET b = if_not_exists(#a, list_append(c, :l)) ADD d :n', placeholders)
    assert.doesNotThrow(() => placeholders.checkAllUsed())
  })
})
