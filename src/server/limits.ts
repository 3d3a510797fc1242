/** Where and how long the server waits, how much it takes and tells, and what the control endpoint can be asked for. All of it is ours [I]. */
import { requestBodyBytesMax } from '../api/limits.ts'
import { dayMs, minuteMs } from '../base/clock.ts'

/** Where a server listens unless it is told otherwise, as DynamoDB local does. */
export const portDefault = 8000
/** How many ports are tried when any will do, and those that are free at 127.0.0.1 are taken at ::1. */
export const freePortTriesMax = 20

export interface HttpLimits {
  /** The largest request body, also once it is decompressed. */
  readonly bodyBytesMax: number
  /** Answers below this size are not worth compressing. */
  readonly gzipBytesMin: number
  /** The largest head of a request. */
  readonly headBytesMax: number
  /** How long the headers of a request may take to arrive. Checked every `timeoutCheckMs`, like what follows. */
  readonly headersTimeoutMs: number
  /** How long `progressBytesMin` of a body may take to arrive, whatever is left of it. */
  readonly progressMs: number
  readonly progressBytesMin: number
  readonly timeoutCheckMs: number
  /** How long a connection may wait for its next request. Longer than clients keep theirs, so that they are the ones to hang up. */
  readonly keepAliveMs: number
  /** How long a client may take for the next `answerPieceBytes` of its answer, or for what is left of it. */
  readonly unreadMs: number
  /** How long `close` waits for requests that are being answered. */
  readonly closeMs: number
}

export const defaultHttpLimits: HttpLimits = {
  bodyBytesMax: requestBodyBytesMax,
  gzipBytesMin: 4096,
  headBytesMax: 16 * 1024,
  headersTimeoutMs: 20_000,
  progressMs: 20_000,
  progressBytesMin: 16 * 1024,
  timeoutCheckMs: 5_000,
  keepAliveMs: 75_000,
  unreadMs: 60_000,
  closeMs: 5_000,
}

// What all clients together may take.
export const memoryBudgetBytesDefault: number = 512 * 1024 * 1024
/** Less than this does not hold one request of the largest and what else there is. */
export const memoryBudgetBytesMin: number = 128 * 1024 * 1024
export const memoryBudgetBytesMax: number = 1024 ** 4
export const connectionsMaxDefault = 10_000
/** With how many shards streams may be made to begin. */
export const streamShardsMax = 1000
/** More than a process can have descriptors of. */
export const connectionsMaxMax = 1_000_000
/** At that number a new connection takes the place of an idle one: so many are looked at for one. */
export const connectionsLookedAtMax = 32
/** How long a request waits to begin before it is refused, and how many may. */
export const admissionWaitMs = 3000
export const waitingRequestsMax = 10_000
/** What begins in one turn of the event loop should take no longer than this; looked at whenever so many have begun. */
export const begunTurnMs = 10
export const begunPerLook = 4
/** To be connected to, to read, to ask and to answer takes one turn each. */
export const restingTurnsAfterLong = 6
/** So many turns in a row are kept short for those who come in, one a turn, before one is left to large requests; these weigh as much as a page. */
export const turnsLettingInMax = 64
export const largeRequestBytesMin: number = 2 * 1024 * 1024
/** So many small requests begin in one turn at most, and a body of so many bytes counts as one more. */
export const begunPerTurnMax = 128
export const bodyBytesPerBegun: number = 16 * 1024
/** What a byte of JSON becomes at most, by and large, once it is text, values and items. */
export const valuesPerBodyByte = 6
/** What deflate makes of one byte at most. */
export const decompressedPerByteMax = 1032
/** What is not larger is not refused by what it says of its length: it may come. */
export const unannouncedBodyBytesMax: number = 64 * 1024
/** After so long without requests that hold much, what they held is collected. */
export const quietBeforeCollectedMs = 5000
/** A block of so many bytes is given back as soon as nobody needs it. */
export const ownBlockBytesMin: number = 128 * 1024
/** What comes out of a body that is decompressed comes in pieces of so many bytes, and of no more than so many times what is in it. */
export const decompressedPieceBytesMin: number = 16 * 1024
export const decompressedPieceBytesMax: number = 1024 * 1024
export const decompressedPieceRatio = 8
/** What is moved at once is long when it is so much: who reads or writes it waits for others, and what was read is given back at once. */
export const longTransferBytesMin: number = 16 * 1024
/** So much of it in a turn of the event loop, a millisecond or two, and as much of what waited for it. */
export const transferPerTurnBytesMax: number = 2 * 1024 * 1024
/** A long answer is written in pieces of so many bytes, so that it shows how fast it is taken. */
export const answerPieceBytes: number = 128 * 1024

/** Answers that wait for one another, to be sent together. */
export const answersAtOnceMax = 32

// Bodies in chunks.
/** The longest line between two chunks: a size and its extensions, of which signed chunks need a hundred bytes. */
export const chunkedLineBytesMax = 1024
/** All extensions and trailer fields of a body together. */
export const chunkedOverheadBytesMax: number = 16 * 1024

/** How often the jobs are asked whether something is due: nobody notices a tenth of a second, and asking costs microseconds. */
export const jobsEveryMs = 100
/** Whoever has the jobs done now waits no longer than this for what they began, such as functions: by the machine's clock. */
export const restMsMax = 30_000
/** How often a node on a shared store looks whether it is time to say that it is alive. */
export const heartEveryMs = 250
// Clusters for tests.
/** How often a node looks whether there is something to do for all, and how often who asked for it looks whether it is done. */
export const roundsLookEveryMs = 25
/**
 * So often all nodes do what is due because others did what was: two or three times are enough, unless there is ever more to do, and
 * then what was due is done. For a lease that is on its way from one to another they wait longer.
 */
export const busyRoundsMax = 10
export const clusterRoundsMax = 100

/** So long after the last failure a store that has committed something works again, and nobody waits in vain for what another process holds. */
export const outageQuietMs = 2000
export const heldUpQuietMs: number = minuteMs

/** How often the log is told that the jobs still fail. */
export const failedRoundsTellEveryMs = 60_000

// The control endpoint.
export const controlBodyBytesMax: number = 64 * 1024
/** Of those who come from other machines with the token: so many browsers have a session at once, each for so long. */
export const sessionsMax = 1000
export const sessionMs: number = 12 * 60 * minuteMs
export const sessionIdBytes = 32
export const sessionBodyBytesMax = 4096
/** So many wrong tokens may come from one address in so long, and of so many addresses they are counted. */
export const wrongTokensMax = 10
export const wrongTokensEveryMs: number = minuteMs
export const guessersMax = 1000
/** The most that one partition can be set to do in a second. */
export const partitionUnitsMax = 1_000_000
/** The most of anything that can be asked to happen so many times. */
export const settableCountMax = 1_000_000
/** How many faults a server has at once (docs/faults.md): a request is held against each of them. */
export const faultsMax = 1000
/** Before how many changes of an item a stale read may see. */
export const staleChangesMax = 1000
/** The longest delay or lag that can be set: a day. */
export const settableDelayMsMax: number = dayMs
/** The clock can be set from 1970 to the end of the year 9999. */
export const settableTimeMsMax: number = Date.UTC(10_000, 0) - 1
/** How far a stream is divided: tens of times what its table could need. */
export const openShardsMax = 1000
/** So many of them are closed in one commit. */
export const replacedShardsAtOnceMax = 4
/** How many tables a reset changes in one turn: some tens of milliseconds. */
export const resetTablesAtOnceMax = 100
/** How many tables are looked up without a break: others have requests, too. */
export const describedTablesAtOnceMax = 50
export const describedPatternsAtOnceMax = 50
/** So much of an answer, in characters, is written without a break: a millisecond or two. */
export const answeredAtOnceLength: number = 256 * 1024
/** How far back heat is told when nothing is said. */
export const heatMinutesDefault = 60

/** How long a server that others stand in for says that it is about to end, before it does: balancers look every few seconds. */
export const drainMs = 5000

// What is told elsewhere.
/** Characters behind `AIDA` in the unique id of a user. */
export const userIdLength = 17

/** How often the event loop's delay is looked at. */
export const loopDelayLookMs = 10
export const loopDelayBoundsMs: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000]
/** What is looked at every five minutes still stands for a minute more. */
export const gaugeAgeMsMax: number = 6 * minuteMs
/** Reasons in a line of the log about throttling; what comes behind them is told as a number. */
export const toldReasonsMax = 3
/** Counts of keys may be too high by an eighth of all: a key with less than this may be like any other. */
export const toldKeyShareMin = 0.25

/** Of a token that stands for a right: nobody guesses it. */
export const bearerTokenLengthMin = 16

// What programs say.
/** So much of a text that is no value of an option is repeated: a sentence stays one that can be read. */
export const toldValueLengthMax = 60

// The audit trail.
/** So many lines about requests that are not let in, in so long: whoever sends many fills no disk. */
export const refusedLinesMax = 60
export const refusedLinesEveryMs: number = minuteMs
/** So much of what such requests say of themselves. */
export const refusedTextMax = 200

// Requests that were answered, for those who follow them.
/** So many are kept: some nine megabytes. */
export const keptRequestsMax = 10_000
/** Of each: who sent it, its id, its key, in UTF-8. */
export const keptTextsBytes = 640
/** So many of them are allocated together. */
export const textsPerBlock = 100
/** In UTF-8: what ends so near to the end of its place may have been cut. */
export const longestCharacterBytes = 4
/** So much is told of texts that they say of themselves, and of each attribute of a key. */
export const keptTextMax = 500
export const keptKeyTextMax = 128
/** Of requests and answers that are kept whole, in memory. */
export const keptTextsBytesMax: number = 32 * 1024 * 1024
/** So many are told when nothing is said. */
export const toldRequestsDefault = 100
/** Who follows them hears at least so often, so that nobody in between takes the connection for dead. */
export const followedEveryMs = 15_000
/** Who follows them is let in again so often, where the server knows who asks: he may have lost the right. */
export const followedForMs: number = 5 * minuteMs
/** So many may follow at once. */
export const followersMax = 100
/** An event, or several, in one piece, in characters; and what a client that does not take it may have of the process, in bytes. */
export const followedPieceLength: number = 32 * 1024
/** Of whole requests and answers, in characters, in one answer. */
export const toldTextsLengthMax: number = 4 * 1024 * 1024
/** Programs that read streams, and the shards of all of them together that are remembered: some two megabytes. */
export const readersMax = 100
export const readPlacesMax = 10_000
/** So many streams are told of in one answer, and of each so many consumers of the store's own. */
export const toldStreamsMax = 100
export const toldConsumersMax = 100
/** Requests that are not let in: so many are kept in so long. */
export const keptStrangersMax = 60
export const keptStrangersEveryMs: number = minuteMs
/** So many callers are counted apart. */
export const countedCallersMax = 1000

// Scrubbing: all that is stored is looked at in the background.
/** One step so often, the first so long after the start, and no more than one pass in so long: some thousands of rows a second at most. */
export const scrubEveryMs = 100
export const scrubFirstAfterMs: number = minuteMs
export const scrubPassEveryMs: number = 60 * minuteMs
/** So many findings are told in the log. */
export const scrubToldMax = 1000
