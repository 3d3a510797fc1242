/** What exports, imports and bulk operations begin with: a turn in which one begins, or is found again by its client token. */
import { assert } from '../../base/assert.ts'
import { digest } from '../../base/digest.ts'
import { changeTables, type TableTurn } from '../../engine/catalog/change-tables.ts'
import type { TransferKind } from '../../engine/keyspace/transfer-keys.ts'
import { runningTransferKey, transferKey } from '../../engine/keyspace/transfer-keys.ts'
import { encodeTransfer, nameOfTransfer, transferPath } from '../../engine/schema/transfer.ts'
import { begunWith, encodeToken, transferToken } from '../../engine/transfers/client-token.ts'
import { countRunning, isCurrent, readTransfer, type TransferOf } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

interface Beginning<Kind extends TransferKind> {
  readonly kind: Kind
  readonly tableName: string
  readonly input: { readonly ClientToken?: string }
  /** The refusal of a token that came with other parameters. */
  readonly conflict: (token: string) => Error
  /** `running`: how many of its kind are under way. Throws what refuses it. It takes an id. */
  readonly begin: (tables: TableTurn, running: number) => TransferOf<Kind>
}

/** Resolves with what has begun, now or when the token was given before. */
export async function beginTransfer<Kind extends TransferKind>(
  engine: MeteredEngine,
  beginning: Beginning<Kind>,
): Promise<TransferOf<Kind>> {
  for (;;) {
    const begun = await beginOnce(engine, beginning)
    if (begun !== undefined) return begun
  }
}

/** Undefined: something has begun since those under way were counted. */
async function beginOnce<Kind extends TransferKind>(
  engine: MeteredEngine,
  beginning: Beginning<Kind>,
): Promise<TransferOf<Kind> | undefined> {
  const { store, catalog, clock } = engine
  const { kind, tableName, conflict } = beginning
  const { region } = catalog
  const { ClientToken: clientToken = '', ...asked } = beginning.input
  const token = clientToken === '' ? undefined : transferToken(region, kind, clientToken, digest(JSON.stringify(asked)))
  const running = await countRunning(store, region, kind)
  const begun = await changeTables(
    engine,
    [tableName],
    (tables) => {
      const earlier = token && begunWith(tables.get(token.key), token, clock.now())
      if (earlier === 'conflict') throw conflict(clientToken)
      if (earlier !== undefined) return earlier
      if (!isCurrent(running, tables)) return undefined
      const transfer = beginning.begin(tables, running.count)
      const name = nameOfTransfer(region, transfer)
      tables.put(transferKey(name), encodeTransfer(transfer))
      tables.put(runningTransferKey(name), '')
      if (token !== undefined) tables.put(token.key, encodeToken(token, transferPath(transfer), transfer.startMs))
      return transfer
    },
    token === undefined ? [] : [token.key],
  )
  if (typeof begun !== 'string') return begun
  const found = await readTransfer(store, { region, kind, path: begun })
  assert(found !== undefined, 'what a token has begun is there for longer than the token', begun)
  return found
}
