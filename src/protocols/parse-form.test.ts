import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCloudWatchInput } from '../services/cloudwatch/contract/read-input.ts'
import { parseForm } from './parse-form.ts'

function parsed(text: string): unknown {
  return structuredClone(parseForm(Buffer.from(text)))
}

test('A form becomes the tree that its names draw', () => {
  assert.deepEqual(parsed('Action=A&Dimensions.member.2.Name=b&Dimensions.member.1.Name=a%20c&Dimensions.member.1.Value=%C3%A9&A.B.C=1'), {
    Action: 'A',
    Dimensions: [{ Name: 'a c', Value: 'é' }, { Name: 'b' }],
    A: { B: { C: '1' } },
  })
})

test('A form orders list elements by their numbers', () => {
  const numbers = Array.from({ length: 12 }, (_, index) => 12 - index)
  const form = numbers.map((number) => `L.member.${number}=${number}`).join('&')
  assert.deepEqual(parsed(form), { L: numbers.reverse().map(String) })
})

test('A form may have any name, and names of our own things mean nothing', () => {
  const form = parseForm(Buffer.from('__proto__.x=1&constructor=2&toString.member.1=3'))
  assert.deepEqual(Object.keys(form), ['__proto__', 'constructor', 'toString'])
  assert.equal(({} as { x?: unknown }).x, undefined)
})

test('A form that draws no tree is refused', () => {
  const faults = {
    'A=1&A.B=2': 'The parameter A.B is both a value and a structure.',
    'A.B=2&A=1': 'The parameter A is both a value and a structure.',
    'A.member.x=1': 'The elements of a list are numbered from 1.',
    ['a&'.repeat(20_000)]: 'A request has at most 20000 parameters.',
    [`${'a.'.repeat(20)}b=1`]: `The parameter ${'a.'.repeat(20)}b is nested too deep.`,
  }
  for (const [form, message] of Object.entries(faults)) {
    assert.throws(() => parseForm(Buffer.from(form)), { name: 'SerializationException', message })
  }
})

test('Text of a form is read as what its shape asks for', () => {
  const form =
    'Namespace=AWS/DynamoDB&MetricName=M&Period=60&StartTime=2026-11-22T10:00:00Z&EndTime=2026-11-22T10%3A05%3A00.5%2B00%3A00&Statistics.member.1=Sum&ExtendedStatistics='
  assert.throws(() => readCloudWatchInput('GetMetricStatistics', parseForm(Buffer.from(form)), 'query'), {
    name: 'InvalidParameterValueException',
    message: 'The parameter ExtendedStatistics must be valid: Member must have length greater than or equal to 1.',
  })
  const input = readCloudWatchInput('GetMetricStatistics', parseForm(Buffer.from(form.replace('&ExtendedStatistics=', ''))), 'query')
  assert.deepEqual(input, {
    Namespace: 'AWS/DynamoDB',
    MetricName: 'M',
    StartTime: 1_795_341_600,
    EndTime: 1_795_341_900.5,
    Period: 60,
    Statistics: ['Sum'],
  })
})

test('Times are of the years 1 to 9999, and text is well-formed', () => {
  for (const StartDate of [-62_135_596_801, 253_402_300_800, '-99999999999', Number.NaN]) {
    assert.throws(() => readCloudWatchInput('DescribeAlarmHistory', { StartDate }, 'typed'), {
      name: 'SerializationException',
      message: 'The parameter StartDate must be a timestamp',
    })
  }
  assert.deepEqual(readCloudWatchInput('DescribeAlarmHistory', { AlarmName: 'a\ud800' }, 'typed'), { AlarmName: 'a\ufffd' })
})

test('A form is decoded as URLSearchParams decodes it', () => {
  const piece = fc.constantFrom('a', '%41', '%', '%4', '%zz', '+', '=', '&', '%26', '%E2%82%AC', '%FF', '%00', '%2B', 'é', '\u{1f600}')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      assert.deepEqual(parsed(text), Object.fromEntries(new URLSearchParams(text)))
    }),
  )
})

test('All that is missing or wrong is told at once', () => {
  assert.throws(() => readCloudWatchInput('GetMetricStatistics', {}, 'typed'), {
    name: 'MissingRequiredParameterException',
    message: ['Namespace', 'MetricName', 'StartTime', 'EndTime', 'Period'].map((name) => `The parameter ${name} is required.`).join('\n'),
  })
  const alarm = { AlarmName: '', EvaluationPeriods: 0, ComparisonOperator: 'Above', Dimensions: [{ Name: 'a' }] }
  assert.throws(() => readCloudWatchInput('PutMetricAlarm', alarm, 'typed'), {
    name: 'ValidationError',
    message: [
      `4 validation errors detected: Value '' at 'alarmName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
      `Value null at 'dimensions.1.member.value' failed to satisfy constraint: Member must not be null`,
      `Value '0' at 'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1`,
      `Value 'Above' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold, LessThanLowerOrGreaterThanUpperThreshold, LessThanLowerThreshold, GreaterThanUpperThreshold]`,
    ].join('; '),
  })
  assert.throws(() => readCloudWatchInput('ListMetrics', { Dimensions: 5n }, 'typed'), {
    name: 'SerializationException',
    message: 'The parameter Dimensions must be a list',
  })
})
