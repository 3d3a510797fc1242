/** Requests whose expressions come from the grammar: every operation that takes expressions, with the kinds it takes. */
import type { Choices } from './choices.ts'
import { ExpressionWriter } from './expression-grammar.ts'
import { fullItem, fuzzedTable } from './valid-requests.ts'
import { soundValue, type WildObject } from './wild-values.ts'

export interface FuzzedRequest {
  readonly operation: string
  readonly request: WildObject
}

const TableName = fuzzedTable

export function expressionRequest(choices: Choices): FuzzedRequest {
  const writer = new ExpressionWriter(choices)
  const finished = (operation: string, members: WildObject): FuzzedRequest => ({
    operation,
    request: { TableName, ...members, ...writer.placeholders() },
  })
  return choices.pick([
    () =>
      finished('PutItem', {
        Item: item(choices),
        ConditionExpression: writer.condition(),
        ReturnValues: choices.pick(['NONE', 'ALL_OLD']),
      }),
    () => finished('UpdateItem', { Key: key(choices), UpdateExpression: writer.update(), ReturnValues: returnValues(choices) }),
    () =>
      finished('UpdateItem', {
        Key: key(choices),
        UpdateExpression: writer.update(),
        ConditionExpression: writer.condition(),
        ReturnValues: returnValues(choices),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    () => finished('DeleteItem', { Key: key(choices), ConditionExpression: writer.condition(), ReturnValues: 'ALL_OLD' }),
    () => finished('GetItem', { Key: key(choices), ProjectionExpression: writer.projection() }),
    () =>
      finished('Query', {
        KeyConditionExpression: writer.keyCondition(),
        ...(choices.chance(50) && { FilterExpression: writer.condition() }),
        ...(choices.chance(50) && { ProjectionExpression: writer.projection() }),
        ...(choices.chance(40) && { IndexName: choices.pick(['byWord', 'byGrade']) }),
        ...(choices.chance(20) && { Limit: 1 + choices.below(3) }),
        ScanIndexForward: choices.chance(50),
      }),
    () =>
      finished('Scan', {
        FilterExpression: writer.condition(),
        ...(choices.chance(50) && { ProjectionExpression: writer.projection() }),
        ...(choices.chance(30) && { IndexName: choices.pick(['byWord', 'byGrade']) }),
      }),
  ])()
}

function key(choices: Choices): WildObject {
  return { pk: { S: `p${choices.below(4)}` }, sk: { N: String(choices.below(4)) } }
}

/** A full item in which two attributes or so have another value. */
function item(choices: Choices): WildObject {
  const full = { ...fullItem(0, 0), ...key(choices) }
  const names = Object.keys(full).filter((name) => !['pk', 'sk', 'word', 'grade'].includes(name))
  for (const name of choices.several(0, 3, () => choices.pick(names))) full[name] = soundValue(choices)
  return full
}

function returnValues(choices: Choices): string {
  return choices.pick(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'])
}
