/** A CloudWatch alarm as it is kept: what was asked for, how it stands, and what happened to it. Stored as JSON, just like this. */
import type { CloudWatch } from '../contract/shapes.ts'

export type AlarmStateValue = CloudWatch<'StateValue'>

/** As it was put, tags left out. */
export type AlarmDefinition = Omit<CloudWatch<'PutMetricAlarmInput'>, 'Tags'> & { readonly Threshold: number }

export interface AlarmState {
  readonly value: AlarmStateValue
  readonly reason: string
  /** JSON; undefined as long as nothing was evaluated. */
  readonly reasonData: string | undefined
  /** When it was set, and when it last became another. */
  readonly updatedMs: number
  readonly transitionedMs: number
  /** The minute (since the epoch) that it was last judged to have become another in: no second evaluation of that minute counts. */
  readonly judgedMinute?: number
}

export interface Alarm {
  readonly definition: AlarmDefinition
  readonly configuredMs: number
  readonly state: AlarmState
}

export interface AlarmHistoryItem {
  readonly alarmName: string
  readonly timeMs: number
  readonly type: 'ConfigurationUpdate' | 'StateUpdate'
  readonly summary: string
  /** JSON. */
  readonly data: string
}
