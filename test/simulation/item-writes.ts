/** Random writes of the items that one writer alone has: how they are drawn, what they make of an item, and how they are asked for. */
import type { Choices } from '../fuzz/choices.ts'
import { type Item, keyOf, type Value } from './tables.ts'

export type Write =
  | { readonly kind: 'put'; readonly key: string; readonly item: Item; readonly condition?: Condition }
  | {
      readonly kind: 'update'
      readonly key: string
      readonly set: Item
      readonly remove: readonly string[]
      readonly members?: MemberChange
      readonly condition?: Condition
    }
  | { readonly kind: 'delete'; readonly key: string; readonly condition?: Condition }
  | { readonly kind: 'check'; readonly key: string; readonly condition: Condition }

export type Update = Extract<Write, { kind: 'update' }>

/** Whether there is an item, or what is in its set; of no item nothing is. */
export type Condition = 'absent' | 'present' | { readonly kind: 'has' | 'lacks'; readonly member: string }

interface MemberChange {
  readonly kind: 'add' | 'drop'
  readonly members: readonly string[]
}

const setMembers: readonly string[] = ['blue', 'green', 'red']

export interface Drawer {
  readonly choices: Choices
  /** Begins the partition keys of its items, and is what they have in `w`. */
  readonly writer: string
  nextNumber(): string
}

const optional: { readonly [name: string]: (drawer: Drawer) => Value } = {
  a: ({ choices, writer }) => ({ S: `${writer}-${choices.pick(['x', 'y'])}` }),
  b: ({ choices }) => ({ N: choices.pick(['-2', '0', '10', '2.5']) }),
  w: ({ writer }) => ({ S: writer }),
  s: ({ choices }) => ({ SS: drawMembers(choices) }),
  v: ({ choices }) => ({ L: Array.from({ length: 3 }, () => ({ N: String(choices.below(9) - 4) })) }),
}

/** Some of them often, so that writes meet, and all together more than a step of a backfill takes. */
export function drawKey({ choices, writer }: Drawer): string {
  return `${writer}-${choices.below(2)}/${choices.below(choices.chance(60) ? 3 : 12)}`
}

export function drawWrite(drawer: Drawer, key: string): Write {
  const { choices } = drawer
  const condition = choices.chance(35) ? { condition: drawCondition(choices) } : {}
  const roll = choices.below(100)
  if (roll < 45) return { kind: 'put', key, item: { ...keyOf(key), ...drawAttributes(drawer) }, ...condition }
  if (roll < 75) {
    const set = drawAttributes(drawer)
    const remove = Object.keys(optional).filter((name) => set[name] === undefined && choices.chance(40))
    const isSetFree = set['s'] === undefined && !remove.includes('s')
    const members = isSetFree && { members: { kind: choices.pick(['add', 'drop'] as const), members: drawMembers(choices) } }
    return { kind: 'update', key, set, remove, ...members, ...condition }
  }
  return { kind: 'delete', key, ...condition }
}

function drawCondition(choices: Choices): Condition {
  if (choices.chance(60)) return choices.pick(['absent', 'present'])
  return { kind: choices.pick(['has', 'lacks'] as const), member: choices.pick(setMembers) }
}

/** One at the least. */
function drawMembers(choices: Choices): readonly string[] {
  const some = setMembers.filter(() => choices.chance(40))
  return some.length > 0 ? some : [choices.pick(setMembers)]
}

/** The number is never left out, so no write leaves an item as it was. */
function drawAttributes(drawer: Drawer): Item {
  const kept = Object.entries(optional).filter(() => drawer.choices.chance(55))
  return { ...Object.fromEntries(kept.map(([name, draw]) => [name, draw(drawer)])), n: { N: drawer.nextNumber() } }
}

/** What becomes of the item; `refused` when the condition does not hold. */
export function outcomeOf(write: Write, before: Item | undefined): Item | undefined | 'refused' {
  if (!holds(write.condition, before)) return 'refused'
  switch (write.kind) {
    case 'put':
      return write.item
    case 'delete':
      return undefined
    case 'check':
      return before
    case 'update': {
      const count = { c: { N: String(countOf(before) + 1) } }
      const changed = { ...(before ?? keyOf(write.key)), ...write.set, ...count, ...changedSet(before, write.members) }
      const kept = Object.entries(changed).filter(([name, value]) => !write.remove.includes(name) && !isEmptySet(value))
      return Object.fromEntries(kept)
    }
  }
}

function holds(condition: Condition | undefined, item: Item | undefined): boolean {
  if (condition === undefined) return true
  if (condition === 'absent' || condition === 'present') return (condition === 'present') === (item !== undefined)
  return (condition.kind === 'has') === membersOfSet(item).includes(condition.member)
}

function membersOfSet(item: Item | undefined): readonly string[] {
  const set = item?.['s']
  return set !== undefined && 'SS' in set ? set.SS : []
}

function changedSet(before: Item | undefined, change: MemberChange | undefined): Item {
  if (change === undefined) return {}
  const members = membersOfSet(before)
  const changed = change.kind === 'add' ? [...members, ...change.members] : members.filter((member) => !change.members.includes(member))
  return { s: { SS: [...new Set(changed)].sort() } }
}

/** A set that loses its last member goes. */
function isEmptySet(value: Value): boolean {
  return 'SS' in value && value.SS.length === 0
}

/** How often it was updated since it was put: an update that is done twice shows. */
function countOf(item: Item | undefined): number {
  const count = item?.['c']
  return count !== undefined && 'N' in count ? Number(count.N) : 0
}

/** Operation and input of a write on its own. */
export function requestOf(TableName: string, write: Exclude<Write, { kind: 'check' }>): readonly [string, object] {
  const operations = { put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem' }
  return [operations[write.kind], { TableName, ...membersOf(write) }]
}

/** As a part of a transaction. */
export function actionOf(TableName: string, write: Write): object {
  const names = { put: 'Put', update: 'Update', delete: 'Delete', check: 'ConditionCheck' }
  return { [names[write.kind]]: { TableName, ...membersOf(write) } }
}

/** As a part of a batch, which has neither updates nor conditions. */
export function batched(write: Write): object {
  return write.kind === 'put' ? { PutRequest: { Item: write.item } } : { DeleteRequest: { Key: keyOf(write.key) } }
}

function membersOf(write: Write): object {
  const condition = write.condition && { ConditionExpression: conditionText(write.condition) }
  const conditionValues = typeof write.condition === 'object' ? { ':member': { S: write.condition.member } } : {}
  const values = { ...(write.kind === 'update' && updateValues(write)), ...conditionValues }
  return {
    ...(write.kind === 'put' ? { Item: write.item } : { Key: keyOf(write.key) }),
    ...(write.kind === 'update' && { UpdateExpression: updateText(write) }),
    ...condition,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  }
}

function conditionText(condition: Condition): string {
  if (condition === 'present') return 'attribute_exists(pk)'
  if (condition === 'absent') return 'attribute_not_exists(pk)'
  return condition.kind === 'has' ? 'contains(s, :member)' : 'NOT contains(s, :member)'
}

function updateText({ set, remove, members }: Update): string {
  const sets = Object.keys(set).map((name) => `${name} = :${name}`)
  return [
    `SET ${sets.join(', ')}`,
    `ADD c :one${members?.kind === 'add' ? ', s :members' : ''}`,
    ...(members?.kind === 'drop' ? ['DELETE s :members'] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
  ].join(' ')
}

function updateValues({ set, members }: Update): object {
  const values = Object.entries(set).map(([name, value]) => [`:${name}`, value] as const)
  return { ...Object.fromEntries(values), ':one': { N: '1' }, ...(members && { ':members': { SS: members.members } }) }
}
