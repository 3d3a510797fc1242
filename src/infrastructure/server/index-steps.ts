/** Indexes that are added, removed and rebuilt, each in a call of its own. */
import type { AttributeDefinition, IndexInput, TableInput, Units } from '../tables/table-spec.ts'
import type { Described } from './current-table.ts'
import type { Step, StepOfIndex } from './step.ts'

export function typesOf({
  AttributeDefinitions,
}: {
  readonly AttributeDefinitions?: readonly AttributeDefinition[]
}): ReadonlyMap<string, string> {
  return new Map((AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]))
}

export function isSameLocalIndexes(input: TableInput, table: Described): boolean {
  const textOf = (indexes: readonly IndexInput[] | undefined, types: ReadonlyMap<string, string>): string =>
    JSON.stringify((indexes ?? []).map((each) => indexText(each, types)).sort())
  return textOf(input.LocalSecondaryIndexes, typesOf(input)) === textOf(table.LocalSecondaryIndexes, typesOf(table))
}

/** All that can only be changed by building the index anew. */
function indexText({ IndexName, KeySchema, Projection }: IndexInput, types: ReadonlyMap<string, string>): string {
  const keys = (type: string): readonly (string | undefined)[] =>
    KeySchema.filter(({ KeyType }) => KeyType === type).flatMap(({ AttributeName }) => [AttributeName, types.get(AttributeName)])
  const { ProjectionType = 'ALL', NonKeyAttributes = [] } = Projection
  return JSON.stringify([IndexName, keys('HASH'), keys('RANGE'), ProjectionType, [...NonKeyAttributes].sort()])
}

/** Whether it stays, whatever capacity it has. */
export function isSameIndex(
  wanted: IndexInput,
  there: IndexInput,
  { input, table }: { readonly input: TableInput; readonly table: Described },
): boolean {
  return indexText(wanted, typesOf(input)) === indexText(there, typesOf(table))
}

export interface IndexSteps {
  /** Before the billing changes: what is provisioned is said of every index that there is. */
  readonly removed: readonly Step[]
  readonly added: readonly Step[]
}

export function indexSteps(input: TableInput, table: Described): IndexSteps {
  const { TableName, AttributeDefinitions } = input
  const [wanted, there] = [input.GlobalSecondaryIndexes ?? [], table.GlobalSecondaryIndexes ?? []]
  const text = (index: IndexInput, of: TableInput | Described): string => indexText(index, typesOf(of))
  const isKept = (index: IndexInput): boolean => there.some((each) => text(each, table) === text(index, input))
  const isWanted = (index: IndexInput): boolean => wanted.some((each) => text(each, input) === text(index, table))
  const step = (what: string, update: object, { index, definitions = false }: IndexStep): Step => ({
    what,
    service: 'dynamodb',
    operation: 'UpdateTable',
    input: { TableName, ...(definitions && { AttributeDefinitions: ofKeys(input) }), GlobalSecondaryIndexUpdates: [update] },
    waits: true,
    index,
  })
  const removed = there
    .filter((index) => !isWanted(index))
    .map(({ IndexName }) => step(`index ${IndexName} removed`, { Delete: { IndexName } }, { index: { name: IndexName } }))
  const kept = wanted.filter(isKept)
  const added = wanted
    .filter((index) => !isKept(index))
    .map((index) => {
      const check = creationOf([...kept, index], input, table)
      const definitions = AttributeDefinitions.length > 0
      return step(`index ${index.IndexName} added`, { Create: index }, { index: { name: index.IndexName, check }, definitions })
    })
  return { removed, added }
}

interface IndexStep {
  readonly index: StepOfIndex
  readonly definitions?: boolean
}

/** The table as it would be made with these indexes; what it has and the file does not say of capacity is said as it is. */
function creationOf(indexes: readonly IndexInput[], input: TableInput, table: Described): object {
  const { TableName, KeySchema, LocalSecondaryIndexes, BillingMode = 'PROVISIONED' } = input
  const whole = input.ProvisionedThroughput ?? table.ProvisionedThroughput
  const unitsThere = (name: string): Units | undefined =>
    table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name)?.ProvisionedThroughput
  const isProvisioned = BillingMode === 'PROVISIONED'
  const listed = indexes.map((index) => {
    const units = isProvisioned ? (index.ProvisionedThroughput ?? unitsThere(index.IndexName)) : index.ProvisionedThroughput
    return { ...index, ...(units && { ProvisionedThroughput: plainUnits(units) }) }
  })
  return {
    TableName,
    KeySchema,
    AttributeDefinitions: ofKeys({ ...input, GlobalSecondaryIndexes: indexes }),
    BillingMode,
    ...(isProvisioned && whole && { ProvisionedThroughput: plainUnits(whole) }),
    ...(LocalSecondaryIndexes && { LocalSecondaryIndexes }),
    GlobalSecondaryIndexes: listed,
  }
}

/** Of a description, without what only a description has. */
function plainUnits({ ReadCapacityUnits, WriteCapacityUnits }: Units): Units {
  return { ReadCapacityUnits, WriteCapacityUnits }
}

/** Definitions travel with the index: those of all keys that there will be. */
function ofKeys({
  AttributeDefinitions,
  KeySchema,
  GlobalSecondaryIndexes = [],
  LocalSecondaryIndexes = [],
}: TableInput): readonly AttributeDefinition[] {
  const indexes = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes]
  const names = new Set([...KeySchema, ...indexes.flatMap((index) => index.KeySchema)].map(({ AttributeName }) => AttributeName))
  return AttributeDefinitions.filter(({ AttributeName }) => names.has(AttributeName))
}
