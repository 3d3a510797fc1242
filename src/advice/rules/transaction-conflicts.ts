/** Transactions that collide on an item: those that are cancelled are paid, and tried again. */
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { conflictsMin, conflictsShareGrave, conflictsShareMin } from '../limits.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const transactionConflictsRule: Rule = {
  id: 'transaction-conflicts',
  about: 'Transactions that are cancelled because others have one of their items.',
  document: 'X1',
  open: (hearing) => new Conflicts(hearing),
}

class Conflicts implements OpenRule {
  readonly #tables: Cases
  readonly #keys: Cases

  constructor({ nowMs }: Hearing) {
    this.#tables = new Cases(nowMs)
    this.#keys = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const table = tableAsked(call)
    if ((call.operation !== 'TransactWriteItems' && call.operation !== 'TransactGetItems') || table === undefined) return
    const places = [...call.reasons.keys()].filter((at) => call.reasons[at] === 'TransactionConflict')
    const items = places.length === 0 ? [] : call.touched.asked()
    const [first] = places
    const collided = first === undefined ? undefined : items[first]
    this.#tables.add(call, { table: collided ?? table, counts: { transactions: 1, conflicts: places.length > 0 ? 1 : 0 } })
    if (collided === undefined) return
    const { pattern } = call.usage
    this.#keys.add(call, { table: collided, pattern, part: collided.keyHash, key: collided.keyText, counts: { conflicts: 1 } })
  }

  find(look: Look): readonly Draft[] {
    const keys = this.#keys.found(look)
    return this.#tables
      .found(look)
      .filter(isEnough)
      .map((found) => draftOf(found, mostOf(keys.filter(({ tableId }) => tableId === found.tableId))))
  }

  forget(): void {
    this.#tables.clear()
    this.#keys.clear()
  }
}

function isEnough(found: Case): boolean {
  const conflicts = found.count('conflicts')
  return conflicts >= conflictsMin && conflicts >= found.count('transactions') * conflictsShareMin
}

function mostOf(keys: readonly Case[]): Case | undefined {
  return keys.toSorted((one, other) => other.count('conflicts') - one.count('conflicts'))[0]
}

function draftOf(found: Case, most: Case | undefined): Draft {
  const conflicts = found.count('conflicts')
  const transactions = found.count('transactions')
  const percent = Number(((100 * conflicts) / transactions).toPrecision(2))
  const [key] = most?.keys ?? []
  return {
    ...aboutCase(found),
    ...(key !== undefined && { key }),
    ...(most?.patternText !== undefined && { patterns: [most.patternText] }),
    severity: conflicts >= transactions * conflictsShareGrave ? 'error' : 'warning',
    evidence: { conflicts, transactions, conflictsOfKey: most?.count('conflicts') ?? 0 },
    sentence: `${percent} % of transactions on ${found.table} collide, most of them on ${key ?? 'one item'}; each try pays twice.`,
    change: {
      text: 'Make transactions smaller, and move what all of them touch out of them: a counter that is added to by itself or split into several items, a condition on the item that is written in place of a ConditionCheck on its parent.',
      code: `await client.send(new UpdateCommand({
  TableName: '${found.table}', Key: { pk: \`total#\${randomShard}\` },
  UpdateExpression: 'ADD amount :n', ExpressionAttributeValues: { ':n': 1 },
}))`,
    },
    wontHelp: 'More retries collide more often.',
  }
}
