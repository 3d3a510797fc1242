/** From what a format says of a table, in the members of CreateTable, to the table that it is to be; or to the reason why not. */
import { documentText, isNull, type Place, type Tree, textOf, unresolvedIn, withMembers } from '../documents/tree.ts'
import { type Collected, madeName } from './collected.ts'
import { readByModel } from './read-by-model.ts'
import type { ScalingSpec, Seed, TableInput, TableSpec } from './table-spec.ts'
import { dependsOn } from './unresolved-text.ts'

export interface TableDraft {
  readonly id: string
  readonly place: Place
  /** Members of CreateTable. Without a name one is made. */
  readonly members: Tree
  /** The name that is made where the members have none; left out: of the id, and of the stack where that is wanted. */
  readonly madeName?: string | undefined
  readonly stack?: string | undefined
  /** Left out: it stays as it is. Null: there is none. */
  readonly ttl?: Tree | null | undefined
  readonly recovery?: Tree | null | undefined
  readonly policy?: Tree | null | undefined
  readonly streamPolicy?: Tree | null | undefined
  readonly scaling?: readonly ScalingSpec[]
  readonly seeds?: readonly Seed[]
  readonly isRetained?: boolean
}

/** Without these there is no table, or another one: code that asks for it by the name of the file finds none that is called otherwise. */
const needed =
  /^(TableName|KeySchema|AttributeDefinitions|BillingMode|ProvisionedThroughput|GlobalSecondaryIndexes|LocalSecondaryIndexes)(\.|$)/

/** What was made of it is in `collected`: the table, or why there is none; and a line for what is left out. */
export function tableOf(draft: TableDraft, collected: Collected): void {
  const { id, place } = draft
  const { value, left } = readByModel('CreateTableInput', named(draft, collected), '')
  const spec = value as TableInput
  for (const { path, reason, isUnresolved, place: at } of left) {
    if (needed.test(path) && reason !== 'DynamoDB has no such member') {
      collected.refuse({ id, place: isUnresolved ? place : at }, isUnresolved ? `${path} ${reason}` : `${path}: ${reason}`)
      return
    }
    collected.note({ place: at }, `${id}.${path}`, reason)
  }
  if (!Array.isArray(spec.KeySchema)) {
    collected.refuse(draft, 'it has no KeySchema')
    return
  }
  const { scaling = [], seeds = [], isRetained = false } = draft
  collected.table({
    id,
    place,
    input: {
      ...spec,
      AttributeDefinitions: spec.AttributeDefinitions ?? [],
      // One of which a half is unknown is none.
      ...(spec.Tags && { Tags: spec.Tags.filter(({ Key, Value }) => Key !== undefined && Value !== undefined) }),
    },
    isNameMade: textOf(nameIn(draft.members)) === undefined,
    ...besides(draft, collected),
    scaling,
    seeds,
    isRetained,
  })
}

function besides(draft: TableDraft, collected: Collected): Pick<TableSpec, 'ttl' | 'recovery' | 'policy' | 'streamPolicy'> {
  const member = (name: string, shape: string, tree: Tree | null | undefined, none: object): object | undefined => {
    if (tree === undefined) return undefined
    if (tree === null || isNull(tree)) return none
    const { value, left } = readByModel(shape, tree, name)
    for (const { place, path, reason } of left) collected.note({ place }, `${draft.id}.${path}`, reason)
    return left.some(({ isUnresolved }) => isUnresolved) ? undefined : (value as object)
  }
  const ttl = member('TimeToLiveSpecification', 'TimeToLiveSpecification', draft.ttl, { Enabled: false })
  const recovery = member('PointInTimeRecoverySpecification', 'PointInTimeRecoverySpecification', draft.recovery, {
    PointInTimeRecoveryEnabled: false,
  })
  const policy = policyOf(draft, 'ResourcePolicy', draft.policy, collected)
  const streamPolicy = policyOf(draft, 'StreamSpecification.ResourcePolicy', draft.streamPolicy, collected)
  return {
    ...(ttl && { ttl: ttl as NonNullable<TableSpec['ttl']> }),
    ...(recovery && { recovery: recovery as NonNullable<TableSpec['recovery']> }),
    ...(policy !== undefined && { policy }),
    ...(streamPolicy !== undefined && { streamPolicy }),
  }
}

function policyOf({ id }: TableDraft, name: string, tree: Tree | null | undefined, collected: Collected): string | null | undefined {
  if (tree === undefined || tree === null || isNull(tree)) return tree === undefined ? undefined : null
  const unresolved = unresolvedIn(tree)
  if (unresolved !== undefined) {
    collected.note(unresolved, `${id}.${name}`, dependsOn(unresolved))
    return undefined
  }
  return textOf(tree) ?? documentText(tree)
}

/** With a name, which is made when there is none. One that is not known stays so, unless somebody says it. */
function named(draft: TableDraft, collected: Collected): Tree {
  const { members, place, id } = draft
  const given = nameIn(members)
  const said = collected.options.names.get(id) ?? textOf(given)
  if (said === undefined && given?.kind === 'unresolved') return members
  const text = said ?? draft.madeName ?? madeName(id, draft.stack, collected.options)
  return withMembers(members, place, { TableName: { kind: 'scalar', value: text, source: text, place } })
}

function nameIn(members: Tree): Tree | undefined {
  return members.kind === 'map' ? members.members.get('TableName') : undefined
}
