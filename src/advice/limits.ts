/** How much the advisor hears and remembers. All of it is ours: what AWS says stands beside the rules that go by it. */

import { partitionReadUnitsPerSecondMax, partitionWriteUnitsPerSecondMax } from '../api/limits.ts'
import type { ScanBudget } from '../storage/store.ts'

/** Calls heard in a second; those behind them are not heard, and whatever would have to know that something did not happen is not judged. */
export const callsHeardPerSecond = 500
/** How much of a processor hearing may take, and for how long it may take more when it took less before. */
export const hearingShareMax = 0.02
export const hearingSavedMsMax = 500
export const lanesMax = 256
/** Findings of one rule about one table, and all that are told. */
export const findingsOfRuleMax = 3
export const findingsMax = 200
/** What is looked back at. */
export const windowMinutes = 60
/** Findings that are not to be told, and how many of them are read at once. */
export const mutedMax = 1000
export const mutedBudget: ScanBudget = { entries: 100, bytes: 1 << 16 }

// What is kept of calls (docs/advice.md): together less than 10 MiB at the worst.
/** What a lane did last, and up to as much as one call touches more. */
export const touchesOfLaneMax = 24
/** Items of one call that are looked at. */
export const touchedItemsMax = 24
/** Text of an answer or an item that is parsed for it: at 500 calls a second a tenth of a core. */
export const readTextLettersMax = 16_384
export const keyTextLettersMax = 120
export const markedAttributesMax = 12
/** What a value is compared by. */
export const hashedLettersMax = 256
/** Values that are longer are the same by more than chance. */
export const tiedLettersMin = 3
export const valuesOfCallMax = 256
export const itemsMax = 8192
export const namesOfItemMax = 32
export const nameListsMax = 512
/** Attributes with longer names are not looked at. */
export const nameLettersMax = 255
/** Subjects of one rule, the parts of an hour that are summed up apart, and the keys and names that are told of each. */
export const casesMax = 64
export const caseSlots = 6
export const caseKeysMax = 4

// lost-update
/** How long before a write a read can be what it was based on. */
export const readBeforeWriteMs = 5000
/** Of the attributes that were read, how many a put has unchanged or counted on. */
export const readsWrittenBackMin = 0.5
/** A number that differs by no more was counted on, and is not another time or amount. */
export const steppedByMax = 100
/** With several items; with fewer it takes twice as many. */
export const writtenBackMin = 5
export const writtenBackItemsMin = 3
/** How long ago another must have written an item for the two to be at it at one time. */
export const otherWriterMs = 10_000

// pages-not-followed, partial-filter-limit
export const openPagesMax = 2048
/** Who has not asked for the next page by then will not. */
export const pageFollowedMs = 300_000
export const abandonedPagesMin = 10
/** Of the answers of the pattern. */
export const abandonedShareMin = 0.2
/** Of its limit, what a page has that came short. */
export const shortPageShareMax = 0.5
export const shortPagesMin = 10
export const shortPagesAbandonedShareMin = 0.5

// unprocessed-dropped
export const unprocessedMax = 2048
/** Longer than programs pause before they send something again. */
export const unprocessedSentAgainMs = 60_000
export const unprocessedDroppedMin = 3

// n-plus-one
export const parentsOfLaneMax = 2
/** How long after an answer a request can be made of it. */
export const burstFollowsMs = 1000
export const burstGetsMin = 5
export const burstsMin = 10
/** So many in each, or such a share of the table's requests, is more than a remark. */
export const burstGetsMany = 20
export const burstShareMany = 0.3

// stale-gsi-read
/** How soon after a write an index may not show it yet: a guess, as nothing is promised. */
export const indexFollowsMs = 100
/** An index that lags here, as it was told to, is looked back at for so long. */
export const lagLookedBackMs = 5000
export const staleIndexReadsMin = 5

// check-then-create
export const createdAfterLookMin = 5

// blind-overwrite
export const overwritesMin = 20
/** Of the puts of the pattern. */
export const overwritesShareMin = 0.1
/** Who has read the item knows what it drops. */
export const readBeforeOverwriteMs = 60_000

// retried-increment
export const callsRememberedMax = 2048

// transaction-of-one
export const tokensRememberedMax = 1024
export const transactionsOfOneMin = 20

// transaction-conflicts
export const conflictsMin = 10
/** Of the transactions on the table. */
export const conflictsShareMin = 0.01
export const conflictsShareGrave = 0.2

// retries-in-step
/** SDKs make no more than ten. */
export const attemptsLookedAtMax = 10
export const tablesWithRetriesMax = 128
export const retriesMin = 50
/** Of one attempt, to say how its pauses vary. */
export const retriesOfAttemptMin = 10
/** Below this there is no chance in it. */
export const retryVariationMax = 0.05
export const retriesInStepMs = 20
export const retriesInStepLanesMin = 5
export const retriesInStepShareMin = 0.5

// consistent-read-missing
/** How soon after a write another replica may not have it: a guess, as nothing is promised. */
export const tableFollowsMs = 100
export const ownReadsMin = 5
export const ownReadsItemsMin = 3

// return-values-unused
export const readBackMs = 200
export const readBackMin = 20
/** Of the updates of the table. */
export const readBackShareMin = 0.5

// under-projected
export const followsPageMs = 1000
/** A page of one is a search, and the read behind it a view of what was found. */
export const followedKeysMin = 2
export const followedShareMin = 0.5
export const followedPagesMin = 20

// failed-conditions
export const failedConditionsMin = 100
/** Of the writes of the pattern. */
export const failedConditionsShareMin = 0.3

// client-timeouts
export const givenUpMin = 5
/** A timeout is always the same, but for the pause before the next attempt. */
export const givenUpVariationMax = 0.1

// tables-read-together
export const readsOfLaneMax = 8
export const readTogetherMs = 50
export const readTogetherMin = 50
/** Of the reads of each of the two. */
export const readTogetherShareMin = 0.6

// What the rules on traffic, keys, data and cost have in common.
/** By how much the server's clock may drift away from the one that nobody moves before it counts as moved or standing still. */
export const clockStepMsMax = 2000
/** Fewer whole minutes say nothing of a rate: a burst is over by then. */
export const wholeMinutesMin = 3
/** Patterns that are counted by the minute: the ones met last; about 60 × 150 bytes each at the worst. */
export const patternsHeardMax = 300
/** The sketches of hot keys are of the last five to ten minutes. */
export const minutesOfHotKeys = 11
/** What was refused longer ago is told of no more. */
export const refusalsAgeMsMax = 3_600_000
/** The month that AWS's own estimates use. */
export const hoursPerMonth = 730
export const minutesPerMonth: number = 60 * hoursPerMonth
/** Less money is not told of; so much, and so much of what the table costs, is worth a warning. */
export const shownUsdMin = 0.01
export const savedUsdMin = 10
export const savedShareMin = 0.2
/** What AWS gives one partition, and so one key, in a second; and half of it, which a shard of a key is planned for: shards may share a partition until it is split. */
export const keyWriteUnitsMax: number = partitionWriteUnitsPerSecondMax
export const keyReadUnitsMax: number = partitionReadUnitsPerSecondMax
export const shardWriteUnits: number = keyWriteUnitsMax / 2
/** Refusals of the limit of a partition: fewer are a burst. A key with half of them is their cause. */
export const keyRefusalsMin = 10
export const keyRefusalShareMin = 0.5

// One rule each: what it takes to speak, and to speak louder. Chosen so that AWS's own limits are met with a margin; what is called Min is
// enough, and how much is remembered (`…sMax` of tables, items, patterns) is a few hundred kilobytes for each rule at the worst.
/** A third of what a key may have, more than a half, all of it. */
export const hotKey = { shareMin: 0.1, unitsMin: 300, warningUnits: 600, errorUnits: 1000 } as const
/** The same of reads: 30 % and 60 % of what a key may have. */
export const hotReadKey = { shareMin: 0.1, unitsMin: 900, warningUnits: 1800 } as const
/** So few keys that together they are less than what an account may use. */
export const lowCardinality = { keysMax: 20, itemsMin: 10_000, unitsMin: 5000, warningShare: 0.25 } as const
/** One entry at a time: what lies between two partition keys is jumped over. */
export const nextKeyBudget = { entries: 1, bytes: 1 } as const
/** Below two units a request nothing can be saved. */
export const filterDropsMost = { evaluatedMin: 1000, requestsMin: 10, shareMax: 0.1, warningShareMax: 0.02, unitsMin: 2 } as const
/** Attributes that a key of an index may have of each kind. */
export const proposedAttributesMax = 4
/** Scans are counted for a day; smaller tables are read whole for less than an index costs. */
export const scanPath = {
  hours: 24,
  scansMin: 10,
  hoursMin: 2,
  bytesMin: 1_048_576,
  shareMin: 0.2,
  warningShare: 0.5,
  thingsMax: 600,
} as const
/** Milliseconds of today have 13 digits; as seconds this is the year 5138. */
export const ttlFault = { secondsMax: 1e11, timesMin: 3, tablesMax: 200 } as const
export const ttlOff = { shareMin: 0.8, writesMin: 20, pastDays: 366, aheadDays: 3660, namesMax: 8 } as const
export const expiredRead = { callsMin: 10, shareMin: 0.01, patternsMax: 300 } as const
/** Items of 100 KB and more, where a hundredth of all writes are such; of 320 KB, four fifths of what an item may have, one is enough. */
export const largeItems = { bytesMin: 102_400, writesMin: 100, shareMin: 0.01, nearLimitBytes: 327_680, tablesMax: 200 } as const
export const growingCollection = { growthsMin: 20, elementsMin: 100, warningDays: 30, itemsMax: 1024, attributesMax: 4 } as const
/** Found unused after 30 days in production, as AWS says of unused resources; in a test at its end. */
export const unusedIndex = { unitsMin: 1000, tableReadsMin: 100, days: 30 } as const
export const overProjected = { readsMin: 100, shareMax: 0.5, indexesMax: 200, attributesMax: 64, wholeReads: 200, everyReads: 16 } as const
export const oneValuedIndex = { entriesMin: 1000, valuesMax: 2, shareMin: 0.9, unitsMin: 1000, warningUnits: 300 } as const
export const sparseIndex = { entriesMin: 1000, valuesMax: 10, shareMax: 0.05, queriesMin: 20, indexesMax: 200, countedMax: 20_000 } as const
/** What is read of a collection at once when its entries are counted. */
export const countedBudget = { entries: 1000, bytes: 1_048_576 } as const
export const backPressure = { capacityShareMin: 0.8 } as const
export const movingHotKey = {
  hours: 24,
  lookedHours: 6,
  hotHoursMin: 3,
  shareMin: 0.5,
  writesMin: 100,
  keysMax: 16,
  tablesMax: 128,
  warningUnits: 300,
} as const
export const hotCollection = { samplesMin: 10, ascendingShareMin: 0.9, warningUnits: 600, itemShareMin: 0.8 } as const
export const hotCounter = { unitsMin: 100, placesMax: 64, minutes: 10 } as const
/** Puts whose attributes are looked at: all of the first ones, then one of sixteen; and how much is remembered of them. */
export const census = { wholePuts: 256, everyPuts: 16, namesMax: 256, tablesMax: 64, widthsMax: 8 } as const
export const numbersAsText = { samplesMin: 100, shareMin: 0.99 } as const
export const unsortableKey = { samplesMin: 20, samplesMax: 64, firstSamples: 32, shareMin: 0.95, tablesMax: 64 } as const
/** An index or another node is hardly ever a second behind. Who writes an item within five seconds of reading it may have needed it as it was. */
export const consistentRead = {
  shareMin: 0.95,
  unitsMin: 1000,
  oldShareMin: 0.99,
  freshMs: 1000,
  changedAfterMs: 5000,
  itemsMax: 8192,
  patternsMax: 300,
} as const
export const countByReading = { requestsMin: 10, unitsMin: 128 } as const
export const partiqlScan = { requestsMin: 10, bytesMin: 1_048_576 } as const
/** Names of three letters are short enough. */
export const longNames = { shareMin: 0.4, itemBytesMin: 1024, savedShareMin: 0.2, putsMin: 100, nameBytes: 3, tablesMax: 64 } as const
export const nearLimit = { warningShare: 0.8, errorShare: 0.95, collectionsMax: 20_000 } as const

// Capacity and safety: only of traffic of a day and more, and of tables that are there for a day.
export const capacityWindowMinutes = 1440
export const cheaperMode = { savedShareMin: 0.2, savedUsdMin: 5, warningUsd: 50 } as const
export const overProvisioned = { meanShareMax: 0.2, peakShareMax: 0.5, spare: 1.3 } as const
export const pinnedScaling = { minutesMin: 10, targetPercentMax: 85 } as const
export const unsafeTable = { itemsMin: 1000, ageMsMin: 86_400_000 } as const
/** What point-in-time recovery costs for a GB and month in us-east-1. */
export const recoveryUsdPerGbMonth = 0.2

// Streams.
export const streamUse = { recordsMin: 1000, silentMs: 86_400_000, shardsMax: 2000, lagsMax: 16, readersMax: 8 } as const
export const streamLag = { warningMs: 3_600_000, errorMs: 72_000_000, trendMs: 3_600_000 } as const
export const hotShard = { shardsMin: 4, shareMin: 0.7, lagFactor: 5, unreadMin: 1000, readersMax: 2, readersMs: 60_000 } as const
// single-table-unjoined
export const tablesLookedAtMax = 64
export const entitiesKnownMax = 16
export const entitiesMin = 3
/** A longer beginning of a key is no name of a kind. */
export const entityLettersMax = 40
export const unjoinedRequestsMin = 1000
export const entityFilterEvaluatedMin = 100
export const entityFilterYieldMax = 0.5
