/**
 * Transactions on the table of naive-table.ts as a loop over a map, to be compared with the real ones: what each of them answers and
 * leaves behind, with tokens and a clock. It shares no code with what it checks.
 */
import fc from 'fast-check'
import { apply, keyOf, keyText, type Model, outcomeOf, requestOf, steps, tableName, type Write } from './item-histories.ts'
import { type Item, indexes, indexUnits, pick, units } from './naive-table.ts'

export type Action = Write | { readonly kind: 'check'; readonly key: Item; readonly isThere: boolean }

export interface Transaction {
  readonly actions: readonly Action[]
  readonly token: string | undefined
}

/** What must come back, apart from how the exceptions are worded. */
export type Expected =
  | { readonly kind: 'done'; readonly capacity: object }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'cancelled'; readonly reasons: readonly object[] }

interface Done {
  readonly text: string
  readonly atMs: number
  readonly readUnits: number
}

const tokenAgeMs = 600_000

const key: fc.Arbitrary<Item> = fc.record({
  pk: fc.constantFrom({ S: 'p' }, { S: 'q' }),
  sk: fc.constantFrom({ S: '1' }, { S: '10' }, { S: '2' }, { S: 'A' }),
})
const check: fc.Arbitrary<Action> = fc.record({ kind: fc.constant('check' as const), key, isThere: fc.boolean() })
const actions: fc.Arbitrary<readonly Action[]> = fc
  .tuple(steps, fc.array(check, { maxLength: 2 }), fc.boolean())
  .map(([{ writes }, checks, checksFirst]) => distinct(checksFirst ? [...checks, ...writes] : [...writes, ...checks]).map(withUpdate))

export const transactions: fc.Arbitrary<Transaction> = fc.record({
  actions,
  token: fc.constantFrom(undefined, 't1', 't2', 't3', 't4', 't5'),
})

function distinct(all: readonly Action[]): readonly Action[] {
  const seen = new Set<string>()
  return all.filter((action) => {
    const text = keyText(itemKeyOf(action))
    return !seen.has(text) && seen.add(text)
  })
}

/** Unlike UpdateItem, an action has to update something. */
function withUpdate(action: Action): Action {
  const isEmpty = action.kind === 'update' && Object.keys(action.set).length === 0 && action.remove.length === 0
  return isEmpty ? { ...action, remove: ['nothing'] } : action
}

function itemKeyOf(action: Action): Item {
  return action.kind === 'check' ? action.key : keyOf(action)
}

export function inputOf({ actions: all, token }: Transaction): object {
  return {
    TransactItems: all.map(elementOf),
    ReturnConsumedCapacity: 'INDEXES',
    ...(token !== undefined && { ClientRequestToken: token }),
  }
}

const members = { put: 'Put', update: 'Update', delete: 'Delete' } as const

function elementOf(action: Action): object {
  const returned = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }
  if (action.kind === 'check') {
    const ConditionExpression = action.isThere ? 'attribute_exists(pk)' : 'attribute_not_exists(pk)'
    return { ConditionCheck: { TableName: tableName, Key: action.key, ConditionExpression, ...returned } }
  }
  return { [members[action.kind]]: { ...requestOf(action)[1], ReturnConsumedCapacity: undefined, ...returned } }
}

export class NaiveTransactions {
  readonly items: Model
  readonly #done: Map<string, Done>

  /** `other`: begins as this one is. */
  constructor(other?: NaiveTransactions) {
    this.items = new Map(other?.items)
    this.#done = new Map(other === undefined ? [] : other.#done)
  }

  /** Does the transaction, if it can be done. */
  take(transaction: Transaction, nowMs: number): Expected {
    const { actions: all, token } = transaction
    const text = JSON.stringify(all)
    const done = token === undefined ? undefined : this.#done.get(token)
    if (done !== undefined && done.atMs + tokenAgeMs > nowMs) {
      return done.text === text ? { kind: 'done', capacity: consumed('ReadCapacityUnits', done.readUnits, {}) } : { kind: 'mismatch' }
    }
    const before = all.map((action) => this.items.get(keyText(itemKeyOf(action))))
    if (all.some((action, at) => isRefused(action, before[at]))) {
      return { kind: 'cancelled', reasons: all.map((action, at) => reasonOf(action, before[at])) }
    }
    for (const action of all) if (action.kind !== 'check') apply(this.items, action)
    const after = all.map((action) => this.items.get(keyText(itemKeyOf(action))))
    const larger = all.map((_, at) => Math.max(units(before[at]), units(after[at]), 1))
    const reads = sum(larger.map((writeUnits) => 2 * Math.ceil(writeUnits / 4)))
    if (token !== undefined) this.#done.set(token, { text, atMs: nowMs, readUnits: reads })
    const arms: { [index: string]: number } = {}
    for (const at of all.keys()) {
      for (const [name, arm] of Object.entries(indexUnits(before[at], after[at]))) arms[name] = (arms[name] ?? 0) + arm
    }
    return { kind: 'done', capacity: consumed('WriteCapacityUnits', 2 * sum(larger), arms) }
  }
}

function isRefused(action: Action, item: Item | undefined): boolean {
  return action.kind === 'check' ? action.isThere !== (item !== undefined) : outcomeOf(action, item) === 'refused'
}

function reasonOf(action: Action, item: Item | undefined): object {
  if (!isRefused(action, item)) return { Code: 'None' }
  return { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...(item !== undefined && { Item: item }) }
}

function consumed(member: string, table: number, arms: { readonly [index: string]: number }): object {
  const both = (unitCount: number): object => ({ CapacityUnits: unitCount, [member]: unitCount })
  const ofKind = (wanted: 'global' | 'local'): object | undefined => {
    const names = indexes.filter(({ kind }) => kind === wanted).map(({ index }) => index ?? '')
    const held = pick(arms as never, names) as never as { readonly [index: string]: number }
    if (Object.keys(held).length === 0) return undefined
    return Object.fromEntries(Object.entries(held).map(([name, arm]) => [name, both(arm)]))
  }
  const [globals, locals] = [ofKind('global'), ofKind('local')]
  return {
    TableName: tableName,
    ...both(table + sum(Object.values(arms))),
    Table: both(table),
    ...(globals && { GlobalSecondaryIndexes: globals }),
    ...(locals && { LocalSecondaryIndexes: locals }),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
