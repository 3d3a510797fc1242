import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseForm } from '../../../protocols/parse-form.ts'
import { readCloudWatchInput } from './read-input.ts'

test('Text of a form is read as what its shape asks for', () => {
  const form =
    'Namespace=AWS/DynamoDB&MetricName=M&Period=60&StartTime=2026-11-22T10:00:00Z&EndTime=2026-11-22T10%3A05%3A00.5%2B00%3A00&Statistics.member.1=Sum&ExtendedStatistics='
  assert.throws(() => readCloudWatchInput('GetMetricStatistics', parseForm(Buffer.from(form)), 'text'), {
    name: 'InvalidParameterValueException',
    message: 'The parameter ExtendedStatistics must be valid: Member must have length greater than or equal to 1.',
  })
  const input = readCloudWatchInput('GetMetricStatistics', parseForm(Buffer.from(form.replace('&ExtendedStatistics=', ''))), 'text')
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
