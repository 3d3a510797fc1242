/** What the stores on one machine remember, how far their files grow, and how long they wait. All of it is ours. */
import { minuteMs } from '../base/clock.ts'

// What a store knows from commit to commit, so that most commits look nothing up. Beyond it all is forgotten, and found again.
/** Key objects that are recognised: a caller that makes a new one for each call must not fill the memory. */
export const keyObjectsMax = 4096
export const countersKnownMax = 4096
export const logsKnownMax = 4096
/** More guards than are in use at a time. */
export const guardsWatchedMax = 1024

/** Up to so many reads of a turn are looked through; more are looked up, so that a turn of very many takes no longer for each. */
export const readsLookedThroughMax = 32

/** After a failed commit, writes are refused this long before one of them tries again. */
export const commitRetryAfterMs = 1000

/** So often a store on a disk looks after itself: whether its files are there, whether it may write again. */
export const storeTendedEveryMs = 1000

// In memory.
/** Children of a branch of a tree, entries of a leaf. */
export const treeNodeEntriesMax = 32

// SQLite: its memory.
/** The writer keeps its pages from commit to commit; a reader forgets all of them at every commit, so it needs few and the map instead. */
export const writerCacheKib: number = 16 * 1024
export const readerCacheKib: number = 8 * 1024
/** The most SQLite maps. Reads are nearly twice as fast; in return a disk that cannot read a mapped page kills the process (SIGBUS). */
export const mmapSizeBytes = 0x7fff0000
/** Connections kept open for later views when nobody needs them. */
export const idleConnectionsMax = 4
/**
 * Rows that are asked for at once while a range is scanned: asking for each costs a quarter more. What is read beyond the budget is
 * read in vain, so fewer are asked for where rows are large, and first of all while it is not known how large they are.
 */
export const rowsAtOnceFirst = 32
export const rowsAtOnceMax = 256
/** How large rows are taken to be before one was read. */
export const guessedRowBytes = 1024
/** Rows of which it is remembered that they were found right, by a bit each: with more, the others are looked at each time. */
export const checkedRowsMax: number = 16 * 1024 * 1024
/** And how long that counts. */
export const checkedRowsAgeMs: number = 10 * minuteMs
/** How long it waits for another process that has the file, such as a tool that looks into it. */
export const busyTimeoutMs = 250

/** When a folder was changed, its files are looked at before each commit until nothing has changed in it for so long. */
export const folderSettledAfterMs = 1000
/** A database that could not be opened again so many times, a second apart, is given up. */
export const reopeningsMax = 30

/** What goes on is told of so often: a full disk, a log that cannot be copied. */
export const troubleToldEveryMs: number = minuteMs

// SQLite: room on its disk.
/** What is kept free for the deletes that make room: some hundred commits of the log. */
export const ballastBytes: number = 4 * 1024 * 1024
/** With less, only what makes room is written; with as much again, and no less than so much, everything. */
export const tightBelowBytes: number = 2 * 1024 * 1024
export const roomyFromBytes: number = 12 * 1024 * 1024

// SQLite: giving space back.
/** It begins when so much of the file, and this part of it, is free. */
export const vacuumedFromBytes: number = 4 * 1024 * 1024
export const vacuumedFromShare = 0.25
/** What it does in one commit: as many pages as take so long, and no more than half a megabyte of log, which the commit syncs. */
export const vacuumStepMs = 1
export const vacuumStepPagesFirst = 16
export const vacuumStepPagesMax = 128
/** And how many times as long it rests before the next. */
export const vacuumRestsPerStep = 4
/** A file of an older version is written anew when it is opened, if no more than this is in it: so its pages can be given back, too. */
export const rewrittenBytesMax: number = 16 * 1024 * 1024

// SQLite: its write-ahead log.
/** The log is copied into the database whenever it has grown by so much. */
export const checkpointEveryBytes: number = 32 * 1024 * 1024
/** On a small disk whenever it has grown by this part of what is free, but by so much at least. */
export const roomPerCheckpoint = 4
export const checkpointEveryBytesMin: number = 1024 * 1024
/** As much as a checkpoint copies while writes wait, unless so many rounds before did not bring it down. */
export const checkpointLeftBytesMax: number = 4 * 1024 * 1024
export const checkpointRoundsMax = 3
/** A log longer than this is emptied while writes wait, and trimmed to it when it starts afresh. */
export const walKeptBytes: number = 64 * 1024 * 1024
/** A log that has become so long is told of, and again each time it has grown by `walKeptBytes`. */
export const walWarnedFromBytes: number = 4 * walKeptBytes
/** Pages that a snapshot copies before it lets others in: a millisecond or two of work. */
export const snapshotPagesAtOnce = 256
/** Each is as large as the database: those that were made and not fetched, and those that are being made. */
export const snapshotsKeptMax = 3
/** What a copy of everything keeps of its pages, and how much damage of a file is told one by one. */
export const copyCacheKib: number = 64 * 1024
/** Of a file that is copied as it is. */
export const copiedAtOnceBytes: number = 64 * 1024
export const damagedRowsToldMax = 100
/** Rows that are read between two words about how far it has come. */
export const rowsToldEvery: number = 1 << 16
/** Frames of a log that are read at once when it is looked at. */
export const logFramesAtOnce = 256
/** How far the log has come is marked so long after a commit: what is cut off of it that was written within this time before a process died goes unnoticed. */
export const markEveryMs = 10
/** A log starts afresh after tens of megabytes: so often in the time for which a system keeps a mark to itself it does not. */
export const generationsUnmarkedMax = 1000

// PostgreSQL: what is asked at once.

/** The longest key that an index of PostgreSQL takes for sure is 2,704 bytes: longer ones are cut to this, with a digest behind. */
export const wholeKeyBytesMax = 2400
/** Turns that share a transaction. Fewer after conflicts, one at last. */
export const turnsPerBatchMax = 256
/** So often a batch is decided again before it is made smaller. */
export const conflictsBeforeSmaller = 3
/** Keys of calls of `get` that share a statement. */
export const keysPerReadMax = 1000
/** Views that share a transaction, and its connection: a large answer is what the others wait for. */
export const viewsPerTransactionMax = 8
/** Transactions of views at a time; more wait. */
export const viewTransactionsMax = 40

// PostgreSQL: how long it waits.

/** A view ends after this, read to its end or not. */
export const viewAgeMsMax = 5000
/**
 * A batch that has waited this long for another's lock is given up: its turns are asked again apart from those that come later. Who
 * waits in line behind another node's batch waits twice, first for its place and then for the holder.
 */
export const lockTimeoutMs = 400
/** And there it waits for what cannot be passed over. */
export const asideLockTimeoutMs = 100
/** Of turns that waited there in vain so many times fewer are asked together: that finds which of them it was before long. */
export const asideBatchesSmallerBy = 8
/** So long after it was found that what they need is held, it is looked again. */
export const asideRetryMs = 50
/** So long after something that cannot be passed over was waited for in vain, it is waited for again. Everybody waits meanwhile. */
export const probeEveryMs = 500
/** Keys that are known to be held by others: turns that name one are asked apart at once. */
export const heldKeysMax = 1024
/** A key that was not found held for so long is taken for free. Longer than a client waits before it asks again. */
export const heldKeyMsMax: number = minuteMs
/** A turn that was asked for this long ago, and that waits for another's lock and nothing else, is told so. */
export const contendedMsMax = 5000
/** The tables are made by a connection of its own, that may wait for another that makes them. */
export const makeTablesLockTimeoutMs = 1000
/** A transaction that nobody goes on with holds its locks this long. */
export const idleTransactionMsMax = 2000
export const statementMsMax = 5000
/** A connection that has not answered for this long is given up, and so is a first answer. */
export const answerMsMax = 8000
export const connectMsMax = 5000
/** What could not be done because of others, or because the database is away, is tried again for this long. */
export const retryMsMax = 10_000
export const reconnectAfterMs = 25
export const reconnectAfterMsMax = 1000
/** The row of a lane that has committed nothing for this long is somebody else's. */
export const laneIdleHours = 1

// Buckets.
/** Objects told at once, as many as S3 tells. */
export const objectsPerPageMax = 1000
/** How much of a file is read at a time. */
export const objectPieceBytes: number = 64 * 1024
/** How long an S3 endpoint may take to begin its answer, and for each piece of it. */
export const s3TimeoutMs = 30_000
export const s3PieceTimeoutMs = 30_000
/** How often it is asked when it fails for the moment, and after which time, twice as long each time. */
export const s3TriesMax = 3
export const s3RetryAfterMs = 100
/** Of a listing or an error. A thousand keys of a kilobyte, each byte written as three, and what stands around them. */
export const s3AnswerBytesMax: number = 8 * 1024 * 1024
