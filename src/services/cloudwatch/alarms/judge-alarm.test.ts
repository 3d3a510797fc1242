import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AlarmDefinition } from './alarm.ts'
import { type Datapoint, evaluationRangeOf, judgeAlarm } from './judge-alarm.ts'

/** 2026-11-22T10:00:00Z */
const startMs = 1_795_341_600_000

function definition(more: Partial<AlarmDefinition> = {}): AlarmDefinition {
  return {
    AlarmName: 'a',
    EvaluationPeriods: 3,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    ...more,
  }
}

/** `0 - X`, oldest first, as the guide writes it: fine, missing, breaching. The newest minute begins at `startMs`. */
function range(drawn: string): readonly (Datapoint | undefined)[] {
  const points = drawn.split(' ').reverse()
  return points.map((point, index) =>
    point === '-' ? undefined : { timeMs: startMs - index * 60_000, value: point === 'X' ? 12 : point === '0' ? 0 : Number(point) },
  )
}

/** Missing, ignore, breaching, not breaching. */
const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
type Expected = readonly ('OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'retained')[]

/** The tables of "Configuring how CloudWatch alarms treat missing data", 3 of 3 and 2 of 3. */
const guide: readonly (readonly [needed: number, drawn: string, expected: Expected])[] = [
  [3, '0 - X - X', ['OK', 'OK', 'OK', 'OK']],
  [3, '- - - - 0', ['OK', 'OK', 'OK', 'OK']],
  [3, '- - - - -', ['INSUFFICIENT_DATA', 'retained', 'ALARM', 'OK']],
  [3, '0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [3, '- - X - -', ['ALARM', 'retained', 'ALARM', 'OK']],
  [2, '0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [2, '0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  [2, '0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
  [2, '- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
  [2, '- - - X -', ['ALARM', 'retained', 'ALARM', 'OK']],
]

for (const [needed, drawn, expected] of guide) {
  test(`An alarm of ${needed} out of 3 judges ${drawn} as the guide does`, () => {
    const judged = treatments.map((TreatMissingData) => {
      return judgeAlarm(definition({ DatapointsToAlarm: needed, TreatMissingData }), range(drawn))?.value ?? 'retained'
    })
    assert.deepEqual(judged, expected)
  })
}

test('An alarm does not go off early for one breaching minute after a gap', () => {
  assert.equal(judgeAlarm(definition(), range('- - - - X'))?.value, 'OK')
  assert.equal(judgeAlarm(definition(), range('- - - X -'))?.value, 'OK')
})

test('The evaluation range of three periods is five', () => {
  assert.equal(evaluationRangeOf(definition()), 5)
})

test('Each comparison breaches on its side of the threshold', () => {
  const breaching = {
    GreaterThanThreshold: [6],
    GreaterThanOrEqualToThreshold: [5, 6],
    LessThanThreshold: [4],
    LessThanOrEqualToThreshold: [4, 5],
  } as const
  for (const [ComparisonOperator, expected] of Object.entries(breaching)) {
    const alarm = definition({ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: ComparisonOperator as keyof typeof breaching })
    const judged = [4, 5, 6].filter((value) => judgeAlarm(alarm, range(`- - ${value}`))?.value === 'ALARM')
    assert.deepEqual(judged, expected, ComparisonOperator)
  }
})

test('Reasons are worded as AWS words them', () => {
  const reason = (more: Partial<AlarmDefinition>, drawn: string): string | undefined => judgeAlarm(definition(more), range(drawn))?.reason
  assert.equal(
    reason({ EvaluationPeriods: 1 }, '- - X'),
    'Threshold Crossed: 1 out of the last 1 datapoints [12.0 (22/11/26 10:00:00)] was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).',
  )
  assert.equal(
    reason({ DatapointsToAlarm: 2, Threshold: 0.5, ComparisonOperator: 'GreaterThanOrEqualToThreshold' }, '- - 25000000 0 0.5'),
    'Threshold Crossed: 2 out of the last 3 datapoints [0.5 (22/11/26 10:00:00), 2.5E7 (22/11/26 09:58:00)] were greater than or equal to the threshold (0.5) (minimum 2 datapoints for OK -> ALARM transition).',
  )
  assert.equal(
    reason({ EvaluationPeriods: 1 }, '- - 0'),
    'Threshold Crossed: 1 out of the last 1 datapoints [0.0 (22/11/26 10:00:00)] was not greater than the threshold (0.0) (minimum 1 datapoint for ALARM -> OK transition).',
  )
  assert.equal(
    reason({ EvaluationPeriods: 1, TreatMissingData: 'notBreaching' }, '- - -'),
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  )
  assert.equal(
    reason({ TreatMissingData: 'breaching' }, '- - - - -'),
    'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
  )
  const long = reason({ EvaluationPeriods: 1440 }, Array.from({ length: 1442 }, () => '1.5').join(' ')) ?? ''
  assert.match(long, /^Threshold Crossed: 1440 out of the last 1440 datapoints \[1\.5 \(22\/11\/26 10:00:00\), /)
  assert.ok(long.length < 1023, 'a reason has a limit')
  assert.equal(reason({}, '- - - - -'), 'Insufficient Data: 3 datapoints were unknown.')
  assert.equal(reason({ EvaluationPeriods: 1 }, '- - -'), 'Insufficient Data: 1 datapoint was unknown.')
})
