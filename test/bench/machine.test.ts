import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProcessStat, treeOf } from '../../bench/machine/process-tree.ts'
import { choosePlaces, parseProcessorList, placeNodes } from '../../bench/machine/processors.ts'
import { judgeQuiet, type Observed, parseSystemTimes } from '../../bench/machine/quiet.ts'

const alone = (processors: readonly number[]) => new Map(processors.map((each) => [each, [each]] as const))

test('lists of processors are read in all their forms', () => {
  assert.deepEqual(parseProcessorList('0-2,5\n'), [0, 1, 2, 5])
  assert.deepEqual(parseProcessorList('3'), [3])
  assert.deepEqual(parseProcessorList(''), [])
})

test('generator and server get a core each, and a database what is left', () => {
  assert.deepEqual(choosePlaces([0, 1, 2, 3], alone([0, 1, 2, 3])), {
    generator: '0',
    server: '1',
    left: ['2', '3'],
    database: '2,3',
    all: '0,1,2,3',
    remarks: [],
  })
})

test('two threads of one core are not two cores', () => {
  const siblings = new Map([0, 1, 2, 3].map((each) => [each, each < 2 ? [0, 1] : [2, 3]] as const))
  assert.equal(choosePlaces([0, 1, 2, 3], siblings).server, '2')
  assert.match(choosePlaces([0, 1], siblings).remarks.join(), /two threads of one core/)
})

test('on two processors a database shares both, and on one nothing is pinned', () => {
  const two = choosePlaces([4, 6], alone([4, 6]))
  assert.deepEqual([two.generator, two.server, two.database], ['4', '6', '4,6'])
  assert.match(two.remarks.join(), /no core is left for a database/)
  const one = choosePlaces([0], alone([0]))
  assert.deepEqual([one.generator, one.server], [undefined, undefined])
  assert.match(one.remarks.join(), /nothing is pinned/)
})

test('nodes get a core each when that leaves one for their database, and share one otherwise', () => {
  const of = (processors: readonly number[], count: number) => placeNodes(choosePlaces(processors, alone(processors)), count)
  assert.deepEqual(of([0, 1, 2, 3, 4], 3), { nodes: ['1', '2', '3'], database: '4' })
  assert.deepEqual(of([0, 1, 2, 3], 3), { nodes: ['1', '1', '1'], database: '2,3' })
  assert.deepEqual(of([0, 1], 2), { nodes: ['1', '1'], database: '0,1' })
  assert.deepEqual(of([0], 2), { nodes: [undefined, undefined], database: undefined })
})

test('/proc/PID/stat is read behind the name, whatever that holds', () => {
  const fields = [
    'S',
    '41',
    '42',
    '42',
    '0',
    '-1',
    '4194304',
    '10',
    '0',
    '0',
    '0',
    '150',
    '50',
    '7',
    '3',
    '20',
    '0',
    '11',
    '0',
    '99',
    '1000',
    '25',
  ]
  assert.deepEqual(parseProcessStat(`43 (a) b (c) ${fields.join(' ')} 0 0\n`), {
    id: 43,
    parent: 41,
    cpuMicros: 2_100_000,
    rssBytes: 102_400,
  })
})

test('a process has all those below it, and nobody else', () => {
  const made = ([id, parent]: readonly [number, number]) => ({ id, parent, cpuMicros: 0, rssBytes: 0 })
  const all = (
    [
      [1, 0],
      [10, 1],
      [11, 10],
      [12, 11],
      [20, 1],
    ] as const
  ).map(made)
  assert.deepEqual(
    treeOf(all, 10).map(({ id }) => id),
    [10, 11, 12],
  )
  assert.deepEqual(treeOf(all, 99), [])
})

test('/proc/stat counts guests once, and waiting as idle', () => {
  assert.deepEqual(parseSystemTimes('cpu  100 20 30 400 50 6 7 8 90 9\ncpu0 1 1 1 1\n'), {
    allMicros: 6_210_000,
    busyMicros: 1_500_000,
    stealMicros: 80_000,
  })
  assert.throws(() => parseSystemTimes('intr 1'), /no line of all processors/)
})

const begin = { allMicros: 0, busyMicros: 0, stealMicros: 0 }
const quiet: Observed = {
  loadBefore: 0.1,
  begin,
  end: { allMicros: 10_000_000, busyMicros: 5_000_000, stealMicros: 50_000 },
  oursMicros: 4_900_000,
  spreads: [0.05, 0.19],
}

test('a machine that does nothing else is quiet', () => {
  const report = judgeQuiet(quiet)
  assert.deepEqual(report.warnings, [])
  assert.equal(report.stealShare, 0.005)
  assert.equal(report.othersShare, 0.01)
})

const disturbances: readonly (readonly [string, Partial<Observed>, RegExp])[] = [
  ['load before it', { loadBefore: 1.5 }, /^the load average was 1\.50 before it$/],
  [
    'time that the host keeps',
    { end: { allMicros: 10_000_000, busyMicros: 4_900_000, stealMicros: 300_000 } },
    /^the host took 3\.0 % \(steal\)$/,
  ],
  ['other processes', { oursMicros: 3_000_000 }, /^other processes took 20\.0 % of all processors$/],
  ['rounds far apart', { spreads: [0.1, 0.3] }, /^rounds of 1 of 2 cases lay more than 20 % apart$/],
]

for (const [name, change, warning] of disturbances) {
  test(`a machine is not quiet for ${name}`, () => {
    const { warnings } = judgeQuiet({ ...quiet, ...change })
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', warning)
  })
}

test('where the system does not tell, that is said', () => {
  const { loadBefore, oursMicros, spreads } = quiet
  assert.deepEqual(judgeQuiet({ loadBefore, oursMicros, spreads }).warnings, ['the system does not tell what others took'])
})
