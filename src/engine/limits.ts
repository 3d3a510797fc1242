/** Bounds of our own that the engine keeps: how much one step of anything does, how much is remembered. AWS's are in api/limits.ts. */
import { hourMs, minuteMs } from '../base/clock.ts'
import type { ScanBudget } from '../storage/store.ts'

/** Of versioned records: how many changed keys are told, before who is behind reads everything anew; and how much of that at a time. */
export const recentKeysMax = 256
export const recordsLoadBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }

/** Keys that are made once, since writes ask for them again and again. Beyond it they are made anew. */
export const countsKeysMax = 4096

/** How often something is read anew because the view ended that it was read in. */
export const viewsMax = 5

/** How many records one turn carries over from an older format. */
export const carryOverBudget: ScanBudget = { entries: 500, bytes: 4 << 20 }

/** Entries of a page fetched at once: enough to be cheap, few enough not to hold up other requests. */
export const pageChunkEntriesMax = 1000
/** So many items are read by their keys without a break: ten megabytes at most. */
export const itemsAtOnceMax = 25

/**
 * How many changes of items, and how much of what was before them, is remembered for reads that are to see what was. Beyond it those of the items
 * that were changed longest ago are forgotten, and read as they are.
 */
export const recentChangesMax = 100_000
export const recentBytesMax: number = 64 << 20

/** How much of a backfill one step copies. Fewer hold requests up less; below twenty-five or so commits are most of the work. */
export const backfillBudget: ScanBudget = { entries: 25, bytes: 128 << 10 }

/** How often expired items are swept, unless it is set. */
export const ttlSweepIntervalMsDefault: number = minuteMs
/** How much of an expiry order one step looks at or deletes. */
export const expiryFillBudget: ScanBudget = { entries: 50, bytes: 256 << 10 }
export const expiryClearBudget: ScanBudget = { entries: 250, bytes: 1 << 20 }

/**
 * How much one step of a sweep, and so one commit, deletes: so many expired items, or as many as reach the size. Few, for requests
 * wait behind a commit: with 25 a request beside a sweep of 100,000 items took 2 ms, with 100 it took 5, and the sweep half as long.
 */
export interface ExpirySweepBudget {
  readonly items: number
  readonly sizeBytes: number
}

export const expirySweepBudget: ExpirySweepBudget = { items: 25, sizeBytes: 1 << 18 }

/**
 * How much of what deleted tables and indexes left one step deletes. Bytes are those of the values it has to look at. A thousand rows took
 * SQLite 10 to 20 ms, a quarter of them 2 to 4.
 */
export const sweepBudget: ScanBudget = { entries: 250, bytes: 2 << 20 }
/**
 * What requests beside wait for at most when tables, indexes and outboxes are swept: so much in a commit, and so many of these in a
 * step. With 250 rows the p99 of a put was 10 ms where it had been 1.
 */
export const sweepPieceBudget: ScanBudget = { entries: 8, bytes: 1 << 18 }
export const sweepPiecesMax = 25
/** How many such pieces of deleted tables one step deletes, each in a turn of its own, when all but the last are smaller. */
export const sweptPiecesMax = 25

/** How many changes that waited for a lagging index one step applies. */
export const queueBudget: ScanBudget = { entries: 250, bytes: 2 << 20 }

/** How much of an outbox is read at a time, unless its reader asks for less. */
export const outboxBudget: ScanBudget = { entries: 500, bytes: 2 << 20 }

/** How many changes one step makes of those that one replica tells another. */
export const replicaBudget: ScanBudget = { entries: 100, bytes: 512 << 10 }
/** How many tombstones one step looks at, and how often the tombstones of a table are looked through. */
export const tombstoneBudget: ScanBudget = { entries: 250, bytes: 1 << 20 }
export const tombstonesLookedThroughEveryMs: number = minuteMs

// Destinations outside of tables.
/** How much of an outbox is sent in one piece, and sent again when the process ends before it is noted. */
export const deliveryBudget: ScanBudget = { entries: 500, bytes: 4 << 20 }
/** How long a destination that took nothing is left alone: at first, and at most. */
export const deliveryRetryFirstMs = 200
export const deliveryRetryMsMax: number = minuteMs
/** After how many times in a row it is told that it takes nothing. */
export const deliveryTroubleToldAfter = 3
/** For how long a stream that cannot be reached is still being enabled, and one that is being disabled is still told what waits. */
export const destinationPatienceMs: number = 5 * minuteMs
/** How often the age of what waits is measured. */
export const deliveryAgeEveryMs: number = minuteMs
/** Of the destinations of a table that are not in use so many are remembered. */
export const disabledDestinationsMax = 20

/** How long the name of a rule of CloudWatch may be. */
export const ruleNameLengthMax = 128

/** How many records of a shard one step looks at. */
export const trimBudget: ScanBudget = { entries: 250, bytes: 2 << 20 }
/** A shard that was trimmed is looked at again after this, so that a busy one is not read all the time. */
export const trimBreakMs = 1000

// What tables keep of their past.
/** How much of a history one step looks at to trim it, and how often in its period a history is looked through. */
export const historyTrimBudget: ScanBudget = { entries: 250, bytes: 2 << 20 }
export const historyTrimsPerPeriod = 16
/** Every start, backup and set-back clock begins an epoch. With more of them the oldest go, and recovery goes back less far. */
export const epochsPerTableMax = 10_000
/** In so many tables one turn begins epochs: the record of each may be as long as all its epochs. */
export const epochTablesMax = 10
/** By how much a clock may be behind changes that were made before it is said to have been set back. */
export const clockBackMsMax = 1000
/** How much one step of a copy of a table as it was reads and writes, and how much of the history of these items it looks at, so often at most. */
export const copyBudget: ScanBudget = { entries: 25, bytes: 128 << 10 }
export const copyHistoryBudget: ScanBudget = { entries: 25, bytes: 1 << 20 }
export const copyLooksMax = 8
/**
 * The same of a backup, a restore or a branch that writes what it reads: what requests may have to wait for. A step does so many of them, and rests
 * in between. Each has a commit of its own, which costs as much as some items: with fewer items in it copies would take much longer.
 */
export const copyPieceBudget: ScanBudget = { entries: 8, bytes: 64 << 10 }
export const copyPiecesMax = 12
export const copyRestMs = 1

// Consumers of streams.
/** How much of the positions of a consumer is read, or deleted, at a time. */
export const positionsBudget: ScanBudget = { entries: 250, bytes: 1 << 20 }
/** Of so many shards one turn writes the positions: those that are forgotten go in later ones. */
export const forgottenPositionsMax = 250

// Views and sinks.
/** How many changes of a table, and how many items of one that is loaded, a step of whoever follows it takes. */
export const followBudgets: { readonly changes: ScanBudget; readonly items: ScanBudget } = {
  changes: { entries: 250, bytes: 1 << 20 },
  items: { entries: 250, bytes: 1 << 20 },
}
/** Of a row's key: among a million rows two have the same with a chance of one in 10^26. */
export const rowDigestBytes = 16
/** How many rows of a view that begins anew one step deletes. */
export const clearBudget: ScanBudget = { entries: 100, bytes: 1 << 20 }
/** How many entries of an ordered measure are looked at at a time for the next that is there. */
export const orderBudget: ScanBudget = { entries: 25, bytes: 1 << 20 }
/** How many views are read at a time. */
export const viewsBudget: ScanBudget = { entries: 200, bytes: 1 << 20 }

// Backups.
/** How long a deleted table stays that had recovery on (backup-export-import.md §3). */
export const systemBackupDays = 35
/** How many backups are read at a time, and how many that are being made a step looks at. */
export const backupsReadBudget: ScanBudget = { entries: 200, bytes: 1 << 20 }
export const copiesLookBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }

// Exports, imports, bulk operations.
/** How much of a table as it was one step of an export reads, and how many changed items of an incremental one. */
export const exportBudget: ScanBudget = { entries: 100, bytes: 256 << 10 }
export const changesBudget: ScanBudget = { entries: 50, bytes: 256 << 10 }
/** What a data file holds before it is compressed, about: it is made in memory, and made anew after a restart. */
export const exportFileBytes: number = 16 << 20
/** How much of what an import or export tells is read at a time. */
export const transferLinesBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
export const transfersReadBudget: ScanBudget = { entries: 50, bytes: 1 << 20 }
export const runningTransfersBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
/** How much one step of an import puts. Fewer hold requests up less. */
export const importBudget: ScanBudget = { entries: 25, bytes: 128 << 10 }
/** So many faults of an import are told one by one, each so long at most, and the others counted. */
export const importFaultsKeptMax = 10_000
export const importFaultTextMax = 1000
/** How often reading begins again when a bucket fails for the moment and nothing came of it in between. */
export const importTriesMax = 3
/** How long a step waits for a bucket; then other jobs have theirs. */
export const bucketWaitMs = 50

// Several nodes on one store.
/** How often a node says that it is alive, how long it and its leases count as alive without that, and how long the dead are remembered. */
export const beatEveryMs = 2000
export const leaseLifeMs = 5000
export const nodeForgottenAfterMs: number = minuteMs
/** For how long all living nodes read a feature level before it is in force. */
export const levelRaisedAfterMs: number = hourMs
/** A clock that may be further off is not to be gone by; how often it is held against the store's, and for how long it is good without that. */
export const clockOffMsMax = 500
export const clockLookEveryMs = 2000
export const clockUnheldMsMax = 10_000
/** How much of nodes and leases is read at a time. */
export const nodesLoadBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }

/** After so many rounds of steps the jobs let others in, so that nobody waits long for them. */
export const jobRoundsMax = 200

// Partitions and their splits.
/** So many partitions of a table or an index are told apart, then they are not split any more. */
export const partitionsPerTableMax = 1000
/** Of the splits of a table or an index so many are remembered, and the others counted. */
export const recentSplitsMax = 50
/** AWS says that splits follow sustained heat and take minutes. The share is of what a partition can do. [I] */
export const hotMinutesMin = 5
export const hotShareMin = 0.8
/** Fewer keys say too little. [I] */
export const splitSamplesMin = 10
/** From here on nothing is won by dividing a collection around one of its items. [I] */
export const hottestItemShareMax = 0.9
/** When so many of the accesses go on to a greater key than the one before, they are a sequence: all would hit the last part. [I] */
export const ascendingShareMin = 0.9

// Vector indexes.
/** How much of all vector indexes is kept in memory between searches. */
export const vectorCacheBytesMax: number = 512 * 1024 * 1024
/** What a part costs there beside its rows, and a row beside its floats, keys and tags: entries of arrays, headers of strings, a place in a map. */
export const vectorPartOverheadBytes = 1024
export const vectorRowOverheadBytes = 160
/** Large enough for the loop over a block of vectors to be long, small enough that a part of some rows costs little. */
export const vectorBlockBytes: number = 1 << 16
/** Multiplications that a search of vectors does without a break: about two milliseconds of them. */
export const vectorSliceMultiplications: number = 1 << 21
/** How much of a part of a vector index is read at a time: entries, what its log says, entries that changed. */
export const vectorReadBudget: ScanBudget = { entries: 500, bytes: 1 << 20 }
export const vectorLogReadBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }
export const vectorChangesReadMax = 100
/** With more changed entries than this, and than it has rows, a part is read anew. */
export const vectorChangesMax = 10_000
/** How often a search begins again because its view ended early. What it read of the part it keeps. */
export const vectorViewsMax = 20

/** What changed in a vector index stays in its log for so long, and twice as long at most, so that caches find it there. */
export const vectorLogAgeMsMin: number = hourMs
/** A longer log is trimmed before that: who is so far behind reads the part anew about as fast. */
export const vectorLogEntriesMax = 50_000
/** How often the logs of an index are looked at, and how much of them one step deletes. */
export const vectorLogLookMs: number = 10 * minuteMs
export const vectorLogTrimBudget: ScanBudget = { entries: 1000, bytes: 1 << 20 }

// Looking whether all is what it should be.
/** How much one step looks at: a millisecond or two of work. */
export const checkBudget: ScanBudget = { entries: 200, bytes: 256 << 10 }
/** An item collection is added up in one view. */
export const checkedCollectionEntriesMax = 20_000
/** So many findings are kept, and the others counted. */
export const findingsKeptMax = 1000
