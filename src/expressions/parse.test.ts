import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { SetValue, WrittenAction, WrittenCondition, WrittenElement, WrittenOperand, WrittenPath, WrittenValue } from './ast.ts'
import { parseCondition } from './parse-condition.ts'
import { parseProjection } from './parse-projection.ts'
import { parseUpdate } from './parse-update.ts'
import { ParsedTexts } from './parsed-texts.ts'
import { printCondition, printProjection, printUpdate } from './print-expression.ts'
import { tokenize } from './tokenize.ts'

const condition = (text: string): WrittenCondition => parseCondition('ConditionExpression', text)

function rejected(run: () => unknown, message: string): void {
  assert.throws(run, { exception: 'ValidationException', message, inRequest: true })
}

// ---- generated trees

/** Objects like any other, so that they can be compared strictly. */
const record = <T>(members: { [name in keyof T]: fc.Arbitrary<T[name]> }): fc.Arbitrary<T> =>
  fc.record<T>(members, { noNullPrototype: true })

const nameElement: fc.Arbitrary<WrittenElement> = fc.oneof(
  fc.constantFrom('a', 'B2', 'b_', 'sizes', 'constructor_', 'aVeryLongName').map((name) => ({ kind: 'name' as const, name })),
  fc.constantFrom('#a', '#0', '#AND', '#_x').map((alias) => ({ kind: 'alias' as const, alias })),
)
const element: fc.Arbitrary<WrittenElement> = fc.oneof(
  nameElement,
  fc.nat(2 ** 31 - 1).map((index) => ({ kind: 'index' as const, index })),
)
const path: fc.Arbitrary<WrittenPath> = fc
  .tuple(nameElement, fc.array(element, { maxLength: 5 }))
  .map(([first, others]) => ({ kind: 'path', elements: [first, ...others] }))
const value: fc.Arbitrary<WrittenValue> = fc.constantFrom(':v', ':0', ':SET', ':x_1').map((placeholder) => ({ kind: 'value', placeholder }))
const size: fc.Arbitrary<WrittenOperand> = fc.oneof(path, value).map((of) => ({ kind: 'call', name: 'size', operands: [of] }))
const operand: fc.Arbitrary<WrittenOperand> = fc.oneof(path, value, size)

const { tree } = fc.letrec<{ tree: WrittenCondition }>((tie) => {
  const terms = fc.array(tie('tree'), { minLength: 2, maxLength: 4 })
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      record({
        kind: fc.constant('comparison' as const),
        comparator: fc.constantFrom('=', '<>', '<', '<=', '>', '>='),
        left: operand,
        right: operand,
      }),
      record({ kind: fc.constant('between' as const), operand, lower: operand, upper: operand }),
      record({ kind: fc.constant('in' as const), operand, candidates: fc.array(operand, { minLength: 1, maxLength: 4 }) }),
      record({
        kind: fc.constant('call' as const),
        name: fc.constantFrom('attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'),
        operands: fc.array(operand, { minLength: 1, maxLength: 3 }),
      }),
      record({ kind: fc.constant('or' as const), terms }),
      record({ kind: fc.constant('and' as const), terms }),
      record({ kind: fc.constant('not' as const), term: tie('tree') }),
    ),
  }
})

const { updateOperand } = fc.letrec<{ updateOperand: WrittenOperand }>((tie) => ({
  updateOperand: fc.oneof(
    { depthSize: 'small' },
    path,
    value,
    record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom('if_not_exists', 'list_append'),
      operands: fc.array(tie('updateOperand'), { minLength: 1, maxLength: 3 }),
    }).filter(
      ({ name, operands }) => name !== 'list_append' || operands.every((operand) => operand.kind !== 'call' || operand.name !== name),
    ),
  ),
}))
const setValue: fc.Arbitrary<SetValue<WrittenOperand>> = fc.oneof(
  updateOperand,
  record({
    kind: fc.constant('arithmetic' as const),
    operator: fc.constantFrom('+', '-'),
    left: updateOperand,
    right: updateOperand,
  }),
)
const sections: fc.Arbitrary<readonly (readonly WrittenAction[])[]> = fc.tuple(
  fc.array(record({ kind: fc.constant('set' as const), target: path, value: setValue }), { maxLength: 3 }),
  fc.array(record({ kind: fc.constant('remove' as const), target: path }), { maxLength: 3 }),
  fc.array(record({ kind: fc.constant('add' as const), target: path, value }), { maxLength: 3 }),
  fc.array(record({ kind: fc.constant('delete' as const), target: path, value }), { maxLength: 3 }),
)

describe('Parsing what was printed gives the same tree', () => {
  test('for conditions', () => {
    fc.assert(
      fc.property(tree, (written) => {
        assert.deepEqual(condition(printCondition(written)), written)
      }),
    )
  })

  test('for conditions in other spacing and other case of keywords', () => {
    fc.assert(
      fc.property(tree, (written) => {
        const text = printCondition(written).replaceAll(' AND ', '\t\nand\r ').replaceAll('NOT ', 'nOt ').replaceAll(', ', ',')
        assert.deepEqual(condition(text), written)
      }),
    )
  })

  test('for projections', () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1 }), (paths) => {
        assert.deepEqual(parseProjection(printProjection(paths)), paths)
      }),
    )
  })

  test('for updates, with their sections in any order', () => {
    const updates = fc.tuple(sections, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })).map(([actions, order]) => ({
      actions: order.flatMap((at) => actions[at] ?? []),
    }))
    fc.assert(
      fc.property(
        updates.filter(({ actions }) => actions.length > 0),
        (written) => {
          assert.deepEqual(parseUpdate(printUpdate(written)), written)
        },
      ),
    )
  })
})

describe('Any text', () => {
  test('is split into tokens that cover it but for white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const tokens = tokenize(text)
        assert.equal(tokens.map((token) => (token.kind === 'end' ? '' : token.text)).join(''), text.replace(/[ \t\r\n]/g, ''))
      }),
    )
  })

  test('parses or is refused as a request', () => {
    const words = fc.constantFrom(...'a #a :v size ( ) [ 0 ] . , = < <> + - AND OR NOT IN BETWEEN SET ADD contains ! é'.split(' '))
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 30 }), (parts) => {
        for (const parse of [condition, parseUpdate, parseProjection]) {
          try {
            parse(parts.join(' '))
          } catch (error) {
            assert.match(String(error), /^ValidationException: Invalid \w+Expression: /)
          }
        }
      }),
    )
  })
})

describe('Syntax error', () => {
  const conditions: readonly (readonly [string, string, string])[] = [
    ['!!! x', '!', '!!'],
    ['a = = b', '=', '= = b'],
    ['attribute_not_exists(', '<EOF>', '('],
    ['a', '<EOF>', 'a'],
    [' ', '<EOF>', ''],
    ['a AND b = :v', 'AND', 'a AND b'],
    ['a = :v AND', '<EOF>', 'AND'],
    ['a = :v b', 'b', ':v b'],
    ['(a = :v', '<EOF>', ':v'],
    ['(a = :v AND b)', ')', 'b)'],
    ['a = (b = :v)', '=', 'b = :v'],
    ['(a = :v) = :w', '=', ') = :w'],
    ['a BETWEEN :v', '<EOF>', ':v'],
    ['a IN :v', ':v', 'IN :v'],
    ['a IN ()', ')', '()'],
    ['contains()', ')', '()'],
    ['a == :v', '=', '== :v'],
    ['a.and = :v', 'and', '.and ='],
    ['a[b] = :v', 'b', '[b]'],
    ['a[0 = :v', '=', '0 = :v'],
    ['a = # AND b', '#', '= # AND'],
    ['a = : AND b', ':', '= : AND'],
    ['a = 5', '5', '= 5'],
    ["a = 'x'", "'", "= 'x"],
    ['a = 😀', '😀', '= 😀'],
    ['a = :a-b', '-', ':a-b'],
  ]
  for (const [text, token, near] of conditions) {
    test(`of a condition: ${text}`, () => {
      rejected(() => condition(text), `Invalid ConditionExpression: Syntax error; token: "${token}", near: "${near}"`)
    })
  }

  const updates: readonly (readonly [string, string, string])[] = [
    ['INVALID SYNTAX HERE', 'INVALID', 'INVALID SYNTAX'],
    ['SET', '<EOF>', 'SET'],
    ['SET a = :v,', '<EOF>', ','],
    ['SET a :v', ':v', 'a :v'],
    ['SET a = :v + :w + :x', '+', ':w + :x'],
    ['SET a = (b + :v) + :w', '+', ') + :w'],
    ['SET a = b + (c - :v)', '-', 'c - :v'],
    ['SET a = if_not_exists(b, c + :v)', '+', 'c + :v'],
    ['SET x = :x, #, = :y', '#', ', #,'],
    ['ADD a b', 'b', 'a b'],
    ['ADD a = :v', '=', 'a = :v'],
    ['DELETE a', '<EOF>', 'a'],
    ['REMOVE a b', 'b', 'a b'],
    ['REMOVE f(a)', '(', 'f(a'],
  ]
  for (const [text, token, near] of updates) {
    test(`of an update: ${text}`, () => {
      rejected(() => parseUpdate(text), `Invalid UpdateExpression: Syntax error; token: "${token}", near: "${near}"`)
    })
  }

  test('of a projection', () => {
    rejected(() => parseProjection('a,,b'), 'Invalid ProjectionExpression: Syntax error; token: ",", near: ",,b"')
    rejected(() => parseProjection('a b'), 'Invalid ProjectionExpression: Syntax error; token: "b", near: "a b"')
    rejected(() => parseProjection('[0]'), 'Invalid ProjectionExpression: Syntax error; token: "[", near: "[0"')
    rejected(() => parseProjection('size(a)'), 'Invalid ProjectionExpression: Syntax error; token: "(", near: "size(a"')
  })
})

describe('Parentheses', () => {
  for (const text of ['(a = :v)', '(a = :v AND (b = :w))', '((a = :v) AND (b = :w))', '(a) = (:v)', '((a) = :v)', 'NOT (NOT (a = :v))']) {
    test(`are accepted in ${text}`, () => assert.doesNotThrow(() => condition(text)))
  }

  for (const text of ['((a = :v))', 'a = :v AND ((b = :w))', '((a)) = :v', 'a = ((:v))', '(((contains(a, :v))))']) {
    test(`are redundant in ${text}`, () => {
      rejected(() => condition(text), 'Invalid ConditionExpression: The expression has redundant parentheses;')
    })
  }

  test('are redundant in updates too', () => {
    assert.deepEqual(parseUpdate('SET a = (b - :v)'), parseUpdate('SET a = b - :v'))
    rejected(() => parseUpdate('SET a = ((b - :v))'), 'Invalid UpdateExpression: The expression has redundant parentheses;')
  })

  test('leave operators their precedence', () => {
    assert.deepEqual(condition('a = :v OR b = :v AND NOT c = :v'), condition('a = :v OR (b = :v AND (NOT (c = :v)))'))
    assert.notDeepEqual(condition('a = :v OR b = :v AND c = :v'), condition('(a = :v OR b = :v) AND c = :v'))
  })
})

describe('Faults of the text', () => {
  const fault = (text: string, message: string): void => {
    test(`${message} in ${text}`, () => rejected(() => condition(text), `Invalid ConditionExpression: ${message}`))
  }
  fault('foo(a, :v)', 'Invalid function name; function: foo')
  fault('Contains(a, :v)', 'Invalid function name; function: Contains')
  fault('a = if_not_exists(b, :v)', 'The function is not allowed in a condition expression; function: if_not_exists')
  fault('contains(a, :v) = :w', 'The function is not allowed to be used this way in an expression; function: contains')
  fault('(contains(a, :v)) = :w', 'The function is not allowed to be used this way in an expression; function: contains')
  fault('size(a)', 'The function is not allowed to be used this way in an expression; function: size')
  fault('NOT (size(a))', 'The function is not allowed to be used this way in an expression; function: size')
  fault('attribute_exists(contains(a, :v))', 'The function is not allowed to be used this way in an expression; function: contains')
  fault('Name = :v', 'Attribute name is a reserved keyword; reserved keyword: Name')
  fault('a.b.sTATUS = :v', 'Attribute name is a reserved keyword; reserved keyword: sTATUS')
  fault('size = :v', 'Attribute name is a reserved keyword; reserved keyword: size')

  // Redundant parentheses, unknown function, misused function, reserved word: wherever each stands.
  fault('name = :v AND size(a) AND foo(a) AND ((a = :v))', 'The expression has redundant parentheses;')
  fault('name = :v AND size(a) AND foo(a) AND bar(a)', 'Invalid function name; function: foo')
  fault('name = :v AND size(a)', 'The function is not allowed to be used this way in an expression; function: size')

  test('of an update come in the order reserved word, unknown function, repeated section', () => {
    const repeated = 'SET a = foo(b) SET b = :v, status = :v'
    rejected(() => parseUpdate(repeated), 'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: status')
    rejected(() => parseUpdate('set a = foo(b) Set b = :v'), 'Invalid UpdateExpression: Invalid function name; function: foo')
    for (const name of ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size']) {
      rejected(
        () => parseUpdate(`SET a = b + ${name}(c)`),
        `Invalid UpdateExpression: The function is not allowed in an update expression; function: ${name}`,
      )
    }
    rejected(
      () => parseUpdate('set a = :v REMOVE c Set b = :v'),
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    )
  })
})

describe('Limits', () => {
  test('300 operators are accepted and 301 are not', () => {
    const terms = (count: number): string => Array.from({ length: count }, () => 'NOT a = b').join(' OR ')
    assert.doesNotThrow(() => condition(`NOT ${terms(100)}`))
    rejected(
      () => condition(`${terms(100)} OR a = b`),
      'Invalid ConditionExpression: The expression contains too many operators; operator count: 301',
    )
  })

  test('the AND of BETWEEN is no operator of its own, and functions are operators', () => {
    const between = Array.from({ length: 150 }, () => 'a BETWEEN b AND c').join(' OR ')
    assert.doesNotThrow(() => condition(`NOT ${between}`))
    rejected(
      () => condition(`${between} OR contains(a, b)`),
      'Invalid ConditionExpression: The expression contains too many operators; operator count: 301',
    )
    const sums = Array.from({ length: 301 }, (_, at) => `a${at}=b+c`).join(',')
    rejected(() => parseUpdate(`SET ${sums}`), 'Invalid UpdateExpression: The expression contains too many operators; operator count: 301')
  })

  test('IN takes 100 operands and not 101', () => {
    const list = (count: number): string => `a IN (${Array.from({ length: count }, () => ':v').join(',')})`
    assert.doesNotThrow(() => condition(list(100)))
    rejected(
      () => condition(list(101)),
      'Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101',
    )
  })

  test('a path has 32 elements at most, an index 31 bits', () => {
    assert.doesNotThrow(() => parseProjection(`a${'.b'.repeat(31)}`))
    rejected(
      () => parseProjection(`a${'.b'.repeat(32)}`),
      'Invalid ProjectionExpression: The document path has too many nesting elements; nesting levels: 33',
    )
    assert.deepEqual(parseProjection('a[007]'), parseProjection('a[7]'))
    rejected(
      () => parseProjection('a[2147483648]'),
      'Invalid ProjectionExpression: List index is not within the allowable range; index: [2147483648]',
    )
  })

  const opening = ['(', 'NOT ', 'NOT(', 'a=(', 'a IN(', 'size(', 'contains(a,', '((a=b)AND(']
  for (const text of opening) {
    test(`4,096 bytes of ${text} are refused and nothing worse`, () => {
      assert.throws(() => condition(text.repeat(4096 / text.length)), { exception: 'ValidationException' })
    })
  }
  for (const text of ['(', 'if_not_exists(', 'list_append(a,']) {
    test(`4,096 bytes of ${text} in an update are refused and nothing worse`, () => {
      assert.throws(() => parseUpdate(`SET a = ${text.repeat(4088 / text.length)}`), { exception: 'ValidationException' })
    })
  }

  test('parentheses may nest as deep as operators allow', () => {
    assert.doesNotThrow(() => condition(`${'('.repeat(149)}a=b${')OR a=b'.repeat(149)}`))
    const nested = `${'NOT('.repeat(299)}a=b${')'.repeat(299)}`
    assert.doesNotThrow(() => condition(nested))
    rejected(
      () => condition(`NOT(${nested})`),
      'Invalid ConditionExpression: The expression contains too many operators; operator count: 301',
    )
  })
})

describe('ParsedTexts', () => {
  test('parses a text once and hands out the same tree again', () => {
    const texts = new ParsedTexts(parseCondition)
    const first = texts.get('ConditionExpression', 'a = :v')
    assert.equal(texts.get('ConditionExpression', 'a = :v'), first)
    assert.equal(texts.parseCount, 1)
    texts.get('FilterExpression', 'a = :v')
    assert.equal(texts.parseCount, 2)
  })

  test('reports the same fault every time and names the kind asked for', () => {
    const texts = new ParsedTexts(parseCondition)
    for (const kind of ['ConditionExpression', 'FilterExpression', 'FilterExpression'] as const) {
      rejected(() => texts.get(kind, 'a ='), `Invalid ${kind}: Syntax error; token: "<EOF>", near: "="`)
    }
  })

  test('forgets the oldest of too many texts', () => {
    const texts = new ParsedTexts(parseCondition)
    for (let count = 0; count <= 1000; count += 1) texts.get('ConditionExpression', `a${count} = :v`)
    texts.get('ConditionExpression', 'a1 = :v')
    assert.equal(texts.parseCount, 1001)
    texts.get('ConditionExpression', 'a0 = :v')
    assert.equal(texts.parseCount, 1002)
  })

  test('accepts 4,096 bytes of raw text and refuses an empty text and 4,097 bytes', () => {
    const texts = new ParsedTexts((_kind, text) => parseProjection(text))
    assert.doesNotThrow(() => texts.get('ProjectionExpression', 'a'.repeat(4096)))
    rejected(
      () => texts.get('ProjectionExpression', 'a'.repeat(4097)),
      'Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
    )
    rejected(
      () => texts.get('ProjectionExpression', 'é'.repeat(2049)),
      'Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4098',
    )
    rejected(() => texts.get('UpdateExpression', ''), 'Invalid UpdateExpression: The expression can not be empty;')
  })
})
