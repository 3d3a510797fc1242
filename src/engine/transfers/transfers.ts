/** Looking at exports, imports and bulk operations: one, a page of a kind, and those that are under way. */
import { isSameValue, type ScanBudget, type Store, type StoredValue } from '../../storage/store.ts'
import type { TableTurn } from '../catalog/change-tables.ts'
import { nextTableIdKey } from '../keyspace/keys.ts'
import {
  nameInTransferKey,
  runningOfKindRange,
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

/** The names of those under way, of all regions and kinds: as many as quotas let be. */
export async function runningTransfers(store: Store): Promise<readonly TransferName[]> {
  const names: TransferName[] = []
  for await (const entries of readRange(chunkwise(store), runningTransfersRange(), runningTransfersBudget)) {
    names.push(...entries.map(({ key }) => nameInTransferKey(key)))
  }
  return names
}

export interface RunningCount {
  readonly count: number
  /** The next id that would have been taken. A transfer takes one: as long as it is the same, no other has begun. */
  readonly nextId: StoredValue | undefined
}

/** How many of a kind are under way in a region. */
export function countRunning(store: Store, region: string, kind: TransferKind): Promise<RunningCount> {
  return store.view(async (view) => {
    const [nextId] = await view.get([nextTableIdKey()])
    const { entries } = await view.scan(runningOfKindRange(region, kind), runningTransfersBudget)
    return { count: entries.length, nextId }
  })
}

/** Whether none has begun since they were counted, as the turn sees it. */
export function isCurrent({ nextId }: RunningCount, tables: TableTurn): boolean {
  return isSameValue(tables.get(nextTableIdKey()), nextId)
}
