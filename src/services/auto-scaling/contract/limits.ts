/** Every limit of auto scaling: AWS's for DynamoDB (capacity.md §7.6 and the quotas of Application Auto Scaling), and how much Stator keeps. */
import { dayMs, hourMs, minuteMs } from '../../../base/clock.ts'

/** Utilisation that a policy may aim at, in percent. */
export const targetPercentMin = 20
export const targetPercentMax = 90
/** What AWS's console proposes. */
export const targetPercentDefault = 70
/** An alarm is breached when that many minutes in a row are. */
export const scaleOutMinutes = 2
export const scaleInMinutes = 15
/** Scaling in begins that many percent (of what is provisioned) below the target. */
export const scaleInMarginPercent = 20

/** In a region, for DynamoDB. */
export const scalableTargetsMax = 5000
export const scheduledActionsPerTargetMax = 200
export const scalingTagsMax = 50
export const scalingPageMax = 50

/** Activities are told for six weeks; of one target at most so many are kept [I]. */
export const activityAgeMsMax: number = 6 * 7 * dayMs
export const activitiesPerTargetMax = 200

// Ours. [I]
/** By how much clocks of several processes differ at most: what was done so far ahead was done by another, not before a clock was set back. */
export const clockSkewMsMax = 1000
/** How far behind the last look at a schedule the next one begins: an action that another process put is known a little later here. */
export const scheduleOverlapMs: number = minuteMs
/** A day of any date can be found that far back: a leap day. */
export const scheduleDaysBackMax: number = 4 * 366
/** No clocks are put back by more. */
export const clockChangeMsMax: number = 3 * hourMs
