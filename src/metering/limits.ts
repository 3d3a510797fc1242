/**
 * How much metering remembers, how much of it one step looks at, and how often. All of it is ours: AWS tells none of it [I]. What AWS
 * sets for throughput stands in `api/limits.ts`.
 */
import { dayMs, hourMs, minuteMs } from '../base/clock.ts'
import type { ScanBudget } from '../storage/store.ts'

// Metrics.
/** How long points of a minute are kept, as CloudWatch keeps them: 15 days. */
export const metricPointAgeMsMax: number = 15 * dayMs
/** So long after the end of a minute every node of a shared store has put its points of it there: who lives has rounds of jobs more often. */
export const pointsLateMsMax = 3000
/** Of all metrics, tables and operations together: ten for each of 2000 tables. */
export const metricSeriesMax = 20_000
/** Room is made once so much of that is taken, and until so much is: seldom, and then for a while. */
export const metricSeriesFullShare = 0.9
export const metricSeriesRoomyShare = 0.8
/** How many minutes of a series wait to be stored when storing fails. */
export const metricWaitingMinutesMax = 60
/** One read of the points of a series. */
export const metricPointsBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
/** What one step that drops old points looks at, and drops, about: some milliseconds of work. */
export const metricTrimBudget = { series: 100, points: 1000 } as const
/** About how many points one turn puts, so that a commit stays short. */
export const storedPointsPerTurnMax = 1000
/** Points of settings that are noted at once, about: after a leap of the clock fewer minutes where there are many tables. */
export const settingPointsMax = 10_000
/** CloudWatch has a point of them every five minutes. */
export const settingEveryMinutes = 5

// Contributors: which keys stand for most of what goes on, minute by minute.
/** So many keys of a rule and minute are told apart, at least; twice as many are counted before the least of them are let go. */
export const contributorsCountedMax = 500
/** So many of them are kept, as no report has more. */
export const contributorsKeptMax = 100
/** How many rows one turn puts, and one step that drops old ones looks at. */
export const contributorRowsPerTurnMax = 100
export const contributorTrimBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
/** What a write unit counts where a read unit counts one: as AWS adds them up. */
export const contributedByWriteUnit = 3
/** How long they are kept. */
export const contributorsAgeMsMax: number = dayMs
/** How many minutes of a table or index wait to be stored when storing fails. */
export const contributorMinutesWaitingMax = 60

// Partitions: their heat, their sizes, their splits.
/** The last five whole minutes decide about splits; the others are slack. */
export const partitionHeatMinutesMax = 8
/** How much of a second at the limit lies between two samples of keys, about. */
export const heatSampleEverySeconds = 0.25
/** What a minute at the limit brings, and a little more. */
export const heatSamplesMax = 256
/** Longer keys are cut off, so that memory is bounded: what begins alike counts as one item then. */
export const heatSampleRestBytesMax = 512
/** Heat and throughput are looked at so often, so that the job costs nothing in between. */
export const partitionLookEveryMs = 5000
/** One read of a partition that is measured. */
export const measuredBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
/** Places where a partition that is measured may be divided. When there are twice as many, every other one is given up. */
export const measuredBordersMin = 256

// Throttling.
/** Beyond these reasons of these tables nothing new is told of, so that memory is bounded. */
export const throttleTalliesMax = 10_000
/** Keys that are counted for a reason: one with more than an eighth of all is always among them. */
export const throttledKeysMax = 8

// What is remembered of traffic.
/** Tables and indexes whose heat is kept: the ones used last. */
export const heatSpacesMax = 128
export const heatMinutesMax = 120
/** Equal parts of the hash space that a picture of heat tells apart: a power of two, for a part is found by the first bits. */
export const heatRanges = 64
/** What a sketch of heavy keys has room for: estimates are too high by 1/256 of all with a probability of at most 1/8. */
export const sketchRows = 3
/** A power of two, for a column is found by the first bits. */
export const sketchColumns = 256
/** A candidate with an indicator above both has proven itself: its bytes are kept, so that it can be named. */
export const provenKeyShareMin: number = 1 / 200
export const provenKeyAmountMin = 8
/** At most 1 / provenKeyShareMin keys can be proven at one moment. */
export const sketchNamesMax = 256
/** What the names of heavy keys take in one sketch. */
export const keyNamesBytesMax: number = 64 * 1024
/** Two sketches take turns so often: long enough to see a key, short enough to forget it. */
export const hotKeysWindowMs = 300_000
export const hotKeysMax = 50
/** Of the units, or of the refused events, that a hot key stands for. */
export const hotKeyShareMin = 0.01
/** Below this nothing is called hot, whatever its share. */
export const hotKeyAmountMin = 8
export const accessPatternsMax = 2000
/** Of each of the texts that say what a pattern asks for. */
export const accessPatternTextLengthMax = 1000
/** Kinds of members that a batch or a transaction is told by. */
export const accessPatternMembersMax = 10
/** Texts of clients by which patterns are found again without being printed, in letters. */
export const rawFormsLettersMax = 4_000_000
/** What a place in that tree takes besides its text, counted in letters. */
export const rawFormLetters = 100
/** What a request is found by has at most so many parts: who writes more is counted with all others who do. */
export const rawFormPartsMax = 200

/** Series of an older format that are carried over at the same time, and share commits: each reads a chunk of its points at a time. */
export const seriesCarriedTogetherMax = 64

// Several nodes on one store.
/** How often a node tells what it has let through. What nodes let through beyond a limit is what they do in that time. */
export const usageToldEveryMs = 1000
/** Reports that stay to be heard by who is late, and how long those of a node stay that tells nothing any more. */
export const usageReportsKept = 5
export const usageForgottenAfterMs: number = 10 * minuteMs
export const usageLoadBudget: ScanBudget = { entries: 100, bytes: 1 << 20 }

/** Who judges by what all nodes did in a minute waits so long after it: each has told by then, or is not there. */
export const reportGraceMs = 10_000
/** How much of what nodes told is read, and swept, at a time; and how often what is too old is looked for. */
export const reportsLoadBudget: ScanBudget = { entries: 500, bytes: 1 << 20 }
export const reportsSweepEveryMs: number = hourMs
/** A clock that others have set may go ahead of what is told so far, by this at most. */
export const reportAheadMinutesMax = 5
/** So many tables, indexes or patterns are looked at without a break: a millisecond or two of work. */
export const reportedAtOnceMax = 16
/** What one report brings at most of each kind, in characters; what finds no room is told first in the next. */
export const reportedKeysLengthMax = 1_000_000
export const reportedPatternsLengthMax = 1_000_000
export const reportedSamplesLengthMax = 250_000
export const reportedThrottlesLengthMax = 250_000
/** Samples of keys of a partition in a minute: enough of them to say where its heat halves. */
export const reportedSamplesMax = 64

/** Regions whose rate of requests about tables is remembered before those that are quiet are forgotten. */
export const controlPlaneBucketsMax = 100
