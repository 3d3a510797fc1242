/** DescribeAlarmHistory: what happened to alarms, also to those that were deleted. */

import type { AlarmHistoryItem } from '../alarms/alarm.ts'
import { CloudWatchError } from '../contract/errors.ts'
import { historyRecordsDefault } from '../contract/limits.ts'
import type { CloudWatch } from '../contract/shapes.ts'
import type { CloudWatchContext } from './cloudwatch-context.ts'
import { pageToken, placeIn } from './page-token.ts'

type Input = CloudWatch<'DescribeAlarmHistoryInput'>

/** Newest first unless asked otherwise. Nothing is ever sent, so there are no items of the type Action. */
export async function describeAlarmHistory(
  { engine, alarms }: CloudWatchContext,
  input: Input,
): Promise<CloudWatch<'DescribeAlarmHistoryOutput'>> {
  const { AlarmTypes, MaxRecords = historyRecordsDefault, NextToken, ScanBy = 'TimestampDescending' } = input
  const place = NextToken === undefined ? '0' : (placeIn('history', NextToken) ?? '')
  if (!/^\d{1,6}$/.test(place)) throw new CloudWatchError('InvalidNextToken', 'The parameter NextToken is not valid.')
  const skipped = Number(place)
  const isExcluded = AlarmTypes !== undefined && AlarmTypes.length > 0 && !AlarmTypes.includes('MetricAlarm')
  const history = isExcluded ? [] : await alarms.historyOf(engine.catalog.region)
  const found = history.filter((item) => isMeant(input, item))
  const ordered = ScanBy === 'TimestampAscending' ? found : [...found].reverse()
  const end = skipped + MaxRecords
  return {
    AlarmHistoryItems: ordered.slice(skipped, end).map(described),
    ...(end < ordered.length && { NextToken: pageToken('history', String(end)) }),
  }
}

function isMeant({ AlarmName, HistoryItemType, StartDate, EndDate }: Input, { alarmName, timeMs, type }: AlarmHistoryItem): boolean {
  if (AlarmName !== undefined && AlarmName !== alarmName) return false
  if (HistoryItemType !== undefined && HistoryItemType !== type) return false
  if (StartDate !== undefined && timeMs < StartDate * 1000) return false
  return EndDate === undefined || timeMs <= EndDate * 1000
}

function described({ alarmName, timeMs, type, summary, data }: AlarmHistoryItem): CloudWatch<'AlarmHistoryItem'> {
  return {
    AlarmName: alarmName,
    AlarmType: 'MetricAlarm',
    Timestamp: timeMs / 1000,
    HistoryItemType: type,
    HistorySummary: summary,
    HistoryData: data,
  }
}
