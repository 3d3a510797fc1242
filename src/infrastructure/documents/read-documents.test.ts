import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readJson } from './read-json.ts'
import { loadYaml, readYaml } from './read-yaml.ts'
import { memberOf, plainOf, SourceFault, type Tree, textOf } from './tree.ts'

const yaml = await loadYaml()
const fromYaml = (text: string): Tree => readYaml(yaml, text, 'f.yaml')
const fromJson = (text: string): Tree => readJson(text, 'f.json')

test('JSON is what JSON.parse makes of it, with the line of everything', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.boolean(), (text, isSpread) => {
      const value: unknown = JSON.parse(text)
      assert.deepEqual(
        plainOf(fromJson(isSpread ? JSON.stringify(value, null, 2) : text)),
        JSON.parse(text, (_, each) => each),
      )
    }),
  )
  const tree = fromJson('{\n "a": [\n  1,\n  {"b": 012}]}'.replace('012', '12'))
  assert.equal(memberOf(tree, 'a')?.place.line, 2)
  assert.equal(tree.place.line, 1)
})

test('a long line of JSON is read as fast as many short ones', () => {
  const elements = Array.from({ length: 500_000 }, (_, at) => at)
  for (const between of [',', ',\n']) {
    const tree = fromJson(`[${elements.join(between)}]`)
    assert(tree.kind === 'list')
    assert.equal(tree.elements.length, elements.length)
    assert.equal(tree.elements.at(-1)?.place.line, between === ',' ? 1 : elements.length)
  }
})

test('what is no JSON is told with its line', () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['{\n"a" 1}', /^f\.json:2: a colon is expected\.$/],
    ['{"a": 1\n"b": 2}', /^f\.json:2: a comma or } is expected\.$/],
    ['[1,]', /^f\.json:1: something is expected behind the comma\.$/],
    ['{"a": 1,\n"a": 2}', /^f\.json:2: a is there twice\.$/],
    ['{"a": "x\n"}', /a text does not end/],
    ['{"a": "\\x"}', /not a text of JSON/],
    ['nul', /it is not JSON/],
    ['1 2', /there is more behind the end/],
    ['', /it is not JSON/],
    ['['.repeat(100_000), /nested deeper than 64 levels/],
  ]
  for (const [text, message] of faults) assert.throws(() => fromJson(text), { message }, text.slice(0, 20))
})

test('YAML keeps the text that scalars were written as, and words of YAML 1.1 are texts', () => {
  const tree = fromYaml('type: N\non: yes\nversion: 2012-10-17\naccount: 012345678901\nunits: "5"\nis: true\nnone: ~\n')
  assert.deepEqual(plainOf(tree), { type: 'N', on: 'yes', version: '2012-10-17', account: 12345678901, units: '5', is: true, none: null })
  assert.equal(textOf(memberOf(tree, 'account')), '012345678901')
  assert.equal(memberOf(tree, 'units')?.place.line, 5)
})

test('short forms of functions are their long forms, inside of each other and of every kind', () => {
  assert.deepEqual(
    plainOf(fromYaml("a: !Sub\n  - '${x}'\n  - x: !GetAtt A.B.C\nb: !If [c, !Ref d, !Join [',', !Split [';', e]]]\nc: !Condition f\n")),
    {
      a: { 'Fn::Sub': ['${x}', { x: { 'Fn::GetAtt': ['A', 'B.C'] } }] },
      b: { 'Fn::If': ['c', { Ref: 'd' }, { 'Fn::Join': [',', { 'Fn::Split': [';', 'e'] }] }] },
      c: { Condition: 'f' },
    },
  )
  assert.deepEqual(plainOf(fromYaml('a: !FindInMap {x: 1}\nb: !!str 1\n')), { a: { 'Fn::FindInMap': { x: 1 } }, b: '1' })
})

test('anchors and merges are expanded', () => {
  assert.deepEqual(plainOf(fromYaml('base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3\nc:\n  <<: [{x: 7}, *b]\nd: *b\n"<<": quoted\n')), {
    base: { x: 1, y: 2 },
    a: { x: 1, y: 3 },
    c: { x: 7, y: 2 },
    d: { x: 1, y: 2 },
    '<<': 'quoted',
  })
})

test('hostile YAML is one sentence', () => {
  const laughs = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
    ...Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(10)}]`),
  ]
  const deep = ['a0: &a0 [x]', ...Array.from({ length: 90 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`)]
  const faults: readonly (readonly [string, RegExp])[] = [
    [laughs.join('\n'), /^f\.yaml:4: its aliases stand for more than 10000 values\.$/],
    [deep.join('\n'), /nested deeper than 64 levels\.$/],
    ['['.repeat(5000), /^f\.yaml:1: it is nested deeper than 64 levels\.$/],
    [Array.from({ length: 100 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), /nested deeper than 64 levels\.$/],
    ['a: &a [*a]', /\*a stands inside of what it names/],
    ['a: *b', /\*?b/],
    ['a: 1\na: 2', /^f\.yaml:2: a is there twice\.$/],
    ['a: !Nothing b', /^f\.yaml:1: !Nothing is no function of CloudFormation\.$/],
    ['a: 1\n---\nb: 2', /several documents/],
    ['a: [1', /^f\.yaml:\d: it is not YAML: /],
    ['{[a]: 1}', /the name of a member must be a text/],
    ['a:\n  <<: 1', /only maps can be merged/],
  ]
  for (const [text, message] of faults) {
    assert.throws(
      () => fromYaml(text),
      (error) => error instanceof SourceFault && message.test(error.message) && !error.message.includes('\n'),
      text.slice(0, 30),
    )
  }
  assert.equal(fromYaml('').kind, 'scalar')
})

test('names that every object inherits are members like any other', () => {
  for (const tree of [fromJson('{"__proto__": {"a": 1}, "constructor": 2}'), fromYaml('__proto__: {a: 1}\nconstructor: 2\n')]) {
    assert.equal(plainOf(memberOf(tree, '__proto__', 'a') as Tree), 1)
    assert.equal(memberOf(tree, 'toString'), undefined)
  }
})
