/** One table made what it is to be, or told what would be done. */
import type { TableSpec } from '../tables/table-spec.ts'
import { currentTable, describeTable, whenGone, whenReady } from './current-table.ts'
import { type Plan, planTable } from './plan-table.ts'
import { putSeeds } from './put-seeds.ts'
import { copyAside, copyBack } from './replace-by-copy.ts'
import { askUnless, type Origin, Refused, type Sender } from './sender.ts'
import type { Step } from './step.ts'
import { take, whatOf, withoutRefused, wrongWith } from './take-steps.ts'

export interface ApplyOptions {
  readonly isDryRun: boolean
  readonly replace: 'none' | 'drop' | 'copy'
  readonly data: 'new' | 'always' | 'never'
  /** The stack, or the files, by which tables that are made now are found again. Left out: nobody looks for them. */
  readonly source?: string
  /** Tables of the same source that are in no file any more are removed. */
  readonly isPruned?: boolean
}

export interface Outcome {
  readonly id: string
  readonly tableName: string
  readonly isNameMade: boolean
  readonly place: TableSpec['place']
  readonly kind: 'created' | 'changed' | 'unchanged' | 'replaced' | 'needs replacement' | 'failed'
  /** What was changed, or why it must be replaced, or cannot be. */
  readonly details: readonly string[]
  /** What was refused, of a table of which the rest was done; and what cannot be done. */
  readonly notDone: readonly string[]
  /** Items that were put. */
  readonly items: number
}

/** Rejects only when nobody answers. */
export async function applyTable(sender: Sender, spec: TableSpec, options: ApplyOptions): Promise<Outcome> {
  const made = { id: spec.id, tableName: spec.input.TableName, isNameMade: spec.isNameMade, place: spec.place, notDone: [], items: 0 }
  try {
    const plan = planTable(spec, await settled(sender, spec, options))
    switch (plan.kind) {
      case 'create':
        return { ...made, ...(await create(sender, spec, plan, options)) }
      case 'change':
        return { ...made, ...(await change(sender, spec, plan, options)) }
      case 'replace':
        return { ...made, ...(await replace(sender, spec, plan, options)) }
    }
  } catch (error) {
    if (error instanceof Refused) return { ...made, kind: 'failed', details: [error.message] }
    throw error
  }
}

type Done = Pick<Outcome, 'kind' | 'details'> & Partial<Pick<Outcome, 'notDone' | 'items'>>

/** As it is once what goes on is over. */
async function settled(sender: Sender, spec: TableSpec, { isDryRun }: ApplyOptions): ReturnType<typeof currentTable> {
  const { TableName } = spec.input
  if (!isDryRun) {
    const status = (await describeTable(sender, TableName))?.TableStatus
    if (status === 'DELETING') await whenGone(sender, TableName)
    else if (status !== undefined) await whenReady(sender, TableName)
  }
  return currentTable(sender, spec)
}

async function create(sender: Sender, spec: TableSpec, plan: Plan & { readonly kind: 'create' }, options: ApplyOptions): Promise<Done> {
  if (options.isDryRun) return { kind: 'created', details: [] }
  const isMade = await askUnless(sender, ['ResourceInUseException'], 'dynamodb', 'CreateTable', plan.create)
  if (isMade === undefined) return await madeMeanwhile(sender, spec, options)
  await whenReady(sender, spec.input.TableName)
  if (options.source !== undefined) await sender.origins?.note(originOf(spec, options.source))
  const { refused } = await take(sender, spec, plan.steps)
  return { kind: 'created', details: [], ...(await withSeeds(sender, spec, refused, options.data !== 'never')) }
}

export function originOf({ id, input, isRetained }: TableSpec, source: string): Origin {
  return { tableName: input.TableName, source, id, isRetained }
}

/** By another server of the same store, perhaps, which starts with the same files. */
async function madeMeanwhile(sender: Sender, spec: TableSpec, options: ApplyOptions): Promise<Done> {
  const plan = planTable(spec, await settled(sender, spec, options))
  if (plan.kind === 'change') return change(sender, spec, plan, options)
  return { kind: 'failed', details: ['it comes and goes while it is looked at'] }
}

async function change(sender: Sender, spec: TableSpec, plan: Plan & { readonly kind: 'change' }, options: ApplyOptions): Promise<Done> {
  const { steps: asked, remarks } = plan
  const { steps, refused } = await withoutRefused(sender, asked)
  if (options.isDryRun) return { ...changedBy(steps), notDone: [...remarks, ...refused] }
  const taken = await take(sender, spec, steps)
  const notDone = [...remarks, ...refused, ...taken.refused]
  return { ...changedBy(taken.done), ...(await withSeeds(sender, spec, notDone, options.data === 'always')) }
}

function changedBy(steps: readonly Step[]): Pick<Done, 'kind' | 'details'> {
  return { kind: steps.length === 0 ? 'unchanged' : 'changed', details: whatOf(steps) }
}

async function replace(
  sender: Sender,
  spec: TableSpec,
  { reasons }: Plan & { readonly kind: 'replace' },
  options: ApplyOptions,
): Promise<Done> {
  const { TableName } = spec.input
  if (options.replace === 'none') return { kind: 'needs replacement', details: reasons }
  const isCopied = options.replace === 'copy'
  if (spec.isRetained && !isCopied)
    return { kind: 'needs replacement', details: [...reasons, 'a policy of the file says that it is retained'] }
  const plan = planTable(spec, undefined)
  // While it is there, CreateTable says what is wrong with the other one, or that it is there.
  const wrong = plan.kind === 'create' ? await wrongWith(sender, plan.create) : undefined
  if (wrong !== undefined) return { kind: 'needs replacement', details: [...reasons, `what would take its place is refused: ${wrong}`] }
  if (options.isDryRun) return { kind: 'replaced', details: reasons }
  const aside = isCopied ? await copyAside(sender, spec) : undefined
  if (aside?.kind === 'refused') return { kind: 'needs replacement', details: [...reasons, aside.reason] }
  if ((await describeTable(sender, TableName))?.DeletionProtectionEnabled === true) {
    await sender.ask('dynamodb', 'UpdateTable', { TableName, DeletionProtectionEnabled: false })
    await whenReady(sender, TableName)
  }
  await sender.ask('dynamodb', 'DeleteTable', { TableName })
  await whenGone(sender, TableName)
  const done = plan.kind === 'create' ? await create(sender, spec, plan, options) : undefined
  if (aside !== undefined) await copyBack(sender, spec, aside)
  return { ...done, kind: 'replaced', details: reasons }
}

async function withSeeds(
  sender: Sender,
  spec: TableSpec,
  notDone: readonly string[],
  isWanted: boolean,
): Promise<Pick<Outcome, 'notDone' | 'items'>> {
  if (!isWanted || spec.seeds.length === 0) return { notDone, items: 0 }
  const { items, refused } = await putSeeds(sender, spec)
  return { notDone: [...notDone, ...refused], items }
}
