/** How much the advisor hears and remembers. All of it is ours: what AWS says stands beside the rules that go by it. */
import type { ScanBudget } from '../storage/store.ts'

/** Calls heard in a second; those behind them are not, and whatever would have to know that something did not happen is not judged. */
export const callsHeardPerSecond = 500
export const lanesMax = 256
/** Findings of one rule about one table, and all that are told. */
export const findingsOfRuleMax = 3
export const findingsMax = 200
/** What is looked back at. */
export const windowMinutes = 60
/** Findings that are not to be told, and how many of them are read at once. */
export const mutedMax = 1000
export const mutedBudget: ScanBudget = { entries: 100, bytes: 1 << 16 }
