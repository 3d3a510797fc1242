/**
 * DescribeTableReplicaAutoScaling and UpdateTableReplicaAutoScaling (global-tables-and-kinesis.md §5): writes are scaled alike in all regions,
 * reads in each as it was said there. What scales is Application Auto Scaling, with a target for each table and index in each region.
 */
import { invalid } from '../../../api/errors.ts'
import type { InputOf, OutputOf } from '../../../api/operations.ts'
import { tableNameOf } from '../../../api/table-name.ts'
import { tableNotFound } from '../../../engine/catalog/find-table.ts'
import type { Access } from '../../../engine/partitions/capacity-units.ts'
import { engineOfCatalog } from '../../../engine/regions.ts'
import { isReplicated, type Replica } from '../../../engine/schema/replication.ts'
import type { GlobalIndex, Table } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { ScalingSettings, ScalingSettingsUpdate, TableScaling } from '../../../metering/table-scaling.ts'
import { inUse, tableInUse } from '../table-in-use.ts'

type Description = NonNullable<OutputOf<'DescribeTableReplicaAutoScaling'>['TableAutoScalingDescription']>
type ReplicaDescription = NonNullable<Description['Replicas']>[number]
type UpdateInput = InputOf<'UpdateTableReplicaAutoScaling'>

export async function describeTableReplicaAutoScaling(
  engine: MeteredEngine,
  input: InputOf<'DescribeTableReplicaAutoScaling'>,
): Promise<OutputOf<'DescribeTableReplicaAutoScaling'>> {
  const table = existingTable(engine, input.TableName)
  return { TableAutoScalingDescription: describe(engine, table, await engine.metering.scaling.open()) }
}

export async function updateTableReplicaAutoScaling(
  engine: MeteredEngine,
  input: UpdateInput,
): Promise<OutputOf<'UpdateTableReplicaAutoScaling'>> {
  const table = existingTable(engine, input.TableName)
  checkUpdate(engine, table, input)
  const scaling = await engine.metering.scaling.open()
  if (scaling === undefined) throw invalid('Auto scaling is not available')
  for (const replica of table.replication?.replicas ?? []) {
    for (const { indexName, access, update } of updatesFor(replica, input)) {
      const capacity = { tableName: table.name, access, ...(indexName !== undefined && { indexName }) }
      await scaling.change(replica.region, capacity, update)
    }
  }
  return { TableAutoScalingDescription: describe(engine, table, scaling) }
}

/** A provisioned table becomes a replica only when its writes, and those of its indexes, are scaled. The words for indexes are [I]. */
export async function checkWritesAreScaled(engine: MeteredEngine, table: Table): Promise<void> {
  if (table.billingMode === 'PAY_PER_REQUEST') return
  const scaling = await engine.metering.scaling.open()
  const isScaled = (indexName?: string): boolean =>
    scaling?.settingsOf(engine.catalog.region, {
      tableName: table.name,
      access: 'write',
      ...(indexName !== undefined && { indexName }),
    }) !== undefined
  if (!isScaled()) throw invalid('Table write capacity should either be Pay-Per-Request or AutoScaled.')
  const unscaled = globalIndexes(table).find(({ name }) => !isScaled(name))
  if (unscaled !== undefined) throw invalid(`Index: ${unscaled.name} write capacity should either be Pay-Per-Request or AutoScaled.`)
}

/** A new replica is scaled as the one that it was made from. */
export async function copyScaling(engine: MeteredEngine, table: Table, regions: readonly string[]): Promise<void> {
  if (table.billingMode === 'PAY_PER_REQUEST') return
  const scaling = await engine.metering.scaling.open()
  for (const region of regions) {
    for (const indexName of [undefined, ...globalIndexes(table).map(({ name }) => name)]) {
      for (const access of ['read', 'write'] as const) {
        const capacity = { tableName: table.name, access, ...(indexName !== undefined && { indexName }) }
        const settings = scaling?.settingsOf(engine.catalog.region, capacity)
        if (settings !== undefined) await scaling?.change(region, capacity, updateOf(settings))
      }
    }
  }
}

function updateOf({ MinimumUnits, MaximumUnits, ScalingPolicies: [policy] = [] }: ScalingSettings): ScalingSettingsUpdate {
  const configuration = policy?.TargetTrackingScalingPolicyConfiguration
  return {
    ...(MinimumUnits !== undefined && { MinimumUnits }),
    ...(MaximumUnits !== undefined && { MaximumUnits }),
    ...(policy?.PolicyName !== undefined &&
      configuration !== undefined && {
        ScalingPolicyUpdate: { PolicyName: policy.PolicyName, TargetTrackingScalingPolicyConfiguration: configuration },
      }),
  }
}

function existingTable({ catalog }: MeteredEngine, nameOrArn: string): Table {
  const name = tableNameOf(nameOrArn)
  const table = catalog.find(name)
  if (table === undefined) throw tableNotFound(name)
  return table
}

/** The words are ours [I]. */
function checkUpdate(engine: MeteredEngine, table: Table, { GlobalSecondaryIndexUpdates = [], ReplicaUpdates = [] }: UpdateInput): void {
  if (table.status !== 'ACTIVE') throw tableInUse(table)
  if (!isReplicated(table)) throw invalid(`${P}The table is not a replica of a global table`)
  if (table.billingMode === 'PAY_PER_REQUEST') throw invalid(`${P}Auto scaling cannot be specified when BillingMode is PAY_PER_REQUEST`)
  const regions = table.replication?.replicas.map(({ region }) => region) ?? []
  for (const { RegionName } of ReplicaUpdates) {
    if (!regions.includes(RegionName)) {
      throw invalid('Update global table operation failed because one or more replicas were not part of the global table.')
    }
    const status = engineOfCatalog(engine, RegionName).catalog.find(table.name)?.status
    if (status !== 'ACTIVE') throw inUse(`Replica in Region ${RegionName} is not active`)
  }
  const indexes = [
    ...GlobalSecondaryIndexUpdates.map(({ IndexName }) => IndexName),
    ...ReplicaUpdates.flatMap(({ ReplicaGlobalSecondaryIndexUpdates = [] }) =>
      ReplicaGlobalSecondaryIndexUpdates.map(({ IndexName }) => IndexName),
    ),
  ]
  const names = globalIndexes(table).map(({ name }) => name)
  const unknown = indexes.find((name) => name === undefined || !names.includes(name))
  if (indexes.length > 0 && unknown !== undefined) throw invalid(`${P}The table does not have the specified index: ${unknown}`)
}

interface CapacityUpdate {
  readonly indexName: string | undefined
  readonly access: Access
  readonly update: ScalingSettingsUpdate
}

/** Those of all regions, then those of this one. */
function updatesFor({ region }: Replica, input: UpdateInput): readonly CapacityUpdate[] {
  const own = input.ReplicaUpdates?.find(({ RegionName }) => RegionName === region)
  const asked: readonly (Omit<CapacityUpdate, 'update'> & { readonly update: ScalingSettingsUpdate | undefined })[] = [
    { indexName: undefined, access: 'write', update: input.ProvisionedWriteCapacityAutoScalingUpdate },
    ...(input.GlobalSecondaryIndexUpdates ?? []).map(({ IndexName, ProvisionedWriteCapacityAutoScalingUpdate: update }) => ({
      indexName: IndexName,
      access: 'write' as const,
      update,
    })),
    { indexName: undefined, access: 'read', update: own?.ReplicaProvisionedReadCapacityAutoScalingUpdate },
    ...(own?.ReplicaGlobalSecondaryIndexUpdates ?? []).map(({ IndexName, ProvisionedReadCapacityAutoScalingUpdate: update }) => ({
      indexName: IndexName,
      access: 'read' as const,
      update,
    })),
  ]
  return asked.flatMap(({ update, ...capacity }) => (update === undefined ? [] : [{ ...capacity, update }]))
}

/** A table of one region has no replicas to tell of [I]. */
function describe(engine: MeteredEngine, table: Table, scaling: TableScaling | undefined): Description {
  const replicas = isReplicated(table) ? (table.replication?.replicas ?? []) : []
  return {
    TableName: table.name,
    TableStatus: table.status,
    Replicas: replicas.map((replica) => describeReplica(engine, table, replica, scaling)),
  }
}

function describeReplica(engine: MeteredEngine, { name }: Table, replica: Replica, scaling: TableScaling | undefined): ReplicaDescription {
  const table = engineOfCatalog(engine, replica.region).catalog.find(name)
  const settings = (access: Access, indexName?: string): ScalingSettings =>
    scaling?.settingsOf(replica.region, { tableName: name, access, ...(indexName !== undefined && { indexName }) }) ?? notScaled
  const indexes = table === undefined ? [] : globalIndexes(table)
  return {
    RegionName: replica.region,
    ReplicaStatus: replica.status,
    ReplicaProvisionedReadCapacityAutoScalingSettings: settings('read'),
    ReplicaProvisionedWriteCapacityAutoScalingSettings: settings('write'),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name: IndexName, status: IndexStatus }) => ({
        IndexName,
        IndexStatus,
        ProvisionedReadCapacityAutoScalingSettings: settings('read', IndexName),
        ProvisionedWriteCapacityAutoScalingSettings: settings('write', IndexName),
      })),
    }),
  }
}

const notScaled: ScalingSettings = { AutoScalingDisabled: true }

function globalIndexes({ indexes }: Table): readonly GlobalIndex[] {
  return indexes.filter((index) => index.kind === 'global')
}

const P = 'One or more parameter values were invalid: '
