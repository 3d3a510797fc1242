/**
 * Forgets exports, imports and bulk operations whose time is over (backup-export-import.md §5.1), with all that they tell, in bounded steps.
 * How far that has come is remembered here alone: who goes on after a crash begins again.
 */
import { transferAgeDaysMax } from '../../api/limits.ts'
import { dayMs, hourMs } from '../../base/clock.ts'
import type { KeyRange, Store } from '../../storage/store.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import {
  allTransfersRange,
  nameInTransferKey,
  type TransferName,
  transferKey,
  transferLinesRange,
  transferTokenKey,
} from '../keyspace/transfer-keys.ts'
import { sweepBudget, transfersReadBudget } from '../limits.ts'
import type { Schedule } from '../schedule.ts'
import { decodeTransfer, type Transfer } from '../schema/transfer.ts'
import { hasBegun } from '../transfers/client-token.ts'
import { deleteSome, leftoversIn } from './delete-leftovers.ts'

/** What is still to be looked through; undefined between two looks. */
export interface TransferTrim {
  rest: KeyRange | undefined
}

interface Old {
  readonly name: TransferName
  readonly transfer: Transfer
}

const job = 'trim transfers'

/** Once an hour: does one bounded piece, of those of all regions. Resolves with whether more of them are to be looked at. */
export async function trimTransfers(
  { store, schedule }: { readonly store: Store; readonly schedule: Schedule },
  trim: TransferTrim,
  nowMs: number,
): Promise<boolean> {
  if (trim.rest === undefined) {
    if (!schedule.isDue(job, nowMs, hourMs)) return false
    schedule.ran(job, nowMs)
    trim.rest = allTransfersRange()
  }
  const { rest } = trim
  const { entries, exhausted } = await store.view(async (view) => view.scan(rest, transfersReadBudget))
  const old = entries.map(({ key, value }) => ({ name: nameInTransferKey(key), transfer: decodeTransfer(value) })).filter(isOver(nowMs))
  const lines = old.map(({ name }) => ({ range: transferLinesRange(name), isLog: () => false }))
  const left = await leftoversIn(store, lines, sweepBudget)
  if (left !== undefined) {
    await deleteSome(store, left)
    return true
  }
  if (old.length > 0) await forget(store, old)
  const last = entries.at(-1)
  trim.rest = exhausted || last === undefined ? undefined : rangeBeyond(rest, last.key)
  return trim.rest !== undefined
}

/** One that is still under way is let be, however long it takes. */
function isOver(nowMs: number): (old: Old) => boolean {
  return ({ transfer: { startMs, endMs } }) => endMs !== undefined && nowMs >= startMs + transferAgeDaysMax * dayMs
}

function forget(store: Store, old: readonly Old[]): Promise<void> {
  const tokens = old.flatMap(({ name, transfer: { request } }) =>
    request.ClientToken === undefined ? [] : [{ key: transferTokenKey(name.region, name.kind, request.ClientToken), path: name.path }],
  )
  return store.write(
    tokens.map(({ key }) => key),
    (turn) => {
      for (const { name } of old) turn.delete(transferKey(name))
      // The same token may have begun another one since.
      for (const { key, path } of tokens) if (hasBegun(turn.get(key), path)) turn.delete(key)
    },
  )
}
