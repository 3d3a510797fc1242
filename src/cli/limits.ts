/** What the command takes, waits for and shows, and what holds when nothing is said. All of it is ours [I]. */
import { dayMs, minuteMs } from '../base/clock.ts'

/** A few keys of the server, and what stands around them. */
export const secretKeyTextMax = 10_000

// `stator load`: what can be asked for, and what is without being asked for.
export const loadDurationMsMax: number = 7 * dayMs
export const loadDurationMsDefault: number = minuteMs
export const loadRequestsMax = 1e12
/** A timer can wait for some weeks, and each connection waits for its turn. */
export const rateMin = 0.01
/** More than any client can send. */
export const rateMax = 1e6
/** Each is a connection, and a socket in the machine. */
export const concurrencyMax = 10_000
export const concurrencyDefault = 16
/** So that the number of an item (key * sort keys + sort) stays exact. */
export const keyCountMax = 1e9
export const keyCountDefault = 1000
export const sortKeysMax = 1e6
export const sortKeysDefault = 10
/** Beyond that one key has nearly everything. */
export const zipfExponentMax = 10
/** As in YCSB, with which others measure. */
export const zipfExponentDefault = 0.99
export const hotShareDefault = 0.9
export const readsPercentMax = 100
export const readsPercentDefault = 50
export const queryLimitMax = 1e6
export const queryLimitDefault = 100
export const retriesMax = 100
/** A sample stands in memory. */
export const itemFileBytesMax: number = 256 * 1024 * 1024
/** What a placeholder makes: not more than an item may have. */
export const placeholderLengthMax = 400_000

// How it is sent.
/** An answer that takes longer is given up. */
export const answerMsMax = 30_000
/** A server that is gone is asked again after this time, and not as fast as it refuses. */
export const lostServerPauseMs = 200
/** The pause before a retry doubles from the one to the other, as those of AWS's SDKs do. */
export const retryPauseMsMin = 50
export const retryPauseMsMax = 5000
/** Headers that nobody checks are made anew each second, for the time in them. */
export const plausibleHeadersAgeMsMax = 1000
/** After so many failures without anything else, the rest would fail, too. */
export const hopelessFailuresMin = 100

// What is counted meanwhile.
/** Keys that are told apart: some megabytes. */
export const countedKeysMax = 20_000
/** How many of the oldest keys are looked at for one that may go: all of them at once would hold requests up. */
export const keysLookedAtMax = 8
/** The most kinds of throttles and errors that are told apart: names come from a server that may say anything. */
export const outcomeKindsMax = 200
/** The last two hours are all that a Stator remembers. */
export const viewedMinutesMax = 120
/** More ranges than a Stator tells: the number comes from a server that may say anything. */
export const viewedRangesMax = 4096

// `stator check` by a server: so often it is asked how far it has come.
export const askedEveryMs = 200
/** Of a bar on a terminal, in letters. */
export const progressBarWidth = 30

// What is shown.
/** The line about how it goes is rewritten so often on a terminal; elsewhere there is a new one so often. */
export const progressEveryMs = 1000
export const progressLineEveryMs = 5000
export const hottestKeysMax = 10
export const hotPartitionsMax = 5
/** Keys with less are not worth a line. */
export const shownKeyShareMin = 0.001
/** A key with less is not called hot. */
export const hotRequestShareMin = 0.1
/** So few keys with so much of the throttles are called hot, and so many of them by name. */
export const blamedKeysMax = 10
export const blamedThrottleShareMin = 0.5
export const namedKeysMax = 3
/** Of an answer that is no exception's. */
export const shownBodyLengthMax = 200
/** Access patterns in the report of costs; the others are in `--json`. */
export const reportedPatternsMax = 20
/** In letters. */
export const reportLineWidthMax = 110

/** How often files that a running server goes by are looked at. */
export const fileLookMs = 1000

/** How long a certificate of our own holds, and how much of that must be left for it to be used again at a start. */
export const selfSignedLastsMs: number = 365 * dayMs
export const selfSignedLeftMsMin: number = 30 * dayMs
/** Of its serial number (RFC 5280 §4.1.2.2 allows twenty). */
export const serialBytes = 16

/** An audit file that would become larger is put aside, and a new one begins. */
export const auditFileBytesMax: number = 100 * 1024 * 1024

/** How long `stator healthcheck` waits for an answer. */
export const healthcheckMsMax = 5000
// `stator copy`.
/** Items read at once, and put at once as BatchWriteItem takes them; how often what a table does not take is put again, and after which time. */
export const copyPageItems = 500
export const copyBatchItems = 25
export const copyRetriesMax = 10
export const copyRetryAfterMs = 50
export const copyConnections = 16
/** Of an object in a bucket, before it is compressed. */
export const copyObjectBytes: number = 16 * 1024 * 1024
/** How often it is looked whether a table is there, for five minutes. */
export const copyCreateWaitMs = 100
export const copyCreateLooksMax = 3000
/** Of objects that are not read, so many are named. */
export const skippedNamedMax = 10
/** The wait between tries doubles so often. */
export const copyRetryDoublingsMax = 5
/** Of pseudonyms: letters behind `Name`, bytes, digits of numbers. */
export const pseudonymNameLength = 6
export const pseudonymBytes = 16
export const pseudonymDigitsMin = 15
export const pseudonymDigitsMax = 30
/** So many digits a double holds for sure. */
export const doubleDigitsMax = 15

/** Of the log that nobody has read yet, in bytes: beyond it requests are left out. */
export const unreadLogLengthMax: number = 8 * 1024 * 1024

// `stator apply`.
/** So long nothing more must change before files are read again. */
export const watchQuietMs = 300
/** Where a server does not say whose it is. */
export const unknownAccount = '000000000000'
/** How many items a model is shown at once that does not say, and at most (mcp/tools.ts). */
export const itemsShownDefault = 20
export const itemsShownMax = 200

/** Of a token that is made for control: nobody guesses it. */
export const controlTokenBytes = 24
