/**
 * Client tokens of exports, imports and bulk operations: what was begun with a token is found again for eight hours
 * (backup-export-import.md §5.1). The record is JSON: `{ path, startMs, fingerprint }`.
 */
import { transferTokenAgeMsMax } from '../../api/limits.ts'
import type { KeyBytes, StoredValue } from '../../storage/store.ts'
import { type TransferKind, transferTokenKey } from '../keyspace/transfer-keys.ts'

export interface TransferToken {
  readonly key: KeyBytes
  /** Equal for equal requests. */
  readonly fingerprint: string
}

export function transferToken(region: string, kind: TransferKind, token: string, fingerprint: string): TransferToken {
  return { key: transferTokenKey(region, kind, token), fingerprint }
}

/** Where that stands which was begun with the token; `conflict` when something else was. */
export function begunWith(stored: StoredValue | undefined, { fingerprint }: TransferToken, nowMs: number): string | 'conflict' | undefined {
  if (stored === undefined) return undefined
  const record = decodeToken(stored)
  // A token of the future, for a clock that was set back, is as good as any.
  if (nowMs >= record.startMs + transferTokenAgeMsMax) return undefined
  return record.fingerprint === fingerprint ? record.path : 'conflict'
}

/** Whether it is the token of what stands there, and has begun nothing else since. */
export function hasBegun(stored: StoredValue | undefined, path: string): boolean {
  return stored !== undefined && decodeToken(stored).path === path
}

export function encodeToken({ fingerprint }: TransferToken, path: string, startMs: number): string {
  return JSON.stringify({ path, startMs, fingerprint })
}

interface TokenRecord {
  readonly path: string
  readonly startMs: number
  readonly fingerprint: string
}

function decodeToken(stored: StoredValue): TokenRecord {
  return JSON.parse(String(stored)) as TokenRecord
}
