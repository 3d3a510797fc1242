/** Forgets exports, imports and bulk operations whose time is over (backup-export-import.md §5.1), with all that they tell, in bounded steps. */
import { transferAgeDaysMax } from '../../api/limits.ts'
import { dayMs, hourMs } from '../../base/clock.ts'
import type { KeyBytes, Store } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import {
  allTransfersRange,
  nameInTransferKey,
  type TransferName,
  transferKey,
  transferLinesRange,
  transferTokenKey,
} from '../keyspace/transfer-keys.ts'
import { transferLinesBudget, transfersReadBudget } from '../limits.ts'
import type { Schedule } from '../schedule.ts'
import { decodeTransfer, type Transfer } from '../schema/transfer.ts'

/** Once an hour, a piece of all at a time. Resolves with false: nothing of it is left to do at once. */
export async function trimTransfers(engine: CatalogHolder & { readonly schedule: Schedule }, nowMs: number): Promise<boolean> {
  const { region } = engine.catalog
  const job = `trim transfers ${region}`
  if (!engine.schedule.isDue(job, nowMs, hourMs)) return false
  let after: KeyBytes | undefined
  for (;;) {
    const range = allTransfersRange(region, after)
    const { entries, exhausted } = await engine.store.view(async (view) => view.scan(range, transfersReadBudget))
    for (const { key, value } of entries) {
      const transfer = decodeTransfer(value)
      if (isOver(transfer, nowMs)) await forget(engine.store, nameInTransferKey(region, key), transfer)
    }
    after = entries.at(-1)?.key
    if (exhausted || after === undefined) break
  }
  engine.schedule.ran(job, nowMs)
  return false
}

/** One that is still under way is let be, however long it takes. */
function isOver({ startMs, endMs }: Transfer, nowMs: number): boolean {
  return endMs !== undefined && nowMs >= startMs + transferAgeDaysMax * dayMs
}

async function forget(store: Store, name: TransferName, { request: { ClientToken } }: Transfer): Promise<void> {
  for (;;) {
    const { entries, exhausted } = await store.view(async (view) => view.scan(transferLinesRange(name), transferLinesBudget))
    await store.write([], (turn) => {
      for (const { key } of entries) turn.delete(key)
      if (!exhausted) return
      turn.delete(transferKey(name))
      if (ClientToken !== undefined) turn.delete(transferTokenKey(name.region, name.kind, ClientToken))
    })
    if (exhausted) return
  }
}
