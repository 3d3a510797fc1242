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
      readonly condition?: Condition
    }
  | { readonly kind: 'delete'; readonly key: string; readonly condition?: Condition }
  | { readonly kind: 'check'; readonly key: string; readonly condition: Condition }

type Condition = 'absent' | 'present'

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
  v: ({ choices }) => ({ L: Array.from({ length: 3 }, () => ({ N: String(choices.below(9) - 4) })) }),
}

/** Some of them often, so that writes meet, and all together more than a step of a backfill takes. */
export function drawKey({ choices, writer }: Drawer): string {
  return `${writer}-${choices.below(2)}/${choices.below(choices.chance(60) ? 3 : 12)}`
}

export function drawWrite(drawer: Drawer, key: string): Write {
  const { choices } = drawer
  const condition = choices.chance(35) ? { condition: choices.pick<Condition>(['absent', 'present']) } : {}
  const roll = choices.below(100)
  if (roll < 45) return { kind: 'put', key, item: { ...keyOf(key), ...drawAttributes(drawer) }, ...condition }
  if (roll < 75) {
    const set = drawAttributes(drawer)
    return {
      kind: 'update',
      key,
      set,
      remove: Object.keys(optional).filter((name) => set[name] === undefined && choices.chance(40)),
      ...condition,
    }
  }
  return { kind: 'delete', key, ...condition }
}

/** The number is never left out, so no write leaves an item as it was. */
function drawAttributes(drawer: Drawer): Item {
  const kept = Object.entries(optional).filter(() => drawer.choices.chance(55))
  return { ...Object.fromEntries(kept.map(([name, draw]) => [name, draw(drawer)])), n: { N: drawer.nextNumber() } }
}

/** What becomes of the item; `refused` when the condition does not hold. */
export function outcomeOf(write: Write, before: Item | undefined): Item | undefined | 'refused' {
  if (write.condition !== undefined && (write.condition === 'present') !== (before !== undefined)) return 'refused'
  switch (write.kind) {
    case 'put':
      return write.item
    case 'delete':
      return undefined
    case 'check':
      return before
    case 'update': {
      const count = { c: { N: String(countOf(before) + 1) } }
      const kept = Object.entries({ ...(before ?? keyOf(write.key)), ...write.set, ...count }).filter(
        ([name]) => !write.remove.includes(name),
      )
      return Object.fromEntries(kept)
    }
  }
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
  const condition = write.condition && {
    ConditionExpression: write.condition === 'present' ? 'attribute_exists(pk)' : 'attribute_not_exists(pk)',
  }
  if (write.kind === 'put') return { Item: write.item, ...condition }
  if (write.kind !== 'update') return { Key: keyOf(write.key), ...condition }
  const sets = Object.keys(write.set).map((name) => `${name} = :${name}`)
  const values = Object.fromEntries(Object.entries(write.set).map(([name, value]) => [`:${name}`, value]))
  const removes = write.remove.length > 0 ? ` REMOVE ${write.remove.join(', ')}` : ''
  return {
    Key: keyOf(write.key),
    UpdateExpression: `SET ${sets.join(', ')} ADD c :one${removes}`,
    ExpressionAttributeValues: { ...values, ':one': { N: '1' } },
    ...condition,
  }
}
