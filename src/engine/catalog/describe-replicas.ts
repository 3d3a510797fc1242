/** The global table of a table, as its description tells it (global-tables-and-kinesis.md §2). */
import type { OutputOf } from '../../api/operations.ts'
import { type TableHome, tableArn } from '../../api/table-name.ts'
import { isReplicated, ownReplica, type Replica } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { kmsKeyArn } from './kms-key-arn.ts'

type TableDescription = NonNullable<OutputOf<'CreateTable'>['TableDescription']>
type ReplicaDescription = NonNullable<TableDescription['Replicas']>[number]
type GlobalTableDescription = Pick<
  TableDescription,
  | 'DisassociationProtectionEnabled'
  | 'GlobalTableSettingsReplicationMode'
  | 'GlobalTableVersion'
  | 'GlobalTableWitnesses'
  | 'MultiRegionConsistency'
  | 'Replicas'
>

/** Nothing for a table of one region. All replicas are told, also the one that is asked [I]. */
export function describeReplicas(home: TableHome, table: Table): GlobalTableDescription {
  const { replication } = table
  if (replication === undefined || !isReplicated(table)) return {}
  const { replicas, witness, consistency } = replication
  return {
    GlobalTableVersion: '2019.11.21',
    Replicas: replicas.map((replica) => describeReplica(home, table, replica)),
    MultiRegionConsistency: consistency,
    ...(witness !== undefined && { GlobalTableWitnesses: [{ RegionName: witness.region, WitnessStatus: witness.status }] }),
    GlobalTableSettingsReplicationMode: 'ENABLED_WITH_OVERRIDES',
    DisassociationProtectionEnabled: ownReplica(table)?.mayLeave !== true,
  }
}

function describeReplica({ account }: TableHome, { name }: Table, { region, status, overrides = {} }: Replica): ReplicaDescription {
  const { encryption, tableClass, indexes = {} } = overrides
  const ofIndexes = Object.entries(indexes).map(([IndexName, capacity]) => ({ IndexName, ...describeCapacity(capacity) }))
  return {
    RegionName: region,
    ReplicaStatus: status,
    ReplicaArn: tableArn({ region, account, tableName: name }),
    ...(encryption !== undefined && { KMSMasterKeyId: kmsKeyArn({ region, account }, encryption.keyId) }),
    ...describeCapacity(overrides),
    ...(ofIndexes.length > 0 && { GlobalSecondaryIndexes: ofIndexes }),
    ...(tableClass !== undefined && { ReplicaTableClassSummary: { TableClass: tableClass } }),
  }
}

function describeCapacity({
  readUnits,
  readUnitsMax,
}: Pick<NonNullable<Replica['overrides']>, 'readUnits' | 'readUnitsMax'>): Pick<
  ReplicaDescription,
  'OnDemandThroughputOverride' | 'ProvisionedThroughputOverride'
> {
  return {
    ...(readUnits !== undefined && { ProvisionedThroughputOverride: { ReadCapacityUnits: readUnits } }),
    ...(readUnitsMax !== undefined && { OnDemandThroughputOverride: { MaxReadRequestUnits: readUnitsMax } }),
  }
}
