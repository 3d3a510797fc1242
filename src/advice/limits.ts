/** How much the advisor hears and remembers. All of it is ours: what AWS says stands beside the rules that go by it. */

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

// single-table-unjoined
export const tablesLookedAtMax = 64
export const entitiesKnownMax = 16
export const entitiesMin = 3
/** A longer beginning of a key is no name of a kind. */
export const entityLettersMax = 40
export const unjoinedRequestsMin = 1000
export const entityFilterEvaluatedMin = 100
export const entityFilterYieldMax = 0.5
