/** Transactions of one item: a condition, or a consistent read, does the same for half. */
import { digest64 } from '../../base/digest.ts'
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { tokensRememberedMax, transactionsOfOneMin } from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const transactionOfOneRule: Rule = {
  id: 'transaction-of-one',
  about: 'Transactions with one item, which cost twice what a condition does.',
  document: 'X1',
  open: (hearing) => new TransactionsOfOne(hearing),
}

interface TransactionInput {
  readonly TransactItems: readonly unknown[]
  readonly ClientRequestToken?: string
}

class TransactionsOfOne implements OpenRule {
  readonly #cases: Cases
  /** SDKs fill in a token by themselves: only one that was used again was needed. */
  readonly #tokens = new Recent<string, true>(tokensRememberedMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const table = tableAsked(call)
    if ((call.operation !== 'TransactWriteItems' && call.operation !== 'TransactGetItems') || table === undefined) return
    const { TransactItems, ClientRequestToken } = call.input as TransactionInput
    if (TransactItems.length !== 1) return
    const { readUnits, writeUnits, pattern } = call.usage
    this.#cases.add(call, {
      table,
      pattern,
      counts: { transactions: 1, units: readUnits + writeUnits, replayed: this.#isReplayed(ClientRequestToken) ? 1 : 0 },
    })
  }

  find(look: Look): readonly Draft[] {
    return this.#cases
      .found(look)
      .filter((found) => found.count('transactions') >= transactionsOfOneMin && found.count('replayed') === 0)
      .map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
    this.#tokens.clear()
  }

  #isReplayed(token: string | undefined): boolean {
    if (token === undefined) return false
    const id = digest64(token)
    const isKnown = this.#tokens.get(id) === true
    this.#tokens.set(id, true)
    return isKnown
  }
}

function draftOf(found: Case): Draft {
  const transactions = found.count('transactions')
  const isRead = found.pattern?.operation === 'TransactGetItems'
  const units = found.count('units')
  return {
    ...aboutCase(found),
    severity: 'info',
    evidence: { transactions, units, unitsSaved: units / 2 },
    sentence: isRead
      ? `${transactions} transactions read one item: GetItem with ConsistentRead does the same for half.`
      : `${transactions} transactions had one item: a condition does the same for half.`,
    change: isRead
      ? {
          text: 'Use GetItem with ConsistentRead.',
          code: `await client.send(new GetCommand({ TableName: '${found.table}', Key: key, ConsistentRead: true }))`,
        }
      : {
          text: 'Use PutItem, UpdateItem or DeleteItem with the condition: one item is written as a whole or not at all anyway.',
          code: `await client.send(new PutCommand({ TableName: '${found.table}', Item: item, ConditionExpression: condition }))`,
        },
  }
}
