/**
 * What became of an item while it was edited, and the write that saves it without overwriting what somebody else did meanwhile: only what changed is
 * written, on the condition that it is still as it was read.
 */
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

interface Edited {
  readonly tableName: string
  /** Names of the key's attributes. */
  readonly key: readonly string[]
  /** As it was read; undefined for a new one. */
  readonly before: Item | undefined
  readonly after: Item
}

export function writeOf({ tableName, key, before, after }: Edited): Write {
  if (before === undefined) return { operation: 'PutItem', input: putNew(tableName, key, after) }
  const changes = changesBetween(before, after)
  if (changes.some(({ name }) => key.includes(name))) {
    const removal = {
      TableName: tableName,
      Key: partOf(before, key),
      ...conditionOn(Object.entries(before).map(([name, value]) => ({ name, before: value, after: undefined }))),
    }
    return { operation: 'TransactWriteItems', input: { TransactItems: [{ Delete: removal }, { Put: putNew(tableName, key, after) }] } }
  }
  return {
    operation: 'UpdateItem',
    input: { TableName: tableName, Key: partOf(before, key), ...updateOf(changes), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
  }
}

function putNew(TableName: string, key: readonly string[], Item: Item): object {
  return { TableName, Item, ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': key[0] ?? '' } }
}

function updateOf(changes: readonly Change[]): object {
  const sets = changes.flatMap(({ after }, at) => (after === undefined ? [] : [`#a${at} = :n${at}`]))
  const removals = changes.flatMap(({ after }, at) => (after === undefined ? [`#a${at}`] : []))
  const written = Object.fromEntries(changes.flatMap(({ after }, at) => (after === undefined ? [] : [[`:n${at}`, after]])))
  const condition = conditionOn(changes)
  const values = { ...condition.ExpressionAttributeValues, ...written }
  return {
    ...condition,
    UpdateExpression: [sets.length > 0 ? `SET ${sets.join(', ')}` : '', removals.length > 0 ? `REMOVE ${removals.join(', ')}` : '']
      .filter(Boolean)
      .join(' '),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames: { readonly [name: string]: string }
  readonly ExpressionAttributeValues?: Item
}

/** That each is as it was. */
function conditionOn(changes: readonly Change[]): Condition {
  const parts = changes.map(({ before }, at) => (before === undefined ? `attribute_not_exists(#a${at})` : `#a${at} = :o${at}`))
  const values = Object.fromEntries(changes.flatMap(({ before }, at) => (before === undefined ? [] : [[`:o${at}`, before]])))
  return {
    ConditionExpression: parts.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(changes.map(({ name }, at) => [`#a${at}`, name])),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}
