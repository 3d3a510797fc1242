/** What requests about tables, streams, tags, policies and vectors need (iam-dynamodb-actions.md §1). */
import type { InputOf } from '../../api/operations.ts'
import { decodeIterator } from '../../engine/streams/shard-iterator.ts'
import type { ContextKeys } from '../../policies/context-keys.ts'
import { type AccessHome, type AccessNeed, fixedKeys, homeArn, namedTable, noKeys, readArn } from './access-need.ts'

type TagInput = InputOf<'TagResource'>['Tags'][number]
type OnTable = (home: AccessHome, input: { readonly TableName: string }) => readonly AccessNeed[]

export function onTable(action: string): OnTable {
  return (home, { TableName }) => [{ action, resource: namedTable(home, TableName).arn, keys: noKeys }]
}

/** On the index if one is named, and otherwise on the table. */
export function onTableOrIndex(
  action: string,
): (home: AccessHome, input: { readonly TableName: string; readonly IndexName?: string }) => readonly AccessNeed[] {
  return (home, { TableName, IndexName }) => [{ action, resource: readArn(home, TableName, IndexName), keys: noKeys }]
}

/** On what the ARN in this member names, as it is where it is looked for. */
export function onArn<Member extends string>(
  action: string,
  member: Member,
): (home: AccessHome, input: { readonly [Name in Member]: string }) => readonly AccessNeed[] {
  return (home, { [member]: arn }) => [{ action, resource: homeArn(home, arn), keys: noKeys }]
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
  const { Tags = [] } = input
  const asked = tagContexts(Tags)
  return [
    ...asked.map((keys) => ({ action: 'CreateTable', resource, keys })),
    ...(Tags.length === 0 ? [] : asked.map((keys) => ({ action: 'TagResource', resource, keys }))),
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
  return [
    { action, resource: homeArn(home, BackupArn), keys: noKeys },
    { action, resource: target, keys: noKeys },
    ...needsToFill(home, TargetTableName),
  ]
}

function needsToFill(home: AccessHome, tableName: string): readonly AccessNeed[] {
  const resource = namedTable(home, tableName).arn
  return filling.map((action) => ({ action, resource, keys: noKeys }))
}

export function needsOfTagResource(home: AccessHome, { ResourceArn, Tags }: InputOf<'TagResource'>): readonly AccessNeed[] {
  return tagContexts(Tags).map((keys) => ({ action: 'TagResource', resource: homeArn(home, ResourceArn), keys }))
}

export function needsOfUntagResource(home: AccessHome, { ResourceArn, TagKeys }: InputOf<'UntagResource'>): readonly AccessNeed[] {
  return [{ action: 'UntagResource', resource: homeArn(home, ResourceArn), keys: fixedKeys({ 'aws:tagkeys': TagKeys }) }]
}

/**
 * Tables tell keys of tags apart by case, and conditions do not: of keys that differ in nothing else each value has to be allowed, so what
 * is needed is needed once for each.
 */
function tagContexts(tags: readonly TagInput[]): readonly ContextKeys[] {
  const named = tags.flatMap(({ Key, Value = '' }) => (Key === undefined ? [] : [{ key: Key, value: Value }]))
  const byName = Map.groupBy(named, ({ key }) => `aws:requesttag/${key.toLowerCase()}`)
  const most = Math.max(1, ...[...byName.values()].map(({ length }) => length))
  const tagKeys = named.map(({ key }) => key)
  return Array.from({ length: most }, (_, at) => {
    const values = [...byName].map(([name, same]) => [name, (same[at] ?? same.at(-1))?.value] as const)
    return fixedKeys({ ...Object.fromEntries(values), ...(tagKeys.length > 0 && { 'aws:tagkeys': tagKeys }) })
  })
}

/** Of a text that is no iterator nothing is read. */
export function needsOfGetRecords(home: AccessHome, { ShardIterator }: InputOf<'GetRecords'>): readonly AccessNeed[] {
  const iterator = decodeIterator(ShardIterator)
  return iterator === undefined ? [] : [{ action: 'GetRecords', resource: homeArn(home, iterator.streamArn), keys: noKeys }]
}

export function needsOfSearchVectors(home: AccessHome, { TableName, IndexName }: InputOf<'SearchVectors'>): readonly AccessNeed[] {
  return [{ action: 'SearchVectors', resource: readArn(home, TableName, IndexName), keys: noKeys }]
}
