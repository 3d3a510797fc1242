/** Every limit of CloudWatch: AWS's, by the API reference of the operation that is named, and how much Stator does for one request. */
import { dayMs, hourMs, minuteMs } from '../../../base/clock.ts'
import type { ScanBudget } from '../../../storage/store.ts'

// Metrics and their points.
/** GetMetricStatistics. */
export const statisticsPointsMax = 1440
/** GetMetricData. */
export const metricDataPointsMax = 100_800
export const metricQueriesMax = 500
/** A page of ListMetrics, which leaves out what has had no points for so long when it is asked to. */
export const listedMetricsMax = 500
export const recentMetricsAgeMsMax: number = 3 * hourMs
/** Points are of one minute: AWS keeps those for 15 days, those of five minutes for 63, and of an hour after that (MetricDatum). */
export const pointPeriodMs: number = minuteMs
export const minutePointsAgeMsMax: number = 15 * dayMs
export const fiveMinutePointsAgeMsMax: number = 63 * dayMs

// Rules of Contributor Insights.
/** A page of DescribeInsightRules. */
export const insightRulesListedMax = 500
/** GetInsightRuleReport. */
export const reportContributorsDefault = 10
export const reportContributorsMax = 100
/** Ours: a week of minutes. */
export const reportPeriodsMax = 10_080

// Alarms.
/** In a region (CloudWatch service quotas). */
export const alarmsMax = 5000
/** Metrics and expressions that an alarm may be made of, each (MetricDataQuery). */
export const alarmQueriesOfKindMax = 10
/** PutMetricAlarm. A period from an hour on may be looked at over a week, a shorter one over a day. */
export const alarmPeriodSecondsMin = 10
export const alarmPeriodSecondsDefault = 60
export const alarmSpanSecondsMax = 86_400
export const alarmLongPeriodSecondsMin = 3600
export const alarmLongSpanSecondsMax: number = 7 * 86_400
/** DescribeAlarms and DescribeAlarmHistory, when they are not told how many. */
export const alarmRecordsDefault = 50
export const historyRecordsDefault = 100

// Ours. [I]
/** Several times the size of the largest request that makes sense; every one is parsed at one go. */
export const requestBytesMax = 1_048_576
/** More list elements than any request has use for; the model leaves some lists without a limit. */
export const listElementsMax = 1000
/** What is wrong with one request; nobody mends more at once. */
export const toldFaultsMax = 10
/** The years 1 to 9999: those that every protocol can say. */
export const timeSecondsMin = -62_135_596_800
export const timeSecondsMax = 253_402_300_799
/** How many values one request may come to, those that are read and intermediate ones included. */
export const requestValuesMax = 4_000_000
/** For how long one request works before others get their turn. */
export const requestTurnMsMax = 5
/** Parentheses and calls of an expression inside each other, and expressions that build upon one another: so that none exhausts the stack. */
export const expressionDepthMax = 50
export const expressionChainMax = 20
/** More periods than are kept of any metric. */
export const filledPeriodsMax = 50_000
/** AWS keeps 30 days. */
export const alarmHistoryItemsMax = 1000
/** How often it is looked whether somebody else made a first alarm. */
export const lookEveryMs = 1000
/** One read of the history of alarms, or one piece of it that is dropped. */
export const alarmsBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
/** In the reason of a state and in its data: a reason has a limit of 1023 characters, its data of 4000. */
export const toldDatapointsMax = 20
