/** Tables that files made before and have no more: found by what the server remembers of their origin, and removed when that is wanted. */
import type { Reading } from '../tables/table-spec.ts'
import { type ApplyOptions, originOf } from './apply-table.ts'
import { describeTable, whenGone, whenReady } from './current-table.ts'
import { type Origin, Refused, type Sender } from './sender.ts'

export interface Pruned {
  readonly id: string
  readonly tableName: string
  readonly kind: 'removed' | 'kept' | 'failed'
  /** Why it was kept, or is there still. */
  readonly reason?: string
}

/** Notes of the tables that are there whether they are to stay, too: a file may have changed that. Rejects only when nobody answers. */
export async function pruneTables(sender: Sender, reading: Reading, options: ApplyOptions): Promise<readonly Pruned[]> {
  const { source, isDryRun, isPruned = false } = options
  if (sender.origins === undefined || source === undefined) return []
  const known = await sender.origins.list().catch((error: unknown) => {
    // Who may not ask for them has all else done.
    if (isPruned) throw error
    return []
  })
  const ours = known.filter((each) => each.source === source)
  const wanted = new Map(reading.tables.map((spec) => [spec.input.TableName, spec]))
  const unknown = new Set(reading.refused.map(({ id }) => id))
  const pruned: Pruned[] = []
  for (const origin of ours) {
    const spec = wanted.get(origin.tableName)
    if (spec !== undefined) {
      if (!isDryRun && spec.isRetained !== origin.isRetained) await sender.origins.note(originOf(spec, source))
    } else if (isPruned && !unknown.has(origin.id)) pruned.push(await prune(sender, origin, isDryRun))
  }
  return pruned
}

async function prune(sender: Sender, { id, tableName, isRetained }: Origin, isDryRun: boolean): Promise<Pruned> {
  if (isRetained) return { id, tableName, kind: 'kept', reason: 'its DeletionPolicy was Retain' }
  try {
    const table = await describeTable(sender, tableName)
    if (table?.DeletionProtectionEnabled === true) return { id, tableName, kind: 'failed', reason: 'deletion protection is on' }
    if (table !== undefined && !isDryRun) {
      await whenReady(sender, tableName)
      await sender.ask('dynamodb', 'DeleteTable', { TableName: tableName })
      await whenGone(sender, tableName)
    }
    return { id, tableName, kind: 'removed' }
  } catch (error) {
    if (error instanceof Refused) return { id, tableName, kind: 'failed', reason: error.message }
    throw error
  }
}
