/**
 * The keys of what nodes of a shared store tell each other of their traffic (keys.ts: 0x1c). `space` is a table id (4) and an index
 * id (1); minutes and windows count from the epoch (4); a node stands there by its id. All values are JSON.
 *
 * | kind | then                  | value                                                              | it goes                        |
 * | ---- | --------------------- | ------------------------------------------------------------------ | ------------------------------ |
 * | 1    | space, minute, node   | what fell into each part of the hash space (heat-report.ts)        | after two hours                |
 * | 2    | space, window, node   | its heavy keys so far (keys-report.ts)                             | after two windows              |
 * | 3    | minute, space, node   | the heat of its partitions, and samples (partitions-report.ts)     | when no split is judged by it  |
 * | 4    | node                  | what was throttled since it started (throttles-report.ts)          | with the node                  |
 * | 5    | node, 0x00, number (4) | an access pattern since it started (pattern-report.ts)            | with the node                  |
 * | 6    | node                  | when it told something last (shared-traffic.ts)                    | with the node                  |
 */
import { type DataSpace, key, prefixRange, reportTag } from '../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'

type Kind = 1 | 2 | 3 | 4 | 5 | 6

export function heatKey(space: DataSpace, minute: number, nodeId: string): KeyBytes {
  return key(bytesOf(1, ...spaceBytes(space), four(minute), nodeBytes(nodeId)))
}

/** From one minute (inclusive) to another (exclusive). */
export function heatRange(space: DataSpace, from: number, to: number): KeyRange {
  return between([1, ...spaceBytes(space)], from, to)
}

export function windowKeysKey(space: DataSpace, window: number, nodeId: string): KeyBytes {
  return key(bytesOf(2, ...spaceBytes(space), four(window), nodeBytes(nodeId)))
}

/** From one window (inclusive) to another (exclusive). */
export function windowKeysRange(space: DataSpace, from: number, to: number): KeyRange {
  return between([2, ...spaceBytes(space)], from, to)
}

export function partitionsKey(minute: number, space: DataSpace, nodeId: string): KeyBytes {
  return key(bytesOf(3, four(minute), ...spaceBytes(space), nodeBytes(nodeId)))
}

/** From one minute (inclusive) to another (exclusive), of all spaces. */
export function partitionsRange(from: number, to: number): KeyRange {
  return between([3], from, to)
}

export function throttlesKey(nodeId: string): KeyBytes {
  return key(bytesOf(4, nodeBytes(nodeId)))
}

export function patternKey(nodeId: string, number: number): KeyBytes {
  return key(bytesOf(5, nodeBytes(nodeId), Uint8Array.of(0), four(number)))
}

export function patternsOfNodeRange(nodeId: string): KeyRange {
  return prefixRange(bytesOf(5, nodeBytes(nodeId), Uint8Array.of(0)))
}

export function toldKey(nodeId: string): KeyBytes {
  return key(bytesOf(6, nodeBytes(nodeId)))
}

/** All of a kind. */
export function reportsRange(kind: Kind): KeyRange {
  return prefixRange(bytesOf(kind))
}

/** All that stands under a table, or under one of its indexes, and goes with it. */
export function reportsOfSpaceRanges(tableId: number, indexId: number | undefined): readonly KeyRange[] {
  const of = [four(tableId), ...(indexId === undefined ? [] : [Uint8Array.of(indexId)])]
  return [prefixRange(bytesOf(1, ...of)), prefixRange(bytesOf(2, ...of))]
}

/** Of a key of kind 1 or 2, or of kind 3: the space, the minute or window, and the node. */
export interface ReportAddress {
  readonly space: DataSpace
  readonly time: number
  readonly nodeId: string
}

export function addressIn(report: KeyBytes): ReportAddress {
  const bytes = Buffer.from(report.buffer, report.byteOffset, report.length)
  const isByTime = bytes[1] === 3
  const spaceAt = isByTime ? 6 : 2
  return {
    space: { tableId: bytes.readUInt32BE(spaceAt), indexId: bytes[spaceAt + 4] ?? 0 },
    time: bytes.readUInt32BE(isByTime ? 2 : 7),
    nodeId: bytes.toString('utf8', 11),
  }
}

/** The node in a key of kind 4, 5 or 6. */
export function nodeIn(report: KeyBytes): string {
  const text = Buffer.from(report.buffer, report.byteOffset, report.length).toString('utf8', 2)
  const end = text.indexOf('\0')
  return end < 0 ? text : text.slice(0, end)
}

function between(prefix: readonly [Kind, ...Uint8Array[]], from: number, to: number): KeyRange {
  const [kind, ...rest] = prefix
  return { start: key(bytesOf(kind, ...rest, four(from))), end: key(bytesOf(kind, ...rest, four(to))) }
}

function bytesOf(kind: Kind, ...rest: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(reportTag, kind), ...rest])
}

function spaceBytes({ tableId, indexId }: DataSpace): readonly [Uint8Array, Uint8Array] {
  return [four(tableId), Uint8Array.of(indexId)]
}

/** Times before 1970, which clocks of tests may show, lie in the first minute. */
function four(number: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(Math.max(0, number))
  return bytes
}

function nodeBytes(nodeId: string): Uint8Array {
  return Buffer.from(nodeId, 'utf8')
}
