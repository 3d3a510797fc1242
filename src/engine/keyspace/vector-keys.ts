/** Keys of the logs of what changes in vector indexes, and of how far they are trimmed (keys.ts has the whole table of keys). */
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import { type DataSpace, key, prefixRange, spacePrefix, tablePrefix, vectorLogTag, vectorTrimTag } from './keys.ts'

/** The logs of a vector index are told apart by the upper eight bits of hashes. */
const vectorLogCount = 256

/** The log of what changes in those parts of a vector index whose hashes begin with the same bits: the keys of entries. */
export function vectorLog(space: DataSpace, hash: number): KeyBytes {
  const bytes = Buffer.allocUnsafe(logBytes)
  bytes.set(spacePrefix(vectorLogTag, space))
  bytes[logBytes - 1] = hash >>> 24
  return key(bytes)
}

/** The logs of all parts of a vector index, one after the other. */
export function vectorLogs(space: DataSpace): readonly KeyBytes[] {
  return Array.from({ length: vectorLogCount }, (_, bits) => vectorLog(space, bits << 24))
}

/** How far a log made by `vectorLog` is trimmed. */
export function vectorTrimKey(log: KeyBytes): KeyBytes {
  const bytes = Buffer.from(log)
  bytes[0] = vectorTrimTag
  return key(bytes)
}

/** The logs of all parts of a vector index, their heads included. */
export function vectorLogsRange(space: DataSpace): KeyRange {
  return prefixRange(spacePrefix(vectorLogTag, space))
}

export function vectorTrimsRange(space: DataSpace): KeyRange {
  return prefixRange(spacePrefix(vectorTrimTag, space))
}

/** The logs of all vector indexes of a table, their heads included. */
export function tableVectorLogsRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(vectorLogTag, tableId))
}

export function tableVectorTrimsRange(tableId: number): KeyRange {
  return prefixRange(tablePrefix(vectorTrimTag, tableId))
}

/** Whether a key of the ranges of logs is the head of a log, and no entry. */
export function isVectorLog(logged: KeyBytes): boolean {
  return logged.length === logBytes
}

/** Tag, table id, index id, upper bits of the hash. */
const logBytes = 7
