/**
 * AttributeUpdates: the legacy form of an UpdateExpression (expressions.md §10). It changes top-level attributes only, and is
 * worded apart where an action does not suit what is stored.
 *
 *   PUT x               SET a = x
 *   DELETE              REMOVE a
 *   DELETE set          DELETE a set
 *   ADD number or set   ADD a x
 *   ADD list            SET a = list_append(if_not_exists(a, []), x)
 */
import { invalid, invalidRequest } from '../../api/errors.ts'
import type { Wording } from '../../api/wording.ts'
import { setOwn } from '../../base/own.ts'
import { type AttributeType, type AttributeValue, attributeOf, type Item, typeOf } from '../../values/attribute-value.ts'
import { checkAttributes, type RawAttributes, type RawAttributeValue } from '../../values/check.ts'
import type { BoundAction } from '../ast.ts'
import { checkedUpdate } from '../bind-update.ts'
import { type Update, updateOf } from '../update.ts'
import { sentType } from './sent-type.ts'

export interface AttributeUpdates {
  readonly [attribute: string]: { readonly Value?: RawAttributeValue; readonly Action?: Action }
}

type Action = 'PUT' | 'ADD' | 'DELETE'

const addTypes: readonly AttributeType[] = ['N', 'SS', 'NS', 'BS', 'L']
const deleteTypes: readonly AttributeType[] = ['SS', 'NS', 'BS']

/** Throws (`invalidRequest`) for an action without the value it needs, or with one of a type it does not take. */
export function checkAttributeUpdates(updates: AttributeUpdates): void {
  for (const { Value: value, Action: action = 'PUT' } of Object.values(updates)) {
    if (value === undefined) {
      if (action === 'DELETE') continue
      throw invalidRequest('One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified')
    }
    const type = sentType(value)
    if (type === undefined) continue
    if (action === 'DELETE' && !deleteTypes.includes(type)) {
      throw invalidRequest(`One or more parameter values were invalid: DELETE action with value is not supported for the type ${type}`)
    }
    if (action === 'ADD' && !addTypes.includes(type)) {
      throw invalidRequest(`One or more parameter values were invalid: ADD action is not supported for the type ${type}`)
    }
  }
}

interface AttributeUpdate {
  readonly attribute: string
  readonly action: Action
  readonly value: AttributeValue | undefined
}

/** Undefined when there is nothing to update. The form is checked already; throws what is wrong with the values. */
export function compileAttributeUpdates(sent: AttributeUpdates, wording: Wording): Update | undefined {
  const updates = boundUpdates(sent, wording)
  if (updates.length === 0) return undefined
  const update = updateOf(checkedUpdate(updates.map(actionOf)))
  return {
    ...update,
    // Only the finished item is held to the limit (data-model.md §5).
    chargeBytes: 0,
    creates: updates.some(({ action }) => action !== 'DELETE'),
    apply: (old) => {
      for (const each of updates) checkStoredType(each, old)
      return update.apply(old)
    },
  }
}

function boundUpdates(sent: AttributeUpdates, wording: Wording): readonly AttributeUpdate[] {
  const sentValues: { [attribute: string]: RawAttributes[string] } = {}
  for (const [name, { Value: value }] of Object.entries(sent)) if (value !== undefined) setOwn(sentValues, name, value)
  const values = checkAttributes(sentValues, wording)
  return Object.entries(sent).map(([name, { Action: action = 'PUT' }]) => {
    const attribute = name.toWellFormed()
    return { attribute, action, value: attributeOf(values, attribute) }
  })
}

function actionOf({ attribute, action, value }: AttributeUpdate): BoundAction {
  const target = [attribute]
  if (value === undefined) return { kind: 'remove', target }
  if (action === 'DELETE') return { kind: 'delete', target, value }
  if (action === 'PUT') return { kind: 'set', target, value: { kind: 'value', value } }
  if (!('L' in value)) return { kind: 'add', target, value }
  const list = { kind: 'if_not_exists', path: target, otherwise: { kind: 'value', value: { L: [] } } } as const
  return { kind: 'set', target, value: { kind: 'list_append', first: list, second: { kind: 'value', value } } }
}

/** What is added or taken away must be of the type that is there. */
function checkStoredType({ attribute, action, value }: AttributeUpdate, item: Item): void {
  if (action === 'PUT' || value === undefined) return
  const stored = attributeOf(item, attribute)
  if (stored !== undefined && typeOf(stored) !== typeOf(value)) throw invalid('Type mismatch for attribute to update')
}
