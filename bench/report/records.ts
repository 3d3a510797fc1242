/**
 * What a run found, as lines of JSON: one record a line, written as soon as it is known, so that a run that is cut off has told what
 * it found. `docs/benchmarks.jsonl` is the last run that was published.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import type { LoadedTable } from '../load/load-table.ts'
import type { Figures, Outcome } from '../load/rounds.ts'
import type { Machine } from '../machine/machine.ts'
import type { QuietReport } from '../machine/quiet.ts'

/** What is still there after a power cut: all that was answered, what the system had written by then, nothing. */
export type Keeps = 'durable' | 'unflushed' | 'memory'

export interface RunRecord extends Machine {
  readonly kind: 'run'
  /** The words after `npm run bench --`. */
  readonly words: readonly string[]
  readonly rounds: number
  /** Measured, of each case in each round. */
  readonly seconds: number
}

/** A server beside Stator. */
export interface PeerRecord {
  readonly kind: 'peer'
  readonly name: string
  readonly version?: string
  readonly keeps: Keeps
  readonly checksSignatures: boolean
  /** Why it was not measured. */
  readonly refused?: string
}

export interface StartRecord {
  readonly kind: 'start'
  readonly name: string
  /** From the command to the first answer, over nothing. */
  readonly firstAnswerMs: number
  readonly firstAnswerMsMin: number
  readonly firstAnswerMsMax: number
  /** Half a second later. */
  readonly idleRssBytes: number
}

export interface LoadRecord extends LoadedTable {
  readonly kind: 'load'
  readonly server: string
  readonly items: number
  readonly itemBytes: number
  readonly clients: number
  /** What the data takes of the disk; a server without a folder takes none. */
  readonly diskBytesPerItemByte?: number
}

export interface CaseRecord {
  readonly operation: string
  readonly connections: number
  readonly items: number
  readonly itemBytes: number
}

export interface RowRecord extends CaseRecord {
  readonly kind: 'row'
  readonly servers: { readonly [name: string]: Outcome }
}

/** Stator over a folder and over a PostgreSQL on the same machine. */
export interface StorageRecord extends CaseRecord {
  readonly kind: 'storage'
  readonly folder: Figures
  readonly postgres: Figures
}

/** Several nodes over one PostgreSQL: requests of all, CPU time of a node and of the database per request. */
export interface NodesRecord extends CaseRecord {
  readonly kind: 'nodes'
  readonly nodes: number
  readonly figures: Figures
}

/** What it costs to observe throughput instead of metering nothing. */
export interface MeteringRecord extends CaseRecord {
  readonly kind: 'metering'
  readonly offMicros: number
  readonly observeMicros: number
  /** CPU time of a whole request over HTTP. */
  readonly wholeMicros: number
}

/** What it costs a GetItem to be verified, and to be held against policies. */
export interface AuthRecord {
  readonly kind: 'auth'
  /** Of the policies of who asks. */
  readonly statements: number
  readonly unverifiedMicros: number
  readonly verifiedMicros: number
  readonly allowedMicros: number
}

/** What `createStator()` takes in each of so many processes at once. */
export interface MakingRecord {
  readonly kind: 'making'
  readonly workers: number
  readonly firstMicros: number
  readonly wallMicros: number
  readonly cpuMicros: number
}

/** What a copy takes of one that holds so many items. */
export interface ForkRecord {
  readonly kind: 'fork'
  readonly items: number
  readonly forkMicros: number
  /** All but one in a hundred take less. */
  readonly slowMicros: number
  /** From the beginning of the copy. */
  readonly answerMicros: number
}

export interface QuietRecord extends QuietReport {
  readonly kind: 'quiet'
}

export type BenchRecord =
  | RunRecord
  | PeerRecord
  | StartRecord
  | LoadRecord
  | RowRecord
  | StorageRecord
  | NodesRecord
  | MeteringRecord
  | AuthRecord
  | MakingRecord
  | ForkRecord
  | QuietRecord

/** The records of a run, and its file when there is one. */
export class Records {
  readonly all: BenchRecord[] = []
  readonly #file: string | undefined

  constructor(file: string | undefined) {
    this.#file = file
    if (file !== undefined) writeFileSync(file, '')
  }

  add(record: BenchRecord): void {
    this.all.push(record)
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(record)}\n`)
  }
}

export function readRecords(file: string): readonly BenchRecord[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as BenchRecord)
}

export function ofKind<Kind extends BenchRecord['kind']>(
  records: readonly BenchRecord[],
  kind: Kind,
): readonly Extract<BenchRecord, { readonly kind: Kind }>[] {
  return records.filter((record): record is Extract<BenchRecord, { readonly kind: Kind }> => record.kind === kind)
}

/** Whether a run was measured on a machine that was not quiet, or did not come to its end: its figures are not to be compared. */
export function isDisturbed(records: readonly BenchRecord[]): boolean {
  const quiet = ofKind(records, 'quiet')
  return quiet.length < ofKind(records, 'run').length || quiet.some(({ warnings }) => warnings.length > 0)
}
