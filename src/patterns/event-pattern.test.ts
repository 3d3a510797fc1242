import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileEventPattern } from './event-pattern.ts'
import { wildcardTest } from './wildcard.ts'

function matches(pattern: unknown, event: unknown): boolean {
  return compileEventPattern(JSON.stringify(pattern))(event)
}

const event = {
  eventName: 'MODIFY',
  awsRegion: 'us-east-1',
  count: 5,
  flag: true,
  nothing: null,
  tags: ['a', 'b'],
  none: [],
  source: { ip: '10.1.2.3', path: 'a/b/c.txt' },
  lines: [
    { sku: 'x', state: 'new' },
    { sku: 'y', state: 'old' },
  ],
  dynamodb: { NewImage: { status: { S: 'new' }, price: { N: '300' } }, ApproximateCreationDateTime: 1_678_831_218 },
}

const cases: readonly (readonly [pattern: unknown, expected: boolean])[] = [
  [{}, true],
  [{ eventName: ['INSERT', 'MODIFY'] }, true],
  [{ eventName: ['modify'] }, false],
  [{ eventName: ['MODIFY'], awsRegion: ['eu-west-1'] }, false],
  [{ count: [5] }, true],
  [{ count: ['5'] }, false],
  [{ flag: [true] }, true],
  [{ nothing: [null] }, true],
  [{ missing: [null] }, false],
  [{ tags: ['b'] }, true],
  [{ tags: ['c'] }, false],
  [{ lines: { sku: ['x'], state: ['new'] } }, true],
  [{ lines: { sku: ['x'], state: ['old'] } }, false],
  [{ eventName: [{ prefix: 'MOD' }] }, true],
  [{ eventName: [{ prefix: { 'equals-ignore-case': 'mod' } }] }, true],
  [{ source: { path: [{ suffix: '.txt' }] } }, true],
  [{ source: { path: [{ suffix: { 'equals-ignore-case': '.TXT' } }] } }, true],
  [{ eventName: [{ 'equals-ignore-case': 'modify' }] }, true],
  [{ source: { path: [{ wildcard: 'a/*/*.txt' }] } }, true],
  [{ source: { path: [{ wildcard: 'b*' }] } }, false],
  [{ eventName: [{ 'anything-but': 'REMOVE' }] }, true],
  [{ eventName: [{ 'anything-but': ['REMOVE', 'MODIFY'] }] }, false],
  [{ eventName: [{ 'anything-but': { prefix: 'MOD' } }] }, false],
  [{ eventName: [{ 'anything-but': { suffix: ['X', 'FY'] } }] }, false],
  [{ eventName: [{ 'anything-but': { 'equals-ignore-case': ['modify'] } }] }, false],
  [{ eventName: [{ 'anything-but': { wildcard: 'M*Y' } }] }, false],
  [{ missing: [{ 'anything-but': 'x' }] }, false],
  [{ dynamodb: { NewImage: [{ 'anything-but': 'x' }] } }, false],
  [{ count: [{ numeric: ['>', 0, '<=', 5] }] }, true],
  [{ count: [{ numeric: ['<', 5] }] }, false],
  [{ count: [{ numeric: ['=', 5] }] }, true],
  [{ dynamodb: { NewImage: { price: { N: [{ numeric: ['>', 0] }] } } } }, false],
  [{ dynamodb: { NewImage: { price: { N: ['300'] } } } }, true],
  [{ dynamodb: { ApproximateCreationDateTime: [{ numeric: ['>', 1_600_000_000] }] } }, true],
  [{ dynamodb: { NewImage: { status: { S: [{ exists: true }] } } } }, true],
  [{ dynamodb: { NewImage: { status: [{ exists: true }] } } }, false],
  [{ dynamodb: { NewImage: { status: [{ exists: false }] } } }, true],
  [{ dynamodb: { NewImage: { other: { S: [{ exists: false }] } } } }, true],
  [{ dynamodb: { OldImage: { status: { S: [{ exists: false }] } } } }, true],
  [{ dynamodb: { NewImage: { status: ['new'] } } }, false],
  [{ none: [{ exists: false }] }, true],
  [{ source: { ip: [{ cidr: '10.0.0.0/8' }] } }, true],
  [{ source: { ip: [{ cidr: '11.0.0.0/8' }] } }, false],
  [{ source: { ip: [{ cidr: '2001:db8::/32' }] } }, false],
  [{ $or: [{ eventName: ['INSERT'] }, { count: [5] }] }, true],
  [{ $or: [{ eventName: ['INSERT'] }, { count: [6] }], flag: [true] }, false],
  [{ dynamodb: { $or: [{ Keys: { pk: { S: ['a'] } } }, { NewImage: { status: { S: ['new'] } } }] } }, true],
]

for (const [pattern, expected] of cases) {
  test(`the pattern ${JSON.stringify(pattern)} ${expected ? 'matches' : 'does not match'}`, () => {
    assert.equal(matches(pattern, event), expected)
  })
}

const wrong: readonly (readonly [pattern: string, reason: string])[] = [
  ['', 'Filter is not valid JSON'],
  ['[]', 'Filter is not an object'],
  ['"x"', 'Filter is not an object'],
  ['{"a":"b"}', '"a" must be an object or an array'],
  ['{"a":[]}', 'Empty arrays are not allowed'],
  ['{"a":{}}', 'Empty objects are not allowed'],
  ['{"a":[["b"]]}', 'Match value must be String, number, true, false, or null'],
  ['{"a":[{}]}', 'Empty match expression'],
  ['{"a":[{"prefix":"a","suffix":"b"}]}', 'Only one key allowed in match expression'],
  ['{"a":[{"NUMERIC":["=",1]}]}', 'Unrecognized match type NUMERIC'],
  ['{"a":[{"prefix":1}]}', 'prefix match pattern must be a string'],
  ['{"a":[{"suffix":null}]}', 'suffix match pattern must be a string'],
  ['{"a":[{"prefix":""}]}', 'Null prefix/suffix not allowed'],
  ['{"a":[{"equals-ignore-case":1}]}', 'equals-ignore-case match pattern must be a string'],
  ['{"a":[{"wildcard":1}]}', 'wildcard match pattern must be a string'],
  ['{"a":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters at pos 1'],
  ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character at pos 1'],
  ['{"a":[{"anything-but":true}]}', 'Value of anything-but must be an array or single string/number value.'],
  ['{"a":[{"anything-but":[1,"a"]}]}', 'Inside anything but list, either all values are number or string, mixed type is not supported'],
  ['{"a":[{"numeric":1}]}', 'Value of numeric must be an array.'],
  ['{"a":[{"numeric":["<","x"]}]}', 'Value of < must be numeric'],
  ['{"a":[{"numeric":["<",1,">",0]}]}', 'Bad numeric range operator: >'],
  ['{"a":[{"numeric":[">",2,"<",1]}]}', 'Bottom must be less than top'],
  ['{"a":[{"numeric":["~",1]}]}', 'Unrecognized numeric range operator: ~'],
  ['{"a":[{"numeric":["<",5000000001]}]}', 'Value must be between -5000000000 and 5000000000, inclusive'],
  ['{"a":[{"exists":"true"}]}', 'exists match pattern must be either true or false.'],
  ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"cidr":"10.0.0/8"}]}', 'Nonstandard IP address: 10.0.0'],
  ['{"a":[{"cidr":"10.0.0.0/33"}]}', 'Malformed CIDR, mask bits must not be more than the address has'],
]

for (const [pattern, reason] of wrong) {
  test(`the text ${pattern} is no pattern: ${reason}`, () => {
    assert.throws(() => compileEventPattern(pattern), { name: 'PatternError', message: reason })
  })
}

test('of two members of the same name the last one counts', () => {
  assert.equal(compileEventPattern('{"a":["x"],"a":["y"]}')({ a: 'y' }), true)
})

test('names that objects inherit are names like others', () => {
  assert.equal(matches({ constructor: { name: [{ exists: true }] } }, {}), false)
  assert.equal(compileEventPattern('{"__proto__":["x"]}')(JSON.parse('{"__proto__":"x"}')), true)
})

/** By its definition: a star stands for any piece of text. */
function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern.startsWith('*')) {
    return Array.from({ length: text.length + 1 }, (_, at) => at).some((at) => matchesSlowly(pattern.slice(1), text.slice(at)))
  }
  return pattern[0] === text[0] && matchesSlowly(pattern.slice(1), text.slice(1))
}

test('a wildcard matches what its definition says', () => {
  const letters = (max: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: max }).map((list) => list.join('').replaceAll(/\*+/g, '*'))
  const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((list) => list.join(''))
  fc.assert(
    fc.property(letters(6), texts, (pattern, text) => {
      assert.equal(wildcardTest(pattern)(text), matchesSlowly(pattern, text))
    }),
  )
})

test('a pattern made of some of an event matches it, and with a leaf that is another it does not', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const tree = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, leaf, fc.dictionary(fc.string(), tie('node'), { minKeys: 1, maxKeys: 3 })),
  }))
  const asPattern = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asPattern(each)]))
      : [value]
  const otherLeaf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return ['another \u0000 leaf']
    const [[name, each] = ['', null], ...rest] = Object.entries(value)
    return Object.fromEntries([...rest.map(([key, member]) => [key, asPattern(member)] as const), [name, otherLeaf(each)]])
  }
  const objects = fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    tree.node,
    { minKeys: 1, maxKeys: 3 },
  )
  fc.assert(
    fc.property(objects, (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as object
      assert.equal(matches(asPattern(plain), plain), true)
      assert.equal(matches(otherLeaf(plain), plain), false)
    }),
  )
})

test('whatever the pattern, a test of any event ends, and a wrong pattern is a PatternError', () => {
  fc.assert(
    fc.property(fc.json(), fc.jsonValue(), (pattern, value) => {
      let compiled: ReturnType<typeof compileEventPattern>
      try {
        compiled = compileEventPattern(pattern)
      } catch (error) {
        assert.equal((error as Error).name, 'PatternError')
        return
      }
      assert.equal(typeof compiled(value), 'boolean')
    }),
  )
})
