import assert from 'node:assert/strict'
import { test } from 'node:test'
import { helpText, parseOptions } from '../../bench/options.ts'
import { planOf } from '../../bench/plans.ts'

const plan = (...words: string[]) => planOf(parseOptions(words))
const names = (...words: string[]) => plan(...words).stages.map(({ size, cases }) => `${size.items} × ${size.itemBytes}: ${cases.length}`)

test('the help names every flag that is taken, and takes every flag that it names', () => {
  const flags = [...helpText().matchAll(/^ {2}--([a-z-]+)(?: ([A-Z]+))?/gm)].map(([, name = '', value]) => ({ name, value }))
  assert.ok(flags.length > 15)
  for (const { name, value } of flags) {
    const words = [`--${name}`, ...(value === undefined ? [] : ['7']), ...(name === 'nodes' ? ['--postgres'] : [])]
    assert.doesNotThrow(() => parseOptions(words), name)
  }
})

const faults: readonly (readonly [readonly string[], RegExp])[] = [
  [['--items', '10000,none'], /--items takes positive whole numbers, not none/],
  [['--rounds', '2.5'], /--rounds takes positive whole numbers, not 2\.5/],
  [['--seconds', '0'], /--seconds takes positive numbers, not 0/],
  [['--nodes', '1,2'], /--nodes is about --postgres/],
  [['--postgres', '--flatness'], /--postgres and --flatness are two measurements/],
  [['--fast'], /Unknown option '--fast'/],
  [['surplus'], /Unexpected argument/],
]

for (const [words, message] of faults) {
  test(`${words.join(' ')} is refused in one sentence`, () => {
    assert.throws(() => parseOptions(words), message)
  })
}

test('what is asked is taken', () => {
  const options = parseOptions(['--postgres', '--nodes', '1,2,3', '--seconds', '0.5', '--only', 'GetItem,Query', '--json', 'a.jsonl'])
  assert.equal(options.mode, 'postgres')
  assert.deepEqual(options.nodes, [1, 2, 3])
  assert.deepEqual(options.only, ['getitem', 'query'])
  assert.deepEqual([options.seconds, options.jsonFile], [0.5, 'a.jsonl'])
  assert.equal(parseOptions(['--expiry', '5000']).count, 5000)
  assert.deepEqual(parseOptions(['--write-docs', 'a,b']).documentFiles, ['a', 'b'])
})

test('a quick run measures for less than a hundred seconds, and all that goals are about', () => {
  const { stages, rounds, seconds } = plan('--quick')
  const cases = stages.flatMap((stage) => stage.cases.flatMap(({ connections }) => connections))
  const [baselinesAndStator, warmUp] = [3, 1.25]
  assert.ok(cases.length >= 9)
  assert.ok(cases.length * baselinesAndStator * rounds * seconds * warmUp < 100)
})

test('a full run has all sizes, and ten million items for Stator alone', () => {
  assert.deepEqual(names('--full').slice(1), ['10000 × 4096: 9', '1000000 × 430: 9', '1000000 × 4096: 9', '10000000 × 430: 5'])
  assert.deepEqual(
    plan('--full').stages.map(({ isAlone }) => isAlone),
    [false, false, false, false, true],
  )
})

test('sizes, connections and operations can be chosen', () => {
  assert.deepEqual(names('--items', '2000,4000', '--item-bytes', '430,4096', '--only', 'getitem'), [
    ...['2000 × 430: 1', '2000 × 4096: 1', '4000 × 430: 1', '4000 × 4096: 1'],
  ])
  assert.deepEqual(plan('--connections', '3', '--only', 'scan 25').stages[0]?.cases[0]?.connections, [3])
  assert.deepEqual(plan('--only', 'getitem').stages[0]?.cases[0]?.connections, [1, 16, 64, 256])
  assert.throws(() => plan('--only', 'nothing'), /no operation is called nothing; there are GetItem,/)
})
