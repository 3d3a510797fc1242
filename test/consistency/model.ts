/**
 * What a database of a few items answers, as a pure function: puts, updates, deletes and reads of one item, reads through an index, and
 * transactions over several. It shares no code with the server and knows nothing of HTTP (requests.ts does).
 */

/** Attributes but the key, in alphabetical order so that equal items have equal JSON. Every write gives `tag` a value of its own. */
export type Item = { readonly [attribute: string]: string | number }

/** Items by key; a key is `partition/sort`. */
export type Database = { readonly [key: string]: Item }

export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  | { readonly kind: 'equal'; readonly attribute: string; readonly value: string | number }
  | { readonly kind: 'atLeast'; readonly attribute: string; readonly value: number }

export type Returns = 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW'

interface Keyed {
  readonly key: string
  readonly condition?: Condition
  /** Whether a refusal shows the item (ReturnValuesOnConditionCheckFailure). */
  readonly showsRefused?: boolean
}

export interface Put extends Keyed {
  readonly kind: 'put'
  readonly item: Item
  readonly returns: Returns
}
export interface Update extends Keyed {
  readonly kind: 'update'
  readonly add: { readonly [attribute: string]: number }
  readonly set: Item
  readonly returns: Returns
}
export interface Delete extends Keyed {
  readonly kind: 'delete'
  readonly returns: Returns
}
export interface Check extends Keyed {
  readonly kind: 'check'
  readonly condition: Condition
}

export type Write = Put | Update | Delete
export type Action = Write | Check

export type Operation =
  | Write
  | { readonly kind: 'get'; readonly key: string }
  /** Does an index show the item under this value? Its partition may have more items, which count for nothing. */
  | { readonly kind: 'query'; readonly index: 'color' | 'grade'; readonly key: string; readonly value: string | number }
  | { readonly kind: 'transactWrite'; readonly actions: readonly Action[]; readonly token?: string }
  /** The same request once more after it was done, as clients send it that missed the answer. */
  | { readonly kind: 'repeat'; readonly actions: readonly Action[]; readonly token: string }
  | { readonly kind: 'transactGet'; readonly keys: readonly string[] }

/** Null where there is no item or attribute to show. */
export type Answer =
  | { readonly kind: 'items'; readonly items: readonly (Item | null)[] }
  | { readonly kind: 'done'; readonly attributes: Item | null }
  | { readonly kind: 'refused'; readonly item: Item | null }
  | { readonly kind: 'cancelled'; readonly reasons: readonly Reason[] }
  /** Another transaction was in the way: nothing was done, and nothing is told of the state. */
  | { readonly kind: 'conflict' }

export interface Reason {
  readonly code: string
  readonly item: Item | null
}

export interface Applied {
  readonly state: Database
  readonly answer: Answer
}

export function apply(state: Database, operation: Operation): Applied {
  switch (operation.kind) {
    case 'get':
      return { state, answer: { kind: 'items', items: [state[operation.key] ?? null] } }
    case 'query': {
      const item = state[operation.key]
      return { state, answer: { kind: 'items', items: [item?.[operation.index] === operation.value ? (item ?? null) : null] } }
    }
    case 'transactGet':
      return { state, answer: { kind: 'items', items: operation.keys.map((key) => state[key] ?? null) } }
    case 'transactWrite':
      return transact(state, operation.actions)
    case 'repeat':
      return { state, answer: { kind: 'done', attributes: null } }
    default:
      return write(state, operation)
  }
}

export function isWithoutEffect({ kind }: Operation, answer: Answer): boolean {
  return ['get', 'query', 'transactGet', 'repeat'].includes(kind) || answer.kind === 'refused' || answer.kind === 'cancelled'
}

function write(state: Database, action: Write): Applied {
  const old = state[action.key]
  if (!holds(action.condition, old)) return { state, answer: { kind: 'refused', item: shown(action, old) } }
  const item = changed(old, action)
  return { state: replaced(state, action.key, item), answer: { kind: 'done', attributes: returned(action, old, item) } }
}

/** All conditions are about the state before, for a transaction has one action for an item. */
function transact(state: Database, actions: readonly Action[]): Applied {
  const reasons = actions.map((action) => {
    const old = state[action.key]
    return holds(action.condition, old) ? { code: 'None', item: null } : { code: 'ConditionalCheckFailed', item: shown(action, old) }
  })
  if (reasons.some(({ code }) => code !== 'None')) return { state, answer: { kind: 'cancelled', reasons } }
  const after = actions.reduce(
    (database, action) => (action.kind === 'check' ? database : replaced(database, action.key, changed(state[action.key], action))),
    state,
  )
  return { state: after, answer: { kind: 'done', attributes: null } }
}

function holds(condition: Condition | undefined, item: Item | undefined): boolean {
  switch (condition?.kind) {
    case undefined:
      return true
    case 'absent':
      return item === undefined
    case 'present':
      return item !== undefined
    case 'equal':
      return item?.[condition.attribute] === condition.value
    case 'atLeast':
      return Number(item?.[condition.attribute] ?? Number.NEGATIVE_INFINITY) >= condition.value
  }
}

function shown({ showsRefused }: Action, item: Item | undefined): Item | null {
  return showsRefused === true ? (item ?? null) : null
}

function changed(old: Item | undefined, action: Write): Item | undefined {
  switch (action.kind) {
    case 'put':
      return action.item
    case 'delete':
      return undefined
    case 'update': {
      const sums = Object.entries(action.add).map(([attribute, amount]) => [attribute, Number(old?.[attribute] ?? 0) + amount] as const)
      return itemOf([...Object.entries(old ?? {}), ...Object.entries(action.set), ...sums])
    }
  }
}

function returned(action: Write, old: Item | undefined, item: Item | undefined): Item | null {
  const touched = (of: Item | undefined): Item | null => {
    const names = action.kind === 'update' ? [...Object.keys(action.set), ...Object.keys(action.add)] : []
    const attributes = Object.entries(of ?? {}).filter(([name]) => names.includes(name))
    return attributes.length === 0 ? null : itemOf(attributes)
  }
  switch (action.returns) {
    case 'NONE':
      return null
    case 'ALL_OLD':
      return old ?? null
    case 'ALL_NEW':
      return item ?? null
    case 'UPDATED_OLD':
      return touched(old)
    case 'UPDATED_NEW':
      return touched(item)
  }
}

/** Later attributes win over earlier ones of the same name. */
export function itemOf(attributes: readonly (readonly [string, string | number])[]): Item {
  return Object.fromEntries(Object.entries(Object.fromEntries(attributes)).sort(([left], [right]) => (left < right ? -1 : 1)))
}

function replaced(database: Database, key: string, item: Item | undefined): Database {
  const others = Object.entries(database).filter(([other]) => other !== key)
  const all = item === undefined ? others : [...others, [key, item] as const]
  return Object.fromEntries(all.sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** Everything an operation can see or change lies in one partition, so histories of different partitions can be searched apart. */
export function partitionOf(operation: Operation): string {
  const [key = ''] = keysOf(operation)
  return key.slice(0, key.indexOf('/'))
}

export function isIn(partition: string, key: string): boolean {
  return key.slice(0, key.indexOf('/')) === partition
}

export function keysOf(operation: Operation): readonly string[] {
  if (operation.kind === 'transactGet') return operation.keys
  if (operation.kind === 'transactWrite' || operation.kind === 'repeat') return operation.actions.map(({ key }) => key)
  return [operation.key]
}
