/** Every limit of Lambda that is not a bound of its shapes: AWS's, and what Stator bounds itself. */
import { dayMs, secondMs } from '../../../base/clock.ts'

/** ListEventSourceMappings and ListFunctions answer with no more at a time. */
export const listedMappingsMax = 100
export const listedFunctionsMax = 50
export const filtersMax = 5
/** MaximumRecordAgeInSeconds is −1 or no less than this. */
export const recordAgeSecondsMin = 60
export const tagsMax = 50
/** A window's state. */
export const windowStateBytesMax: number = 1024 * 1024
/** What a function is given at once, `Records` and all. */
export const eventBytesMax: number = 6 * 1024 * 1024
/** The concurrency of an account that asked for no more. */
export const concurrentExecutionsDefault = 1000
/** Records are in their stream for so long. */
export const retentionMs: number = dayMs

// Ours. [I]
/** How often a stream on a shared store is looked at. AWS looks four times a second [D]. */
export const pollEveryMs = 250
/** The wait before the first retry, which doubles up to the longest. */
export const backOffMsMin: number = secondMs
export const backOffMsMax: number = 60 * secondMs
/** A shard is read no further while so many of its records, or bytes of them, beside a batch for each lane are not done. */
export const readAheadRecordsMax = 1000
export const readAheadBytesMax: number = 16 << 20
/** Of all shards of a mapping together. */
export const mappingBytesMax: number = 64 << 20
/** How many invocations of one mapping run at a time: shards × parallelisation factor, and no more than this. */
export const invocationsMax = 100
/** How often passes of a mapping follow each other before other mappings have theirs. */
export const passesMax = 100
export const requestBytesMax: number = 7 << 20
