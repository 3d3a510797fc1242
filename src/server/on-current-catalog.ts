/**
 * Other processes create, change and delete tables, too. What a request writes is decided on the catalog of the turn it is written in;
 * this is for the rest: what a request is told of tables, is refused for, or reads of one, goes by a catalog at least as new as the
 * request. It costs a request nothing that is answered with what it asked for while no table changes.
 */
import { type ExceptionName, ServiceError } from '../api/errors.ts'
import type { Operation } from '../api/operations.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { isCurrent, RequestUsage } from '../metering/traffic/request-usage.ts'

export interface OnCatalog {
  readonly engine: MeteredEngine
  readonly operation: Operation
  /** What the first attempt comes to. */
  readonly usage: RequestUsage
  readonly ask: (usage: RequestUsage) => Promise<unknown>
  /** Told of the usage of each further attempt before it begins. */
  readonly onAgain: (usage: RequestUsage) => void
}

/** What a request may be refused for because of what a table is, or that there is none. */
const refusalsByCatalog: ReadonlySet<ExceptionName> = new Set(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])
/** What a transaction is cancelled for when the catalog says it: that a key is none of the table. */
const reasonByCatalog = 'ValidationError'
/** What operations that read answer from the catalog itself. */
const tiersOfCatalog: ReadonlySet<string> = new Set(['CP', 'TTL', 'TAG', 'RP', 'ST'] satisfies Operation['tier'][])
/** Their refusals are parts of their answers. */
const refusingInParts: ReadonlySet<string> = new Set(['BatchExecuteStatement', 'ExecuteTransaction'] satisfies Operation['name'][])

/** Rejects as `ask` does, which is called again when it went by a catalog that was behind. */
export async function onCurrentCatalog({ engine, operation, usage: first, ask, onAgain }: OnCatalog): Promise<unknown> {
  const { catalog } = engine
  if (looksFirst(operation)) await catchUp(engine)
  for (let usage = first; ; onAgain(usage)) {
    const { version } = catalog
    try {
      const output = await ask(usage)
      if (catalog.version === version || !isRead(operation, usage) || isCurrent(engine, usage)) return output
    } catch (error) {
      if (!isByCatalog(error)) throw error
      await catchUp(engine)
      if (catalog.version === version) throw error
    }
    usage = new RequestUsage(usage.isWanted)
  }
}

function looksFirst({ name, access, tier }: Operation): boolean {
  return access === 'read' ? tiersOfCatalog.has(tier) : refusingInParts.has(name)
}

function isByCatalog(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false
  const { exception, members } = error
  if (refusalsByCatalog.has(exception)) return true
  // Of a transaction that was cancelled nothing was done.
  const { CancellationReasons: reasons = [] } = members as { readonly CancellationReasons?: readonly { readonly Code?: string }[] }
  return reasons.some(({ Code }) => Code === reasonByCatalog)
}

/** A statement may be either. */
function isRead({ access }: Operation, { returnedItems }: RequestUsage): boolean {
  return access === 'read' || (access === 'readOrWrite' && returnedItems !== undefined)
}

/** Everything that is asked of the store rests on the catalog: what asks for nothing brings it up to date. */
async function catchUp({ store }: MeteredEngine): Promise<void> {
  await store.get([])
}
