/**
 * From one element of TransactItems to a compiled action. Whatever is wrong with it is the whole request's, and found in the order of
 * errors.md §4.4: parameters, then size and syntax of the expressions, then their meaning, then the values of the item or key.
 */
import { invalid } from '../../api/errors.ts'
import { expressionSizeBytesMax } from '../../api/limits.ts'
import { type InputOf, operations } from '../../api/operations.ts'
import { assert } from '../../base/assert.ts'
import type { Clauses } from '../../expressions/clauses.ts'
import { parsedConditions } from '../../expressions/condition.ts'
import { parsedUpdates } from '../../expressions/update.ts'
import { checkAttributes } from '../../values/check.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { type ClauseInput, compileClauses, type Languages, readClauses } from '../request/request-clauses.ts'
import type { TransactAction } from './transact-action.ts'

const { wording } = operations.TransactWriteItems
type Element = InputOf<'TransactWriteItems'>['TransactItems'][number]

export function compileAction({ ConditionCheck: check, Put: put, Update: update, Delete: remove }: Element): TransactAction {
  if ([check, put, update, remove].filter((action) => action !== undefined).length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  }
  if (put !== undefined) {
    const { condition } = clausesOf(put, clauseLanguages.transactPut)
    return { kind: 'put', ...onItem(put), item: checkAttributes(put.Item, wording), condition }
  }
  if (update !== undefined) {
    const { update: compiled, condition } = clausesOf(update, clauseLanguages.transactUpdate)
    assert(compiled !== undefined, 'an Update has an UpdateExpression')
    return { kind: 'update', ...onItem(update), key: checkAttributes(update.Key, wording), update: compiled, condition }
  }
  if (remove !== undefined) {
    const { condition } = clausesOf(remove, clauseLanguages.transactDelete)
    return { kind: 'delete', ...onItem(remove), key: checkAttributes(remove.Key, wording), condition }
  }
  assert(check !== undefined, 'one of the four is there')
  const { condition } = clausesOf(check, clauseLanguages.transactCheck)
  assert(condition !== undefined, 'a ConditionCheck has a ConditionExpression')
  return { kind: 'check', ...onItem(check), key: checkAttributes(check.Key, wording), condition }
}

interface ActionInput extends ClauseInput {
  readonly TableName: string
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE'
}

function onItem(action: ActionInput): Pick<TransactAction, 'tableName' | 'returnOnFailure'> {
  return { tableName: action.TableName, returnOnFailure: action.ReturnValuesOnConditionCheckFailure }
}

/** Texts are parsed before values are looked at; what they parse to is remembered. */
function clausesOf(action: ActionInput, ofAction: Languages): Clauses {
  const written = readClauses(action, ofAction)
  const { UpdateExpression: update, ConditionExpression: condition } = action
  if (update !== undefined) {
    checkUpdateSize(update)
    parsedUpdates.get('UpdateExpression', update)
  }
  if (condition !== undefined) parsedConditions.get('ConditionExpression', condition)
  return compileClauses(written)
}

/** Here the text ends before the size (data-model.md §8). */
function checkUpdateSize(text: string): void {
  if (text.length * 3 <= expressionSizeBytesMax || Buffer.byteLength(text) <= expressionSizeBytesMax) return
  throw invalid('Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;')
}
