/** The table of a new replica: defined as its source is, with what was said for it alone (global-tables-and-kinesis.md §2, "Settings"). */
import { invalid } from '../../../api/errors.ts'
import { emptiedTimeToLive } from '../../../engine/expiry/time-to-live.ts'
import type { CapacityOverrides, ReplicaOverrides } from '../../../engine/schema/replication.ts'
import type { GlobalIndex, SecondaryIndex, Table, TableDefinition, VectorIndex } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { checkTableClass } from '../definition/check-settings.ts'
import { newTable } from '../new-table.ts'
import type { ReplicaChange } from './check-replica-updates.ts'

/** Of the region of the engine. It stays CREATING until its items are there. Tags, policies, protection and backups are not copied. */
export function newReplica(engine: MeteredEngine, source: Table, overrides: ReplicaOverrides): Omit<Table, 'tableId'> {
  const { statusDueMs: _, statusSinceMs: _since, ...created } = newTable(engine, definitionOf(source, overrides))
  const timeToLive = emptiedTimeToLive(source.timeToLive)
  return { ...created, ...(timeToLive !== undefined && { timeToLive }) }
}

function definitionOf(source: Table, overrides: ReplicaOverrides): TableDefinition {
  const { name, attributes, key, billingMode, warm, stream } = source
  const tableClass = overrides.tableClass ?? source.tableClass
  const encryption = overrides.encryption ?? (source.encryption && {})
  return {
    name,
    attributes,
    key,
    billingMode,
    warm,
    tableClass,
    ...capacityWith(source, overrides),
    ...(stream !== undefined && { stream }),
    ...(encryption !== undefined && { encryption }),
    ...(source.namesTableClass !== undefined || overrides.tableClass !== undefined ? { namesTableClass: true as const } : {}),
    indexes: source.indexes.filter(isKept).map((index) => newIndex(index, overrides.indexes?.[index.name])),
    vectorIndexes: source.vectorIndexes.filter(isKept).map(newVectorIndex),
    deletionProtection: false,
    tags: [],
  }
}

type Capacity = Pick<Table, 'provisioned' | 'onDemandMaxima'>

/** What a replica reads is its own affair, what it writes that of all. */
function capacityWith({ provisioned, onDemandMaxima }: Capacity, { readUnits, readUnitsMax }: CapacityOverrides = {}): Capacity {
  const maxima = readUnitsMax === undefined ? onDemandMaxima : { ...onDemandMaxima, readUnitsMax }
  return {
    ...(provisioned !== undefined && { provisioned: { ...provisioned, readUnits: readUnits ?? provisioned.readUnits } }),
    ...(maxima !== undefined && { onDemandMaxima: maxima }),
  }
}

function isKept({ status }: Pick<GlobalIndex, 'status'>): boolean {
  return status !== 'DELETING'
}

function newIndex(index: SecondaryIndex, overrides: CapacityOverrides | undefined): SecondaryIndex {
  const { backfilling: _, activeFromMs: _from, activeSinceMs: _since, ...rest } = index
  if (rest.kind === 'local') return { ...rest, status: 'CREATING' }
  const { kind, indexId, name, key, projection, warm } = rest
  return { kind, indexId, name, key, projection, warm, ...capacityWith(rest, overrides), status: 'CREATING' }
}

function newVectorIndex({ backfilling: _, activeFromMs: _from, activeSinceMs: _since, ...index }: VectorIndex): VectorIndex {
  return { ...index, status: 'CREATING' }
}

/** What a request says for one replica alone. Throws for what the source cannot have. The words are ours [I]. */
export function overridesOf(source: Table, change: ReplicaChange): ReplicaOverrides {
  const {
    KMSMasterKeyId,
    ProvisionedThroughputOverride,
    OnDemandThroughputOverride,
    GlobalSecondaryIndexes = [],
    TableClassOverride,
  } = change
  const names = source.indexes.flatMap((index) => (index.kind === 'global' && isKept(index) ? [index.name] : []))
  const unknown = GlobalSecondaryIndexes.find(({ IndexName }) => !names.includes(IndexName))
  if (unknown !== undefined) throw invalid(`${P}The table does not have the specified index: ${unknown.IndexName}`)
  const indexes = GlobalSecondaryIndexes.map((index) => [index.IndexName, capacityOverrides(source, index)] as const)
  return {
    ...capacityOverrides(source, { ProvisionedThroughputOverride, OnDemandThroughputOverride }),
    ...(KMSMasterKeyId !== undefined && { encryption: { keyId: KMSMasterKeyId } }),
    ...(TableClassOverride !== undefined && { tableClass: checkTableClass(TableClassOverride) }),
    ...(indexes.length > 0 && { indexes: Object.fromEntries(indexes) }),
  }
}

type CapacityRequest = {
  readonly [Name in 'ProvisionedThroughputOverride' | 'OnDemandThroughputOverride']: ReplicaChange[Name] | undefined
}

function capacityOverrides({ billingMode }: Table, request: Partial<CapacityRequest>): CapacityOverrides {
  const readUnits = request.ProvisionedThroughputOverride?.ReadCapacityUnits
  const readUnitsMax = request.OnDemandThroughputOverride?.MaxReadRequestUnits
  if (readUnits !== undefined && billingMode === 'PAY_PER_REQUEST') {
    throw invalid(`${P}ProvisionedThroughputOverride cannot be specified when BillingMode is PAY_PER_REQUEST`)
  }
  if (readUnitsMax !== undefined && billingMode === 'PROVISIONED') {
    throw invalid(`${P}OnDemandThroughputOverride cannot be specified when BillingMode is PROVISIONED`)
  }
  return { ...(readUnits !== undefined && { readUnits }), ...(readUnitsMax !== undefined && { readUnitsMax }) }
}

const P = 'One or more parameter values were invalid: '
