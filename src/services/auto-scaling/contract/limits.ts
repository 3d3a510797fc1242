/** Every limit of auto scaling: AWS's for DynamoDB (capacity.md §7.6 and the quotas of Application Auto Scaling), and how much Stator keeps. */
import { dayMs, hourMs } from '../../../base/clock.ts'
import type { ScanBudget } from '../../../storage/store.ts'

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
/** One read of stored targets, policies and actions. */
export const scalingBudget: ScanBudget = { entries: 100, bytes: 1 << 20 }
/** A day of any date can be found that far back: a leap day. */
export const scheduleDaysBackMax: number = 4 * 366
/** No clocks are put back by more. */
export const clockChangeMsMax: number = 3 * hourMs
