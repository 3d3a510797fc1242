/**
 * UpdateExpression: from text to a function that makes the new item of the old one (expressions.md §8). All actions read the old
 * item and take effect together, so the new item is built in one walk over the tree of their targets.
 */

import { invalid, type ServiceError } from '../api/errors.ts'
import { nestingLevelsMax } from '../api/limits.ts'
import { setOwn } from '../base/own.ts'
import { type AttributeMap, type AttributeValue, attributeOf, type Item } from '../values/attribute-value.ts'
import type { DocumentPath } from '../values/path.ts'
import type { BoundAction, WrittenUpdate } from './ast.ts'
import { type BoundUpdate, bindUpdate } from './bind-update.ts'
import { evaluateAction } from './evaluate-action.ts'
import { parseUpdate } from './parse-update.ts'
import { ParsedTexts } from './parsed-texts.ts'
import type { PathTree } from './path-tree.ts'
import type { Placeholders } from './placeholders.ts'
import { updateChargeBytes } from './update-charge.ts'

export interface Update {
  /** What it was compiled from, in written order. */
  readonly actions: readonly BoundAction[]
  /** Every target, in written order. */
  readonly paths: readonly DocumentPath[]
  /** The names of the top-level attributes that targets begin with, each once, in written order. */
  readonly attributes: readonly string[]
  /** The statement charge of data-model.md §5. */
  readonly chargeBytes: number
  /** False: an item that does not exist is left so, as an update does that only takes away. */
  readonly creates: boolean
  /** The value that a SET of this whole top-level attribute writes, whatever the item holds. */
  constantOf(name: string): AttributeValue | undefined
  /**
   * The new item; `old` stays as it is. Give an item that does not exist as one without attributes. Throws `invalid` for targets
   * without a parent, operands that are missing or of the wrong type, numbers out of range and values that end up nested too deep.
   */
  apply(old: Item): Item
}

export const parsedUpdates: ParsedTexts<WrittenUpdate> = new ParsedTexts((_kind, text) => parseUpdate(text))

/** Throws what is wrong with the text or its placeholders (`invalidRequest`). */
export function compileUpdate(text: string, placeholders: Placeholders): Update {
  return updateOf(bindUpdate(parsedUpdates.get('UpdateExpression', text), placeholders))
}

/** For updates that were not written as an expression. */
export function updateOf({ actions, tree }: BoundUpdate): Update {
  const paths = actions.map((action) => action.target)
  return {
    actions,
    paths,
    attributes: [...new Set(paths.map((path) => String(path[0])))],
    chargeBytes: updateChargeBytes(actions),
    creates: actions.some(({ kind }) => kind === 'set' || kind === 'add'),
    constantOf: (name) => constantOf(actions, name),
    apply: (old) => applyTo(old, { actions, tree }),
  }
}

function constantOf(actions: readonly BoundAction[], name: string): AttributeValue | undefined {
  for (const action of actions) {
    if (action.kind === 'set' && action.target.length === 1 && action.target[0] === name && action.value.kind === 'value') {
      return action.value.value
    }
  }
  return undefined
}

/** New values by action; undefined where the target is to be absent. */
type Results = ReadonlyMap<BoundAction, AttributeValue | undefined>

/** Evaluates in written order, so that of several faults the first is told; then changes. */
function applyTo(old: Item, { actions, tree }: BoundUpdate): Item {
  const results = new Map<BoundAction, AttributeValue | undefined>()
  for (const action of actions) {
    const result = evaluateAction(action, old)
    checkLevels(action.target, result)
    results.set(action, result)
  }
  return changedMap(old, tree.members, results)
}

function changedMap(map: AttributeMap, members: PathTree<BoundAction>['members'], results: Results): AttributeMap {
  const changed: Record<string, AttributeValue> = { ...map }
  for (const [name, tree] of members) {
    const value = changedValue(attributeOf(map, name), tree, results)
    if (value === undefined) delete changed[name]
    else setOwn(changed, name, value)
  }
  return changed
}

/** What becomes of one place. Where paths go on, there must be a map or a list for them to go into. */
function changedValue(
  value: AttributeValue | undefined,
  { leaf, members, elements }: PathTree<BoundAction>,
  results: Results,
): AttributeValue | undefined {
  if (leaf !== undefined) return results.get(leaf)
  if (value !== undefined && 'M' in value && members.size > 0) return { M: changedMap(value.M, members, results) }
  if (value !== undefined && 'L' in value && elements.size > 0) return { L: changedList(value.L, elements, results) }
  throw noParent()
}

/**
 * All indexes are positions in the old list. What is set behind its end is appended in the order of the indexes, without gaps;
 * then the list closes up where elements were removed.
 */
function changedList(
  list: readonly AttributeValue[],
  elements: PathTree<BoundAction>['elements'],
  results: Results,
): readonly AttributeValue[] {
  const changed: (AttributeValue | undefined)[] = list.slice()
  let removes = false
  for (const [index, tree] of elements) {
    const value = changedValue(list[index], tree, results)
    if (index < list.length) changed[index] = value
    else if (value !== undefined) changed.push(value)
    removes ||= value === undefined
  }
  return removes ? changed.filter((value) => value !== undefined) : (changed as AttributeValue[])
}

/** What is put into something else ends up deeper than it was, and transactions let in values that are too deep to be stored. */
function checkLevels(target: DocumentPath, result: AttributeValue | undefined): void {
  if (result === undefined) return
  if (!nestsBeyond(result, nestingLevelsMax - (target.length - 1))) return
  throw invalid('Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit')
}

function nestsBeyond(value: AttributeValue, levels: number): boolean {
  if (levels === 0) return true
  if ('L' in value) return value.L.some((element) => nestsBeyond(element, levels - 1))
  return 'M' in value && Object.values(value.M).some((member) => nestsBeyond(member, levels - 1))
}

function noParent(): ServiceError {
  return invalid('The document path provided in the update expression is invalid for update')
}
