/** What requests about tables, streams, tags, policies and vectors need (iam-dynamodb-actions.md §1). */
import type { InputOf } from '../../api/operations.ts'
import { indexArn, tableNameOf } from '../../api/table-name.ts'
import { decodeIterator } from '../../engine/streams/shard-iterator.ts'
import type { ContextKeys } from '../../policies/context-keys.ts'
import { type AccessHome, type AccessNeed, fixedKeys, namedTable, noKeys } from './access-need.ts'

type TagInput = InputOf<'TagResource'>['Tags'][number]
type OnTable = (home: AccessHome, input: { readonly TableName: string }) => readonly AccessNeed[]
type OnResource = (home: AccessHome, input: { readonly ResourceArn: string }) => readonly AccessNeed[]

export function onTable(action: string): OnTable {
  return (home, { TableName }) => [{ action, resource: namedTable(home, TableName).arn, keys: noKeys }]
}

export function onResource(action: string): OnResource {
  return (_home, { ResourceArn }) => [{ action, resource: ResourceArn, keys: noKeys }]
}

export function onStream(action: string): (home: AccessHome, input: { readonly StreamArn: string }) => readonly AccessNeed[] {
  return (_home, { StreamArn }) => [{ action, resource: StreamArn, keys: noKeys }]
}

export function onBackup(action: string): (home: AccessHome, input: { readonly BackupArn: string }) => readonly AccessNeed[] {
  return (_home, { BackupArn }) => [{ action, resource: BackupArn, keys: noKeys }]
}

export function onExport(action: string): (home: AccessHome, input: { readonly ExportArn: string }) => readonly AccessNeed[] {
  return (_home, { ExportArn }) => [{ action, resource: ExportArn, keys: noKeys }]
}

/** On the table if one is named, and otherwise on nothing in particular. */
export function onTableArn(action: string): (home: AccessHome, input: { readonly TableArn?: string }) => readonly AccessNeed[] {
  return (home, { TableArn }) => [{ action, resource: TableArn === undefined ? '*' : namedTable(home, TableArn).arn, keys: noKeys }]
}

/** An action on nothing in particular. */
export function onAccount(action: string): () => readonly AccessNeed[] {
  return () => [{ action, resource: '*', keys: noKeys }]
}

export function needsOfCreateTable(home: AccessHome, input: InputOf<'CreateTable'>): readonly AccessNeed[] {
  const resource = namedTable(home, input.TableName).arn
  const keys = tagKeys(input.Tags ?? [])
  return [
    { action: 'CreateTable', resource, keys },
    ...(input.Tags === undefined || input.Tags.length === 0 ? [] : [{ action: 'TagResource', resource, keys }]),
    ...(input.ResourcePolicy === undefined ? [] : [{ action: 'PutResourcePolicy', resource, keys: noKeys }]),
  ]
}

/** What a restore does to the table that it makes. */
const filling = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem']

export function needsOfRestoreToPointInTime(home: AccessHome, input: InputOf<'RestoreTableToPointInTime'>): readonly AccessNeed[] {
  const { SourceTableName = '', SourceTableArn = SourceTableName, TargetTableName } = input
  return [
    { action: 'RestoreTableToPointInTime', resource: namedTable(home, SourceTableArn).arn, keys: noKeys },
    ...needsToFill(home, TargetTableName),
  ]
}

/** The action itself is needed on the table, too. */
export function needsOfRestoreFromBackup(home: AccessHome, input: InputOf<'RestoreTableFromBackup'>): readonly AccessNeed[] {
  const action = 'RestoreTableFromBackup'
  const { BackupArn, TargetTableName } = input
  const target = namedTable(home, TargetTableName).arn
  return [{ action, resource: BackupArn, keys: noKeys }, { action, resource: target, keys: noKeys }, ...needsToFill(home, TargetTableName)]
}

function needsToFill(home: AccessHome, tableName: string): readonly AccessNeed[] {
  const resource = namedTable(home, tableName).arn
  return filling.map((action) => ({ action, resource, keys: noKeys }))
}

export function needsOfTagResource(_home: AccessHome, { ResourceArn, Tags }: InputOf<'TagResource'>): readonly AccessNeed[] {
  return [{ action: 'TagResource', resource: ResourceArn, keys: tagKeys(Tags) }]
}

export function needsOfUntagResource(_home: AccessHome, { ResourceArn, TagKeys }: InputOf<'UntagResource'>): readonly AccessNeed[] {
  return [{ action: 'UntagResource', resource: ResourceArn, keys: fixedKeys({ 'aws:tagkeys': TagKeys }) }]
}

function tagKeys(tags: readonly TagInput[]): ContextKeys {
  if (tags.length === 0) return noKeys
  const named = tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [{ key: Key, value: Value }]))
  const values = named.map(({ key, value }) => [`aws:requesttag/${key.toLowerCase()}`, value] as const)
  return fixedKeys({ ...Object.fromEntries(values), 'aws:tagkeys': named.map(({ key }) => key) })
}

/** Of a text that is no iterator nothing is read. */
export function needsOfGetRecords(_home: AccessHome, { ShardIterator }: InputOf<'GetRecords'>): readonly AccessNeed[] {
  const iterator = decodeIterator(ShardIterator)
  return iterator === undefined ? [] : [{ action: 'GetRecords', resource: iterator.streamArn, keys: noKeys }]
}

export function needsOfSearchVectors({ region, account }: AccessHome, input: InputOf<'SearchVectors'>): readonly AccessNeed[] {
  const { TableName, IndexName } = input
  const resource = indexArn({ region, account, tableName: tableNameOf(TableName) }, IndexName)
  return [{ action: 'SearchVectors', resource, keys: noKeys }]
}
