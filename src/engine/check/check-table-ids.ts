/** That the next table gets an id of its own, and that all data belong to a table or a backup, or wait to be swept. */
import { type KeyRange, StoreDamaged, type View } from '../../storage/store.ts'
import { allBackupsRange } from '../keyspace/backup-keys.ts'
import { allDataRange, nextTableIdKey, tableDataRange, tableIdOfDataKey } from '../keyspace/keys.ts'
import { sweepKey } from '../keyspace/sweep-keys.ts'
import { checkBudget } from '../limits.ts'
import { chunkwise, readSound, soundValues } from '../records/read-range.ts'
import { enginesWithWork } from '../regions.ts'
import { decodeBackup } from '../schema/backup-record.ts'
import type { CheckContext } from './check-context.ts'

export async function* checkTableIds(context: CheckContext): AsyncGenerator<void> {
  const { engine, report } = context
  const held = new HeldByBackups(context)
  await held.readAnew()
  let highest = held.highest
  let rest: KeyRange | undefined = allDataRange()
  while (rest !== undefined) {
    const range: KeyRange = rest
    let first = await firstOf(context, range)
    if (first === undefined) break
    if (!first.isKnown && !held.has(first.tableId)) {
      // A table that was deleted meanwhile may have become a backup, and a backup may have been deleted.
      await held.readAnew()
      first = await firstOf(context, range)
      if (first === undefined) break
    }
    const { tableId, key, isKnown } = first
    highest = Math.max(highest, tableId)
    if (!isKnown && !held.has(tableId))
      report.add({ kind: 'orphan', says: `there are data of a table with the id ${tableId}, which there is not` }, key)
    rest = { ...range, start: tableDataRange(tableId).end }
    yield
  }
  for (const regional of enginesWithWork(engine)) for (const { tableId } of regional.catalog.tables()) highest = Math.max(highest, tableId)
  await checkNextId(context, highest)
}

/** The ids under which the items of backups lie, of all regions. */
class HeldByBackups {
  readonly #context: CheckContext
  readonly #ids = new Set<number>()
  /** One of them cannot be read, and may hold anything. */
  #isDamaged = false

  constructor(context: CheckContext) {
    this.#context = context
  }

  async readAnew(): Promise<void> {
    const onDamaged = (): void => {
      this.#isDamaged = true
    }
    for await (const entries of readSound(chunkwise(this.#context.engine.store), allBackupsRange(), { budget: checkBudget, onDamaged })) {
      for (const { value } of entries) this.#ids.add(decodeBackup(value).itemsId)
    }
  }

  has(tableId: number): boolean {
    return this.#isDamaged || this.#ids.has(tableId)
  }

  get highest(): number {
    return Math.max(0, ...this.#ids)
  }
}

interface FirstData {
  readonly key: ReturnType<typeof sweepKey>
  readonly tableId: number
  /** Of a table, or to be swept. */
  readonly isKnown: boolean
}

function firstOf({ engine }: CheckContext, range: KeyRange): Promise<FirstData | undefined> {
  return engine.store.view(async (view) => {
    const found = await firstIn(view, range)
    if (found === undefined) return undefined
    const tableId = tableIdOfDataKey(found)
    const [sweep] = await soundValues(view, [sweepKey(tableId)])
    // The table may be one whose record is damaged.
    const isKnown = engine.catalog.hasTable(tableId) || sweep !== undefined || engine.catalog.damage.length > 0
    return { key: found, tableId, isKnown }
  })
}

async function firstIn(view: View, range: KeyRange): Promise<FirstData['key'] | undefined> {
  try {
    return (await view.scan(range, { entries: 1, bytes: 1 })).entries[0]?.key
  } catch (error) {
    if (error instanceof StoreDamaged) return error.key
    throw error
  }
}

async function checkNextId({ engine, report, fix }: CheckContext, highest: number): Promise<void> {
  const next = await engine.store.get([nextTableIdKey()]).then(
    ([stored]) => Number(stored ?? 1),
    (error: unknown) => {
      if (error instanceof StoreDamaged) return undefined
      throw error
    },
  )
  if (next !== undefined && next > highest) return
  const says = next === undefined ? 'the id of the next table is damaged' : `the next table would get the id ${next}, which another has`
  const mended = report.add({ kind: 'table id', says }, nextTableIdKey())
  if (!fix) return
  await engine.store.write([], (turn) => turn.put(nextTableIdKey(), String(highest + 1)))
  mended()
}
