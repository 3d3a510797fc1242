/** What requests about global tables need, also in the other regions (iam-dynamodb-actions.md §1). */
import type { InputOf } from '../../api/operations.ts'
import { partitionOf, tableArn, tableNameOf } from '../../api/table-name.ts'
import { type AccessHome, type AccessNeed, namedTable, noKeys } from './access-need.ts'

/** What the service does in the region of a new replica with the permissions of whoever asks for it. */
const creating = [
  'CreateTable',
  'CreateTableReplica',
  'Query',
  'Scan',
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
] as const
const deleting = ['DeleteTable', 'DeleteTableReplica'] as const

export function needsOfUpdateTable(home: AccessHome, input: InputOf<'UpdateTable'>): readonly AccessNeed[] {
  const { arn } = namedTable(home, input.TableName)
  const tableName = tableNameOf(input.TableName)
  const own = { action: 'UpdateTable', resource: arn, keys: noKeys }
  const { ReplicaUpdates, GlobalTableWitnessUpdates } = input
  if (ReplicaUpdates === undefined && GlobalTableWitnessUpdates === undefined) return [own]
  const needs = (region: string | undefined, actions: readonly string[]): readonly AccessNeed[] =>
    region === undefined
      ? []
      : actions.map((action) => ({ action, resource: tableArn({ region, account: home.account, tableName }), keys: noKeys }))
  return [
    own,
    ...(ReplicaUpdates ?? []).flatMap(({ Create, Delete }) => [
      ...needs(Create?.RegionName, creating),
      ...needs(Delete?.RegionName, deleting),
    ]),
    ...(GlobalTableWitnessUpdates ?? []).flatMap(({ Create, Delete }) => [
      ...needs(Create?.RegionName, ['CreateGlobalTableWitness']),
      ...needs(Delete?.RegionName, ['DeleteGlobalTableWitness']),
    ]),
  ]
}

type OfGlobalTable = (home: AccessHome, input: { readonly GlobalTableName: string }) => readonly AccessNeed[]

/** On a global table of version 2017.11.29. */
export function onGlobalTable(action: string): OfGlobalTable {
  return ({ account, region }, { GlobalTableName }) => [
    { action, resource: `arn:${partitionOf(region)}:dynamodb::${account}:global-table/${GlobalTableName}`, keys: noKeys },
  ]
}

/** On it, and on the table in this region that is, or is to be, a replica of it. */
export function onGlobalTableAndReplica(action: string): OfGlobalTable {
  return (home, input) => [
    ...onGlobalTable(action)(home, input),
    { action, resource: namedTable(home, input.GlobalTableName).arn, keys: noKeys },
  ]
}
