/**
 * Client tokens: what a transaction with a token did is remembered, in its own turn, for ten minutes, so that its repetition is
 * answered and not done again (indexes-streams-ttl-transactions.md §7.1).
 *
 * A record lies under the period of ten minutes in which its transaction was done. So a token is in one of three places: the period
 * now, the one before, and the one after, for clocks differ and may be set back a little. Old records are one range. It is JSON:
 * `{ fingerprint, doneMs, tableIds, readUnits }`.
 *
 * A record is good for as long as the tables of its transaction are: when one of them is gone, what was done is undone, and the
 * token is as good as new [I].
 */
import { ServiceError } from '../../api/errors.ts'
import { clientRequestTokenAgeMsMax } from '../../api/limits.ts'
import { assert } from '../../base/assert.ts'
import type { KeyBytes, KeyRange, StoredValue, WriteTurn } from '../../storage/store.ts'
import { tokenKey, tokenPeriodsRange } from '../keyspace/token-keys.ts'

/** Operations do not share their tokens. */
export type TokenSpace = 'TransactWriteItems' | 'ExecuteTransaction'

export interface ClientToken {
  readonly space: TokenSpace
  /** As the client sent it. */
  readonly token: string
  /** Equal for equal requests: see `fingerprintOf`. */
  readonly fingerprint: string
}

export interface DoneTransaction {
  readonly fingerprint: string
  readonly doneMs: number
  /** Of all tables that it was about. */
  readonly tableIds: readonly number[]
  /** What its repetition costs, action by action. */
  readonly readUnits: readonly number[]
}

/** A token at its places in the store, as they are at one moment. */
export interface PlacedToken {
  readonly name: string
  readonly fingerprint: string
  /** Where a transaction done now is remembered. */
  readonly current: KeyBytes
  /** Where one may be remembered that was done already, `current` first. */
  readonly places: readonly KeyBytes[]
}

export interface TokenSurroundings {
  /** Which tables there are in this turn. */
  readonly tables: { hasTable(tableId: number): boolean }
  readonly nowMs: number
}

/** Periods are kept in four bytes, which is enough for eighty thousand years: a clock can be set further. */
const periodMax = 0xffff_ffff

export function placeToken(region: string, { space, token, fingerprint }: ClientToken, nowMs: number): PlacedToken {
  const name = `${space}\0${region}\0${token}`
  const period = periodOf(nowMs)
  const current = tokenKey(period, name)
  return { name, fingerprint, current, places: [current, tokenKey(period - 1, name), tokenKey(Math.min(period + 1, periodMax), name)] }
}

/**
 * What the transaction with this token did, if it is to be answered again. Its places must be among the turn's reads.
 * IdempotentParameterMismatchException when the token belongs to another request.
 */
export function findDone(turn: WriteTurn, token: PlacedToken, { tables, nowMs }: TokenSurroundings): DoneTransaction | undefined {
  const found = token.places.flatMap((place) => decodeDone(turn.get(place)) ?? [])
  // One that was done in the future, further than a clock is ever off, was remembered by a clock that has been set back since.
  const isGood = ({ doneMs, tableIds }: DoneTransaction): boolean =>
    Math.abs(nowMs - doneMs) < clientRequestTokenAgeMsMax && tableIds.every((tableId) => tables.hasTable(tableId))
  const done = found.find(isGood)
  if (done === undefined) return undefined
  if (done.fingerprint === token.fingerprint) return done
  throw new ServiceError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
  )
}

/** Must not throw (law 5). */
export function rememberDone(turn: WriteTurn, token: PlacedToken, done: DoneTransaction): void {
  turn.put(token.current, JSON.stringify(done))
}

/** All records that nobody needs any more. */
export function expiredTokensRange(nowMs: number): KeyRange {
  return tokenPeriodsRange(0, Math.max(0, periodOf(nowMs) - 1))
}

function periodOf(nowMs: number): number {
  return Math.min(Math.max(1, Math.floor(nowMs / clientRequestTokenAgeMsMax)), periodMax)
}

function decodeDone(value: StoredValue | undefined): DoneTransaction | undefined {
  if (value === undefined) return undefined
  assert(typeof value === 'string', 'a client token is stored as text')
  return JSON.parse(value) as DoneTransaction
}
