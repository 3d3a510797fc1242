/** Bounds of our own that hold for all services beside DynamoDB. What holds for one stands in its contract. */
import { minuteMs } from '../base/clock.ts'

/** How often it is looked whether there is now something to look after in the store, that another process has put there. */
export const lookForRecordsEveryMs: number = minuteMs

// What tables would cost.
/** How many minutes of use are looked at without a break, and how many tables: a few milliseconds of work. */
export const costMinutesAtOnceMax = 10_000
export const costTablesAtOnceMax = 10
