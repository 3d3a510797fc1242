/**
 * Pages of exports and imports: tokens of hexadecimal digits in groups of sixteen, which say behind what a page begins
 * (backup-export-import.md §6 has their form for imports; those of exports are alike).
 */
import { setImmediate } from 'node:timers/promises'
import { invalid } from '../../api/errors.ts'
import { transferAgeDaysMax, transfersListedMax } from '../../api/limits.ts'
import { dayMs } from '../../base/clock.ts'
import type { TransferKind } from '../../engine/keyspace/transfer-keys.ts'
import { readTransfers, type TransferOf } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { nextTokenBytesMin } from '../limits.ts'

export interface ListAsked {
  readonly tableName: string | undefined
  readonly limit: number | undefined
  readonly token: string | undefined
}

export interface ListedPage<Kind extends TransferKind> {
  readonly transfers: readonly TransferOf<Kind>[]
  readonly nextToken: string | undefined
}

/** Those of the last ninety days, in the reverse order of their ARNs. ValidationException for a token that is none [I: the words]. */
export async function listTransfers<Kind extends TransferKind>(
  { store, catalog: { region }, clock }: MeteredEngine,
  kind: Kind,
  { tableName, limit = transfersListedMax, token }: ListAsked,
): Promise<ListedPage<Kind>> {
  let before = token === undefined ? undefined : decodeToken(token)
  const found: { readonly path: string; readonly transfer: TransferOf<Kind> }[] = []
  // One more than asked for: whether there is another page.
  for (let isLast = false; found.length <= limit && !isLast; ) {
    const piece = await readTransfers(store, { region, kind }, { tableName, before })
    for (const { path, transfer } of piece.transfers) if (isTold(transfer, clock.now())) found.push({ path, transfer })
    isLast = piece.isLast
    // Of many others there may be none whose time is not over.
    if (!isLast) await setImmediate()
    before = piece.transfers.at(-1)?.path
  }
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    transfers: page.map(({ transfer }) => transfer),
    nextToken: found.length > limit && last !== undefined ? encodeToken(last.path) : undefined,
  }
}

/** Afterwards it is as if it had never been. */
export function isTold({ startMs }: { readonly startMs: number }, nowMs: number): boolean {
  return nowMs < startMs + transferAgeDaysMax * dayMs
}

function encodeToken(path: string): string {
  const bytes = Buffer.from(path)
  const padded = Buffer.alloc(Math.max(nextTokenBytesMin, Math.ceil(bytes.length / 8) * 8))
  padded.set(bytes)
  return padded.toString('hex')
}

function decodeToken(token: string): string {
  const path = /^([0-9a-f]{16})+$/.test(token) ? Buffer.from(token, 'hex').toString('latin1').replace(/\0+$/, '') : ''
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(path)) throw invalid('Invalid NextToken')
  return path
}
