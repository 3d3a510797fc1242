/**
 * Operations on a few accounts of one partition: transfers of every kind, accounts that are closed and opened again, snapshots, and
 * single reads and writes beside them. All money is made before, so every snapshot of all accounts has the same sum.
 */
import type { Choices } from '../fuzz/choices.ts'
import type { OperationHistory } from './check-history.ts'
import { type Action, type Answer, type Condition, type Item, itemOf, keysOf, type Operation, type Put, type Update } from './model.ts'
import type { Asker } from './run-clients.ts'

const accountsPerGroup = 4
const balanceAtFirst = 100
const sumOfGroup = accountsPerGroup * balanceAtFirst

export function accountsOf(group: number): readonly string[] {
  return Array.from({ length: accountsPerGroup }, (_, account) => `group-${group}/account-${account}`)
}

/** To be done before everything else. */
export function openAccounts(group: number): Operation {
  const actions = accountsOf(group).map((key) => putOf(key, balanceAtFirst, `first of ${key}`, { kind: 'absent' }))
  return { kind: 'transactWrite', actions }
}

export function askAccounts(group: number): Asker {
  const accounts = accountsOf(group)
  const seen = new Map<string, Item>()
  /** A transaction with a token that was done. */
  let done: Extract<Operation, { kind: 'repeat' }> | undefined
  return {
    draw: (choices, tag) => {
      if (done !== undefined && choices.chance(20)) {
        const repeated = done
        done = undefined
        return repeated
      }
      const from = choices.pick(accounts)
      const to = choices.pick(accounts.filter((account) => account !== from))
      return drawOperation({ choices, accounts, seen, from, to, tag })
    },
    told: (operation, answer) => {
      learn(seen, operation, answer)
      if (operation.kind !== 'transactWrite' || operation.token === undefined || answer.kind !== 'done') return
      done = { kind: 'repeat', actions: operation.actions, token: operation.token }
    },
  }
}

/** Undefined when every snapshot of a whole group has all its money: what the search finds, too, and anybody can see. */
export function checkSums(history: OperationHistory): string | undefined {
  for (const { number, operation, outcome } of history) {
    if (operation.kind !== 'transactGet' || outcome?.answer.kind !== 'items') continue
    const sum = outcome.answer.items.reduce((total, item) => total + Number(item?.['balance'] ?? 0), 0)
    if (sum !== sumOfGroup) return `the accounts of snapshot #${number} have ${sum} together, not ${sumOfGroup}`
  }
  return undefined
}

interface Draw {
  readonly choices: Choices
  readonly accounts: readonly string[]
  readonly seen: ReadonlyMap<string, Item>
  readonly from: string
  readonly to: string
  readonly tag: string
}

function drawOperation(draw: Draw): Operation {
  const { choices, accounts, seen, from, to, tag } = draw
  const roll = choices.below(100)
  if (roll < 22) return { kind: 'transactGet', keys: accounts }
  if (roll < 37) return { kind: 'get', key: from }
  if (roll < 45) return { ...updateOf(from, 0, tag), returns: choices.pick(['ALL_OLD', 'ALL_NEW', 'UPDATED_NEW']) }
  if (roll < 65) return transaction(draw, transfer(draw))
  const [source, destination] = [seen.get(from), seen.get(to)]
  if (roll < 73 || source === undefined) return transaction(draw, [putOf(from, 0, tag, { kind: 'absent' }), presenceOf(to)])
  if (roll < 81) return transaction(draw, closing(draw, source))
  if (destination === undefined) return { kind: 'get', key: to }
  return transaction(draw, exchange(draw, source, destination))
}

function transaction({ choices, tag }: Draw, actions: readonly Action[]): Operation {
  const ordered = choices.chance(50) ? actions : actions.toReversed()
  return { kind: 'transactWrite', actions: ordered, ...(choices.chance(20) && { token: `token-${tag}` }) }
}

/** Adds and subtracts whatever the balances are; now and then a third account must be there, too. */
function transfer({ choices, accounts, from, to, tag }: Draw): readonly Action[] {
  const amount = 1 + choices.below(60)
  const third = choices.pick(accounts.filter((account) => account !== from && account !== to))
  const actions: readonly Action[] = [
    { ...updateOf(from, -amount, tag), condition: { kind: 'atLeast', attribute: 'balance', value: amount } },
    updateOf(to, amount, tag),
  ]
  return choices.chance(30) ? [...actions, presenceOf(third)] : actions
}

/** Writes what the client worked out from what it saw, if that is still so. */
function exchange({ choices, from, to, tag }: Draw, source: Item, destination: Item): readonly Action[] {
  const [balance, other] = [Number(source['balance']), Number(destination['balance'])]
  const amount = choices.below(balance + 1)
  return [putOf(from, balance - amount, tag, unchanged(source)), putOf(to, other + amount, tag, unchanged(destination))]
}

/** The account goes, its money to another one. */
function closing({ to, from, tag }: Draw, source: Item): readonly Action[] {
  const remove: Action = { kind: 'delete', key: from, condition: unchanged(source), showsRefused: true, returns: 'NONE' }
  return [remove, updateOf(to, Number(source['balance']), tag)]
}

function unchanged(item: Item): Condition {
  return { kind: 'equal', attribute: 'tag', value: item['tag'] ?? '' }
}

function putOf(key: string, balance: number, tag: string, condition: Condition): Put {
  return { kind: 'put', key, item: itemOf(Object.entries({ balance, tag })), condition, showsRefused: true, returns: 'NONE' }
}

function updateOf(key: string, amount: number, tag: string): Update {
  const add = { balance: amount, changes: 1 }
  return { kind: 'update', key, add, set: { tag }, condition: { kind: 'present' }, showsRefused: true, returns: 'NONE' }
}

function presenceOf(key: string): Action {
  return { kind: 'check', key, condition: { kind: 'present' } }
}

/** Whole items only: what was shown of others is not what a condition needs. */
function learn(seen: Map<string, Item>, operation: Operation, answer: Answer): void {
  const items = answer.kind === 'items' ? answer.items : answer.kind === 'cancelled' ? answer.reasons.map(({ item }) => item) : []
  for (const [at, key] of keysOf(operation).entries()) {
    const item = items[at]
    if (item !== undefined && item !== null) seen.set(key, item)
    else if (answer.kind === 'items') seen.delete(key)
  }
}
