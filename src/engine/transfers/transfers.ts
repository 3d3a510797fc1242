/** Looking at exports, imports and bulk operations: one, a page of a kind, and those that are under way. */
import type { ScanBudget, Store } from '../../storage/store.ts'
import {
  nameInTransferKey,
  runningTransfersRange,
  type TransferKind,
  type TransferName,
  type TransferPage,
  transferKey,
  transfersRange,
} from '../keyspace/transfer-keys.ts'
import { runningTransfersBudget, transfersReadBudget } from '../limits.ts'
import { chunkwise, readRange } from '../records/read-range.ts'
import { decodeTransfer, type Transfer } from '../schema/transfer.ts'

export type TransferOf<Kind extends TransferKind> = Extract<Transfer, { readonly kind: Kind }>

export async function readTransfer<Kind extends TransferKind>(
  store: Store,
  name: TransferName & { readonly kind: Kind },
): Promise<TransferOf<Kind> | undefined> {
  const [record] = await store.get([transferKey(name)])
  return record === undefined ? undefined : (decodeTransfer(record) as TransferOf<Kind>)
}

export interface TransferPiece<Kind extends TransferKind> {
  readonly transfers: readonly { readonly path: string; readonly transfer: TransferOf<Kind> }[]
  readonly isLast: boolean
}

/** The next ones in the reverse order of their ARNs, those whose time is over among them. */
export function readTransfers<Kind extends TransferKind>(
  store: Store,
  { region, kind }: { readonly region: string; readonly kind: Kind },
  page: TransferPage,
  budget: ScanBudget = transfersReadBudget,
): Promise<TransferPiece<Kind>> {
  return store.view(async (view) => {
    const { entries, exhausted } = await view.scan(transfersRange(region, kind, page), budget)
    const transfers = entries.map(({ key, value }) => ({
      path: nameInTransferKey(key).path,
      transfer: decodeTransfer(value) as TransferOf<Kind>,
    }))
    return { transfers, isLast: exhausted }
  })
}

/** The names of those under way in a region, or in all of them, of all kinds: as many as quotas let be. */
export async function runningTransfers(store: Store, region?: string): Promise<readonly TransferName[]> {
  const names: TransferName[] = []
  for await (const entries of readRange(chunkwise(store), runningTransfersRange(region), runningTransfersBudget)) {
    names.push(...entries.map(({ key }) => nameInTransferKey(key)))
  }
  return names
}
