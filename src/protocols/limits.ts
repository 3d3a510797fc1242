/** How large and how deep what a client sends may be before it is read. Ours, so that no body costs much to refuse [I]. */
import { minuteMs } from '../base/clock.ts'

/**
 * A body up to this size cannot nest deep enough to cost the parser more than some milliseconds, so it is not looked through: most
 * requests are far smaller and counting would cost as much as parsing.
 */
export const jsonUncheckedBytesMax = 65_536
/** Far above the 32 levels an item may have (and the request around it). Every deeper body is refused as one that is not JSON. */
export const jsonDepthMax = 1000
/** Larger ones are looked through while others have their turns. */
export const scannedAtOnceBytesMax: number = 256 * 1024
/** Bytes outside of texts, or quotation marks in one, that are looked at in a step: some ten microseconds, at worst ten times that. */
export const scanMarksPerStep = 4096
/** Leaving JavaScript to look for the end of a text costs as much as to look at so many bytes. */
export const nearTextBytes = 64
/** What is parsed in one piece of a larger body: a millisecond or two when it is full of tiny values. */
export const jsonSliceBytes: number = 32 * 1024
/** What a step is in units of `Pace`. */
export const scanWorkPerStep = 32

/** GetMetricData of 500 queries with a dozen parameters each has a third of that. */
export const formParametersMax = 20_000
/** The deepest member has nine names on its path: `Metrics.member.1.MetricStat.Metric.Dimensions.member.1.Name`. */
export const formDepthMax = 12
/** Of the path of a parameter, or of a part of an address, in the message that refuses it. */
export const printedPathLengthMax = 100

/** As many parts as a form may have parameters, with the names of their members and the structures around them. */
export const cborTokensMax = 60_000
/** Maps, lists and tags inside each other: more than twice what the deepest input has. */
export const cborDepthMax = 30

// Signatures (iam-and-sigv4.md §1.2).
/** How far the clock of a client may be from ours, either way. */
export const skewMsMax: number = 15 * minuteMs
/** How long a signature in an address may last: a week. */
export const expiresSecondsMax = 604_800
/** Of so many clients, days, regions and services the keys that requests are signed with are kept. */
export const signingKeysMax = 1000
