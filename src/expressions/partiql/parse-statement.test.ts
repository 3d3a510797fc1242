import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ServiceError } from '../../api/errors.ts'
import type { DocumentPath } from '../../values/path.ts'
import { parsedStatement, parseStatement } from './parse-statement.ts'
import { printStatement } from './print-statement.ts'
import type { SelectStatement, Statement, Term, WrittenChange, WrittenWhere } from './statement.ts'
import { tokenize } from './tokenize.ts'

function refused(text: string, detail: string): void {
  assert.throws(() => parseStatement(text), {
    exception: 'ValidationException',
    message: `Statement wasn't well formed, can't be processed: ${detail}`,
  })
}

function whereOf(text: string): WrittenWhere | undefined {
  const { statement } = parseStatement(`SELECT * FROM T WHERE ${text}`)
  return statement.kind === 'select' ? statement.where : undefined
}

// ---- generated trees

/** Objects like any other, so that they can be compared strictly. */
const record = <T>(members: { [name in keyof T]: fc.Arbitrary<T[name]> }): fc.Arbitrary<T> =>
  fc.record<T>(members, { noNullPrototype: true })
const constant = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value)

const name = fc.oneof(
  fc.constantFrom('a', 'SELECT', 'in ner', '__proto__', 'a.b', "it's", '"', '--', '/*', 'É', '?'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
)
const path: fc.Arbitrary<DocumentPath> = fc
  .tuple(name, fc.array(fc.oneof(name, fc.nat(2 ** 31 - 1)), { maxLength: 4 }))
  .map(([first, others]) => [first, ...others])
const pathTerm: fc.Arbitrary<Term> = path.map((each) => ({ kind: 'path', path: each, at: '' }))

const { term } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    pathTerm,
    constant({ kind: 'parameter', index: 0, at: '' }),
    name.map((text): Term => ({ kind: 'string', text })),
    fc.constantFrom('0', '-1', '.5', '7.31e6', '-.73e1', '731E4', '1e2147483647', '5.').map((text): Term => ({ kind: 'number', text })),
    fc.boolean().map((value): Term => ({ kind: 'boolean', value })),
    constant({ kind: 'null' }),
    constant({ kind: 'missing', at: '' }),
    fc
      .tuple(fc.constantFrom('+', '-', '*', '/', '%', '||'), tie('term'), tie('term'))
      .map(([operator, left, right]): Term => ({ kind: 'arithmetic', operator, left, right })),
    fc.array(tie('term'), { maxLength: 3 }).map((elements): Term => ({ kind: 'list', elements })),
    fc.array(tie('term'), { maxLength: 3 }).map((elements): Term => ({ kind: 'set', elements })),
    fc.array(record({ name, value: tie('term') }), { maxLength: 3 }).map((members): Term => ({ kind: 'map', members })),
    fc
      .tuple(fc.constantFrom('size', 'COUNT', 'set_add', 'anything_1'), fc.array(tie('term'), { maxLength: 3 }))
      .map(([called, operands]): Term => ({ kind: 'call', name: called, operands, at: '', operandAt: '' })),
  ),
}))

const comparison = fc
  .tuple(fc.constantFrom('=', '<>', '!=', '<', '<=', '>', '>='), term, term)
  .map(([operator, left, right]): WrittenWhere => {
    const comparator = operator === '!=' ? '<>' : (operator as '=')
    return { kind: 'comparison', comparator, operator, left, right }
  })

const { where } = fc.letrec<{ where: WrittenWhere }>((tie) => {
  const terms = fc.array(tie('where'), { minLength: 2, maxLength: 4 })
  return {
    where: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      comparison,
      record({ kind: constant('between'), operand: term, lower: term, upper: term }),
      fc
        .tuple(term, fc.array(term, { maxLength: 4 }))
        .map(([operand, elements]): WrittenWhere => ({ kind: 'in', operand, candidates: { kind: 'list', elements } })),
      record({
        kind: constant('is'),
        operand: term,
        type: fc.constantFrom('MISSING' as const, ['NULL'], ['BOOL'], ['S'], ['N'], ['B'], ['L'], ['M'], ['SS', 'NS', 'BS']),
      }),
      fc
        .tuple(fc.constantFrom('begins_with', 'EXISTS', 'f'), fc.array(term, { maxLength: 3 }))
        .map(([called, operands]): WrittenWhere => ({ kind: 'call', name: called, operands, at: '', operandAt: '' })),
      term.filter(({ kind }) => kind !== 'call').map((value): WrittenWhere => ({ kind: 'truth', value })),
      record({ kind: constant('or'), terms }),
      record({ kind: constant('and'), terms }),
      tie('where')
        .filter(({ kind }) => kind !== 'not')
        .map((each): WrittenWhere => ({ kind: 'not', term: each })),
    ),
  }
})

const change: fc.Arbitrary<WrittenChange> = fc.oneof(
  record({ kind: constant('remove'), target: path }),
  record({ kind: constant('set'), target: path, value: term }),
)
const from = fc.array(name, { minLength: 1, maxLength: 3 })
const optionalWhere = fc.option(where, { nil: undefined })
const returning = fc.option(record({ part: fc.constantFrom('ALL', 'MODIFIED'), image: fc.constantFrom('OLD', 'NEW') }), { nil: undefined })
const columns = fc.option(
  fc.array(
    name.map((each) => ({ name: each, path: [each] })),
    { minLength: 1, maxLength: 3 },
  ),
  { nil: undefined },
)
const select: fc.Arbitrary<SelectStatement> = record({
  kind: constant('select'),
  columns,
  from,
  where: optionalWhere,
  orderBy: fc.array(record({ path, descending: fc.boolean() }), { maxLength: 2 }),
})
const statement: fc.Arbitrary<Statement> = fc.oneof(
  select,
  record({ kind: constant('exists'), select }),
  record({ kind: constant('insert'), from, value: term }),
  record({ kind: constant('update'), from, changes: fc.array(change, { minLength: 1, maxLength: 3 }), where: optionalWhere, returning }),
  record({ kind: constant('delete'), from, where: optionalWhere, returning }),
)

/** Without what depends on how it was written, and parameters without their numbers. */
function bare(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === 'at' || key === 'operandAt' || key === 'index' ? undefined : value)))
}

describe('statements', () => {
  test('what is printed parses to the same tree', () => {
    fc.assert(
      fc.property(statement, (tree) => {
        assert.deepEqual(bare(parseStatement(printStatement(tree)).statement), bare(tree))
      }),
    )
  })

  test('any text is a statement or a ValidationException', () => {
    const words =
      'SELECT * FROM T WHERE a b.c [0] \'x\' "y" ? , ( ) [ ] << >> { } : = <> < NOT AND OR IN BETWEEN IS NULL MISSING UPDATE SET'
    const piece = fc.oneof(
      fc.constantFrom(
        ...words.split(' '),
        ...'REMOVE DELETE INSERT INTO VALUE RETURNING ALL OLD ORDER BY size( 1 -1e5 . ; -- /* */ EXISTS('.split(' '),
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        try {
          parseStatement(pieces.join(' '))
        } catch (error) {
          assert.ok(error instanceof ServiceError && error.exception === 'ValidationException', String(error))
        }
      }),
    )
  })

  test('nothing is nested so deep that parsing runs out of stack, and no long text takes long', () => {
    for (const text of ['(', '[', "{'a':", '<<', 'f(', 'NOT ', 'a.', '- ', '((a)', 'a AND ', 'a = [']) {
      const repeated = text.repeat(8000 / text.length)
      assert.throws(() => parseStatement(`SELECT * FROM T WHERE ${repeated}`), ServiceError)
    }
    assert.equal(whereOf(`${'NOT '.repeat(2001)}f(a)`)?.kind, 'not')
    assert.equal(whereOf(`${'('.repeat(100)}f(a)${')'.repeat(100)}`)?.kind, 'call')
  })

  test('parameters are numbered as they come', () => {
    const { statement: parsed, parameterCount } = parseStatement("INSERT INTO T VALUE {'a': ?, 'b': ['?', ?], 'c': {'d': ?}}")
    assert.equal(parameterCount, 3)
    const indexes = [...JSON.stringify(parsed).matchAll(/"parameter","index":(\d)/g)].map(([, index]) => index)
    assert.deepEqual(indexes, ['0', '1', '2'])
  })

  test('short statements are parsed once, long ones are forgotten', () => {
    const text = 'SELECT * FROM Remembered'
    assert.equal(parsedStatement(text), parsedStatement(text))
    const long = `${text} WHERE a = '${'x'.repeat(1024)}'`
    assert.notEqual(parsedStatement(long), parsedStatement(long))
    assert.deepEqual(parsedStatement(long), parsedStatement(long))
  })

  test('columns are called by their last name with its indexes', () => {
    const { statement: parsed } = parseStatement('SELECT a, b.c, d[0][1], "e f".g[2] FROM T')
    assert.deepEqual(parsed.kind === 'select' && parsed.columns?.map((column) => column.name), ['a', 'c', 'd[0][1]', 'g[2]'])
  })

  test('syntax comes before what is only not supported', () => {
    refused('SELECT COUNT(*) FROM T t WHERE', 'Unexpected term')
    assert.equal(parseStatement('SELECT COUNT(*) FROM T t').fault, 'Unexpected path component at 1:8:5')
  })

  test('places are told by line, column and length', () => {
    const fault = (text: string): string | undefined => parseStatement(text).fault
    assert.equal(fault('SELECT\n  a,\n f(x) FROM T'), 'Unexpected path component at 3:2:1')
    assert.equal(fault('-- counts\nSELECT count(*) FROM T'), 'Unexpected path component at 2:8:5')
  })

  test('the parts of a statement have their order', () => {
    refused('UPDATE T WHERE a = 1 SET b = 2', 'Expected data manipulation')
    refused('UPDATE T SET a = 1 RETURNING ALL OLD * WHERE b = 2', 'Unexpected token after expression')
    refused('UPDATE T SET a = 1 RETURNING SOME OLD *', 'Unexpected keyword')
    refused('REMOVE a FROM T', 'Expected data manipulation')
    refused("INSERT INTO T VALUES {'a': 1}", 'Unexpected token after expression')
    refused('INSERT INTO T {}', 'Unexpected token after expression')
    refused('SELECT *', 'Unexpected term')
    refused('SELECT * FROM T; SELECT * FROM T', 'Unexpected token after expression')
  })

  test('limits of paths are noted', () => {
    assert.equal(parseStatement(`SELECT ${'a.'.repeat(31)}a FROM T`).fault, undefined)
    assert.match(parseStatement(`SELECT ${'a.'.repeat(32)}a FROM T`).fault ?? '', /too many nesting elements; nesting levels: 33$/)
    assert.match(parseStatement('SELECT a[2147483648] FROM T').fault ?? '', /^List index is not within the allowable range/)
    refused('SELECT a[1.5] FROM T', 'Unexpected term')
  })
})

describe('tokens', () => {
  test('every kind of them', () => {
    const kinds = tokenize(`select "a ""b""" 'it''s' 1.5e-3 .5 <> << ? -- end`).map(({ kind, text }) => `${kind} ${text}`)
    assert.deepEqual(kinds, [
      'word select',
      'quoted a "b"',
      "string it's",
      'number 1.5e-3',
      'number .5',
      'symbol <>',
      'symbol <<',
      'symbol ?',
      'end ',
    ])
  })

  test('a comment separates, and ends where it says', () => {
    assert.deepEqual(
      tokenize('a/**/b--c\nd/* -- */e').map(({ text }) => text),
      ['a', 'b', 'd', 'e', ''],
    )
  })

  test('numbers whose exponent or scale passes 32 bits are none', () => {
    for (const text of ['1e2147483647', '1e-2147483647', '0.1e-2147483646', '1.5e2147483647']) assert.equal(tokenize(text)[0]?.text, text)
    for (const text of ['1e2147483648', '1e-2147483649', '1.5e-2147483647', '1e99999999999', `1e${'9'.repeat(400)}`, '1e', '1e+', '12ab']) {
      assert.throws(() => tokenize(text), ServiceError, text)
    }
  })

  test('what is no token is refused without a detail', () => {
    for (const text of ['#', '@', '`x`', 'é', "'open", '"open', '/* open', '!', '\u0000', '|']) {
      assert.throws(() => tokenize(text), { message: "Statement wasn't well formed, can't be processed: " }, text)
    }
  })
})

test('a word of the language before a parenthesis is no call', () => {
  for (const word of ['SELECT', 'VALUE', 'VALUES', 'SET', 'WHERE', 'ORDER']) {
    refused(`SELECT * FROM T WHERE ${word} (pk) = 1`, 'Unexpected keyword')
    refused(`SELECT * FROM T WHERE pk = ${word.toLowerCase()} ('a')`, 'Unexpected keyword')
  }
  for (const word of ['AND', 'OR', 'IN', 'BETWEEN']) refused(`SELECT * FROM T WHERE ${word} (pk)`, 'Unexpected operator')
})
