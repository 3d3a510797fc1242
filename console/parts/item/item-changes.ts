/**
 * What became of an item while it was edited, and the write that saves it without overwriting what somebody else did meanwhile: only what changed is
 * written, on the condition that it is still as it was read. In a transaction all of the item must be.
 */
import { conditionAttributesMax } from '../../limits.ts'
import { type AttributeValue, type Item, isSame, partOf } from '../../values/attribute-value.ts'

export interface Change {
  readonly name: string
  readonly before: AttributeValue | undefined
  readonly after: AttributeValue | undefined
}

export function changesBetween(before: Item, after: Item): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => (isSame(before[name], after[name]) ? [] : [{ name, before: before[name], after: after[name] }]))
}

export interface Write {
  readonly operation: 'PutItem' | 'UpdateItem' | 'TransactWriteItems'
  readonly input: object
}

export interface Edit {
  readonly tableName: string
  /** Names of the key's attributes, the partition key first. */
  readonly key: readonly string[]
  /** As it was read; undefined for a new one. */
  readonly before: Item | undefined
  /** Undefined: it is deleted. */
  readonly after: Item | undefined
}

export type TransactAction = { readonly Put: object } | { readonly Update: object } | { readonly Delete: object }

export function writeOf(edit: Edit & { readonly after: Item }): Write {
  const { tableName, key, before, after } = edit
  if (before === undefined) return { operation: 'PutItem', input: putNew(tableName, key, after) }
  const changes = changesBetween(before, after)
  if (isMoved(key, changes)) return { operation: 'TransactWriteItems', input: { TransactItems: actionsOf(edit) } }
  return { operation: 'UpdateItem', input: { ...updateOf(tableName, key, before, changes, []), ...toldWhenMet } }
}

/** The same, and what is deleted, as actions of a transaction: two for an item whose key was changed, one for any other. */
export function actionsOf({ tableName, key, before, after }: Edit): readonly TransactAction[] {
  if (before === undefined) return after === undefined ? [] : [{ Put: { ...putNew(tableName, key, after), ...toldWhenMet } }]
  const Delete = { TableName: tableName, Key: partOf(before, key), ...conditionOn(asRead(before, key)), ...toldWhenMet }
  if (after === undefined) return [{ Delete }]
  const changes = changesBetween(before, after)
  if (isMoved(key, changes)) return [{ Delete }, { Put: { ...putNew(tableName, key, after), ...toldWhenMet } }]
  const changed = new Set(changes.map(({ name }) => name))
  const others = asRead(before, key).filter(({ name }) => !changed.has(name))
  return [{ Update: { ...updateOf(tableName, key, before, changes, others), ...toldWhenMet } }]
}

const toldWhenMet = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }

function isMoved(key: readonly string[], changes: readonly Change[]): boolean {
  return changes.some(({ name }) => key.includes(name))
}

function putNew(TableName: string, key: readonly string[], Item: Item): object {
  return { TableName, Item, ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': key[0] ?? '' } }
}

type AsRead = Pick<Change, 'name' | 'before'>

/** The key first; of very many attributes no more than a condition can hold. */
function asRead(item: Item, key: readonly string[]): readonly AsRead[] {
  const names = [...new Set([...key, ...Object.keys(item)])].slice(0, conditionAttributesMax)
  return names.map((name) => ({ name, before: item[name] }))
}

/** That `others` are as they were is a condition, too; that the item is still there always is. */
function updateOf(TableName: string, key: readonly string[], item: Item, changes: readonly Change[], others: readonly AsRead[]): object {
  const sets = changes.flatMap(({ after }, at) => (after === undefined ? [] : [`#a${at} = :n${at}`]))
  const removals = changes.flatMap(({ after }, at) => (after === undefined ? [`#a${at}`] : []))
  const written = Object.fromEntries(changes.flatMap(({ after }, at) => (after === undefined ? [] : [[`:n${at}`, after]])))
  const unchanged = others.slice(0, Math.max(1, conditionAttributesMax - changes.length))
  const condition = conditionOn([...changes, ...(unchanged.length > 0 ? unchanged : asRead(item, key).slice(0, 1))])
  return {
    TableName,
    Key: partOf(item, key),
    ...condition,
    UpdateExpression: [sets.length > 0 ? `SET ${sets.join(', ')}` : '', removals.length > 0 ? `REMOVE ${removals.join(', ')}` : '']
      .filter(Boolean)
      .join(' '),
    ExpressionAttributeValues: { ...condition.ExpressionAttributeValues, ...written },
  }
}

interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames: { readonly [name: string]: string }
  readonly ExpressionAttributeValues?: Item
}

/** That each is as it was. */
function conditionOn(changes: readonly AsRead[]): Condition {
  const parts = changes.map(({ before }, at) => (before === undefined ? `attribute_not_exists(#a${at})` : `#a${at} = :o${at}`))
  const values = Object.fromEntries(changes.flatMap(({ before }, at) => (before === undefined ? [] : [[`:o${at}`, before]])))
  return {
    ConditionExpression: parts.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(changes.map(({ name }, at) => [`#a${at}`, name])),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}
