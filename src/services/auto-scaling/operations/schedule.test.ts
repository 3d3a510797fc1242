import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../../base/clock.ts'
import { parseSchedule } from './schedule.ts'

/** The latest time of a schedule up to a time, within the two hundred days before it. */
function latest(text: string, until: string, timezone?: string, since?: string): string | undefined {
  const untilMs = Date.parse(until)
  const afterMs = since === undefined ? untilMs - 200 * dayMs : Date.parse(since)
  const schedule = parseSchedule(text, timezone)
  assert(schedule !== undefined, text)
  const timeMs = schedule.latest({ baseMs: afterMs, afterMs, untilMs })
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString()
}

test('at() has one time, which is over once it was done', () => {
  assert.equal(latest('at(2026-11-22T10:00:00)', '2026-11-22T10:00:00Z'), '2026-11-22T10:00:00.000Z')
  assert.equal(latest('at(2026-11-22T10:00:00)', '2026-11-22T09:59:59Z'), undefined)
  assert.equal(latest('at(2026-11-22T10:00:00)', '2026-11-22T12:00:00Z', 'UTC', '2026-11-22T10:00:00Z'), undefined)
  assert.equal(latest('at(2026-11-22T10:00:00)', '2026-11-22T23:00:00Z', 'America/New_York'), '2026-11-22T15:00:00.000Z')
  assert.equal(latest('at(2026-07-01T10:00:00)', '2026-11-22T23:00:00Z', 'Europe/Berlin'), '2026-07-01T08:00:00.000Z')
})

test('rate() counts from its base', () => {
  assert.equal(latest('rate(5 minutes)', '2026-11-22T10:13:00Z', 'UTC', '2026-11-22T10:01:00Z'), '2026-11-22T10:11:00.000Z')
  assert.equal(latest('rate(1 hour)', '2026-11-22T10:13:00Z', 'UTC', '2026-11-22T10:01:00Z'), undefined)
  assert.equal(latest('rate(2 days)', '2026-11-22T10:00:00Z', 'UTC', '2026-11-20T10:00:00Z'), '2026-11-22T10:00:00.000Z')
})

test('cron() finds the latest time of its fields', () => {
  // AWS's example: every day at 12:15.
  assert.equal(latest('cron(15 12 * * ? *)', '2026-11-22T12:15:00Z'), '2026-11-22T12:15:00.000Z')
  assert.equal(latest('cron(15 12 * * ? *)', '2026-11-22T12:14:59Z'), '2026-11-21T12:15:00.000Z')
  // 2026-11-22 is a Sunday.
  assert.equal(latest('cron(0 9 ? * MON-FRI *)', '2026-11-22T12:00:00Z'), '2026-11-20T09:00:00.000Z')
  assert.equal(latest('cron(0 9 ? * 1,7 *)', '2026-11-22T12:00:00Z'), '2026-11-22T09:00:00.000Z')
  assert.equal(latest('cron(0/20 8-9 1 NOV,dec ? 2026)', '2026-11-22T12:00:00Z'), '2026-11-01T09:40:00.000Z')
  assert.equal(latest('cron(*/15 * * * ? *)', '2026-11-22T12:29:00Z', 'UTC', '2026-11-22T12:15:00Z'), undefined)
  assert.equal(latest('cron(0 0 31 12 ? *)', '2026-11-22T12:00:00Z'), undefined)
})

test('cron() in a time zone follows its clocks, also when they change', () => {
  assert.equal(latest('cron(0 8 * * ? *)', '2026-10-24T23:00:00Z', 'Europe/Berlin'), '2026-10-24T06:00:00.000Z')
  assert.equal(latest('cron(0 8 * * ? *)', '2026-10-25T23:00:00Z', 'Europe/Berlin'), '2026-10-25T07:00:00.000Z')
  assert.equal(latest('cron(30 23 * * ? *)', '2026-11-22T12:00:00Z', 'Pacific/Auckland'), '2026-11-22T10:30:00.000Z')
  assert.equal(latest('cron(30 23 * * ? *)', '2026-11-22T12:00:00Z', 'Etc/GMT+9'), '2026-11-22T08:30:00.000Z')
})

test('cron() finds times of an hour that the clocks show twice', () => {
  // 3:00 in Berlin is 2:00 again on 2026-10-25, at 1:00 in UTC; 2:00 in New York is 1:00 again on 2026-11-01, at 6:00 in UTC.
  assert.equal(latest('cron(45 2 25 10 ? 2026)', '2026-10-25T01:50:00Z', 'Europe/Berlin'), '2026-10-25T01:45:00.000Z')
  for (const until of ['2026-11-01T05:50:00Z', '2026-11-01T06:10:00Z', '2026-11-01T06:50:00Z']) {
    assert.equal(latest('cron(45 1 1 11 ? 2026)', until, 'America/New_York'), '2026-11-01T05:45:00.000Z', until)
  }
})

test('a day of a time zone is not gone through minute by minute', (t) => {
  const calls = t.mock.method(Intl.DateTimeFormat.prototype, 'formatToParts').mock
  assert.equal(latest('cron(* * * * ? *)', '2026-11-22T23:01:30Z', 'Europe/Berlin'), '2026-11-22T23:01:00.000Z')
  assert(calls.callCount() < 10, `${calls.callCount()}`)
})

test('what is no schedule is none', () => {
  const texts = [
    ...['', 'at()', 'at(2026-02-30T10:00:00)', 'at(2026-11-22T24:00:00)', 'at(2026-11-22)', 'rate(0 minutes)', 'rate(5 seconds)'],
    ...['cron(* * * * *)', 'cron(60 * * * ? *)', 'cron(* * * * ? * *)', 'cron(5-1 * * * ? *)', 'cron(a * * * ? *)', 'cron(1/0 * * * ? *)'],
    ...['cron(* * L * ? *)', 'cron(* * ? * 2#1 *)', 'cron(* * 0 * ? *)', 'cron(, * * * ? *)', 'never(1)', 'at(2026-11-22T10:00:00'],
  ]
  for (const text of texts) assert.equal(parseSchedule(text), undefined, text)
  assert.equal(parseSchedule('rate(1 day)', 'Europe/Nowhere'), undefined)
})
