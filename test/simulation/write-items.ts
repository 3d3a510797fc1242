/**
 * A writer: writes items that nobody else writes, through any node, alone, in batches and in transactions, and knows from the answers
 * what they are. What was acknowledged by one node is seen through every other; what nobody answered has happened whole or not at all.
 */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Choices } from '../fuzz/choices.ts'
import type { Outcome } from './cluster.ts'
import { actionOf, batched, drawKey, drawWrite, outcomeOf, requestOf, type Write } from './item-writes.ts'
import { type Statement, statementOf } from './statements.ts'
import { type Item, keyOf, numberOf, type TableLife, toldOf } from './tables.ts'
import type { World } from './world.ts'

/** One write, and the table that it is in. */
interface Part {
  readonly life: TableLife
  readonly write: Write
}

type How = 'alone' | 'batch' | 'transaction'

export class Writer {
  readonly #world: World
  readonly #choices: Choices
  readonly #name: string

  constructor(world: World, name: string) {
    this.#world = world
    this.#choices = world.choices()
    this.#name = name
  }

  async write(): Promise<void> {
    const life = this.#drawLife()
    if (life === undefined) return
    const roll = this.#choices.below(100)
    if (roll < 50) await this.#alone(life)
    else if (roll < 60) await this.#batch(life)
    else if (roll < 65) await this.#batchOfStatements(life)
    else if (roll < 92) await this.#transaction(life)
    else await this.#expiring(life)
  }

  #drawLife(): TableLife | undefined {
    const { serving } = this.#world.tables
    return serving.length === 0 ? undefined : this.#choices.pick(serving)
  }

  async #alone(life: TableLife): Promise<void> {
    const write = this.#draw(life)
    if (write.kind === 'check') return
    const statement = this.#choices.chance(30) ? statementOf(life.name, write, life.items.get(write.key)) : undefined
    const request = statement === undefined ? requestOf(life.name, write) : (['ExecuteStatement', statement] as const)
    await this.#ask([{ life, write }], 'alone', (choices) => this.#world.ask(choices, ...request))
  }

  async #batch(life: TableLife): Promise<void> {
    const parts = this.#drawParts([life, this.#drawLife() ?? life]).map(({ life: of, write }) => ({
      life: of,
      write: unconditional(write),
    }))
    const RequestItems = Object.fromEntries(
      [...Map.groupBy(parts, (part) => part.life.name)].map(([name, some]) => [name, some.map(({ write }) => batched(write))]),
    )
    await this.#ask(parts, 'batch', (choices) => this.#world.ask(choices, 'BatchWriteItem', { RequestItems }))
  }

  /** As one of its own items would not be refused. Which of the statements came to nothing is not asked of the answer. */
  async #batchOfStatements(life: TableLife): Promise<void> {
    const parts = this.#drawParts([life, this.#drawLife() ?? life]).filter((part) => part.write.kind !== 'check' && !isRefused([part]))
    const Statements = parts.map((part) => statementOfPart(part))
    if (Statements.length === 0 || Statements.includes(undefined)) return
    await this.#ask(parts, 'batch', async (choices) => {
      const outcome = await this.#world.ask(choices, 'BatchExecuteStatement', { Statements })
      const answers = (outcome?.body.Responses ?? []) as readonly { readonly Error?: { readonly Code: string } }[]
      const codes = answers.flatMap(({ Error: error }) => (error === undefined ? [] : [error.Code]))
      for (const code of codes) assert.ok(code === 'InternalServerError' || !areServing(parts), `${code} of ${described(parts)}`)
      return codes.length > 0 ? undefined : outcome
    })
  }

  async #transaction(life: TableLife): Promise<void> {
    const parts = this.#drawParts([life, this.#drawLife() ?? life])
    const token = this.#choices.chance(60) ? { ClientRequestToken: `${this.#name}-${this.#world.nextNumber()}` } : {}
    const actions = { TransactItems: parts.map(({ life: { name }, write }) => actionOf(name, write)), ...token }
    const TransactStatements = parts.map((part) => statementOfPart(part))
    const isSaid = this.#choices.chance(60) && !TransactStatements.includes(undefined)
    const [operation, input] = isSaid ? ['ExecuteTransaction', { TransactStatements, ...token }] : ['TransactWriteItems', actions]
    const ask = (choices: Choices): Promise<Outcome> => this.#world.ask(choices, operation, input)
    if (!('ClientRequestToken' in token)) {
      await this.#ask(parts, 'transaction', ask)
      return
    }
    // As clients do that had no answer, or lost patience.
    const twice = async (choices: Choices): Promise<Outcome> => {
      const asked = [ask(choices)]
      if (this.#choices.chance(50)) asked.push(ask(choices))
      const first = await Promise.all(asked)
      const known = first.filter((outcome) => outcome !== undefined)
      const repeated = known.length === 0 || this.#choices.chance(50) ? await ask(choices) : undefined
      const outcomes = [...known, ...(repeated === undefined ? [] : [repeated])]
      const isDone = outcomes.some(({ status }) => status === 200)
      if (isDone && areServing(parts))
        for (const { status, body } of outcomes) assert.equal(status, 200, `a repetition: ${JSON.stringify(body)}`)
      // That a table has gone meanwhile says nothing of what nobody answered before.
      const isGone = outcomes.every(({ exception }) => exception === 'ResourceNotFoundException')
      if (isGone && known.length < first.length) return undefined
      return outcomes.find(({ status }) => status === 200) ?? outcomes[0]
    }
    // A token is good for ten minutes.
    this.#world.timeHolders += 1
    await this.#ask(parts, 'transaction', twice)
    this.#world.timeHolders -= 1
  }

  /** An item whose time is over, or will be within an hour or a year: if time to live is on, it goes by itself. */
  async #expiring(life: TableLife): Promise<void> {
    const second = Math.floor(this.#world.cluster.latestMs / 1000) + this.#choices.pick([-100, 0, 5, 3600, 31_536_000])
    const key = `${this.#name}-expiring/${this.#world.nextNumber()}`
    const write = drawWrite({ choices: this.#choices, writer: this.#name, nextNumber: () => this.#world.nextNumber() }, key)
    const attributes = write.kind === 'put' ? write.item : { n: { N: this.#world.nextNumber() } }
    const item: Item = { ...keyOf(key), ...attributes, ttl: { N: String(second) } }
    await this.#ask([{ life, write: { kind: 'put', key, item } }], 'alone', (choices) =>
      this.#world.ask(choices, 'PutItem', { TableName: life.name, Item: item }),
    )
  }

  #draw(life: TableLife, key: string = drawKey(this.#drawer())): Write {
    const write = drawWrite(this.#drawer(), key)
    // Mostly what its writer knows to hold.
    if (write.condition === undefined || this.#choices.chance(25) || outcomeOf(write, life.items.get(key)) !== 'refused') return write
    return { ...write, condition: life.items.has(key) ? 'present' : 'absent' }
  }

  #drawer(): Parameters<typeof drawWrite>[0] {
    return { choices: this.#choices, writer: this.#name, nextNumber: () => this.#world.nextNumber() }
  }

  /** Of different items. */
  #drawParts(lives: readonly TableLife[]): Part[] {
    const parts = new Map<string, Part>()
    for (let count = 1 + this.#choices.below(4); count > 0; count -= 1) {
      const life = this.#choices.pick(lives)
      const key = drawKey(this.#drawer())
      const isCheck = this.#choices.chance(10)
      const condition = life.items.has(key) ? 'present' : 'absent'
      parts.set(`${life.name} ${key}`, { life, write: isCheck ? { kind: 'check', key, condition } : this.#draw(life, key) })
    }
    return [...parts.values()]
  }

  /** Asks, and learns what has become of all parts. */
  async #ask(parts: readonly Part[], how: How, ask: (choices: Choices) => Promise<Outcome>): Promise<void> {
    for (const { life } of parts) life.askers += 1
    try {
      const askedAt = this.#world.now
      const outcome = await ask(this.#choices)
      const isWhole = outcome?.status === 200
      if (isWhole) {
        if (areServing(parts)) assert.ok(!isRefused(parts), `it was done although a condition does not hold: ${described(parts)}`)
        this.#happened(parts, askedAt)
        return
      }
      if (outcome !== undefined) assertRefusal(parts, outcome)
      if (outcome === undefined || (how === 'batch' && !areServing(parts))) await this.#find(parts, how, askedAt)
    } finally {
      for (const { life } of parts) life.askers -= 1
    }
  }

  #happened(parts: readonly Part[], askedAt: number): void {
    for (const { life, write } of parts) {
      const before = life.items.get(write.key)
      const after = outcomeOf(write, before)
      if (after === 'refused' || write.kind === 'check' || numberOf(after) === numberOf(before)) continue
      life.changes.push({ key: write.key, told: toldOf(write.key, before, after), askedAt, answeredAt: this.#world.now })
      if (after === undefined) life.items.delete(write.key)
      else if (after['ttl'] !== undefined) life.expiring.set(write.key, after)
      else life.items.set(write.key, after)
    }
  }

  /** Looks which of the parts have happened. Of a transaction all have, or none. */
  async #find(parts: readonly Part[], how: How, askedAt: number): Promise<void> {
    const done: Part[] = []
    const undone: Part[] = []
    for (const part of parts) {
      const { life, write } = part
      const before = life.items.get(write.key)
      const after = outcomeOf(write, before)
      const { status, body, exception } = await this.#world.learn(this.#choices, 'GetItem', {
        TableName: life.name,
        Key: keyOf(write.key),
        ConsistentRead: true,
      })
      if (!life.isServing) continue
      assert.equal(status, 200, `${life.name} does not serve: ${exception}`)
      const found = body.Item as Item | undefined
      // It may have gone by itself.
      if (after !== 'refused' && after?.['ttl'] !== undefined && found === undefined) continue
      if (after !== 'refused' && isDeepStrictEqual(found, after)) done.push(part)
      else assert.deepEqual(found, before, `what nobody answered has left ${write.key} of ${life.name} as it was, or has happened`)
      if (isDeepStrictEqual(found, before) && !isDeepStrictEqual(before, after)) undone.push(part)
    }
    if (how === 'transaction')
      assert.ok(done.filter(isChange).length === 0 || undone.length === 0, `half a transaction: ${described(parts)}`)
    this.#happened(done, askedAt)
  }
}

function isChange({ life, write }: Part): boolean {
  const before = life.items.get(write.key)
  return !isDeepStrictEqual(outcomeOf(write, before), before)
}

function statementOfPart({ life, write }: Part): Statement | undefined {
  return statementOf(life.name, write, life.items.get(write.key))
}

function unconditional(write: Write): Write {
  const { condition: _, ...rest } = write
  return rest.kind === 'put' ? rest : { kind: 'delete', key: rest.key }
}

function areServing(parts: readonly Part[]): boolean {
  return parts.every(({ life }) => life.isServing)
}

function isRefused(parts: readonly Part[]): boolean {
  return parts.some(({ life, write }) => outcomeOf(write, life.items.get(write.key)) === 'refused')
}

/** A table that serves refuses nothing but what does not hold; one that goes may refuse everything. */
function assertRefusal(parts: readonly Part[], { exception, body }: NonNullable<Outcome>): void {
  if (!areServing(parts) && exception === 'ResourceNotFoundException') return
  const expected = ['ConditionalCheckFailedException', 'TransactionCanceledException', 'DuplicateItemException']
  assert.ok(expected.includes(String(exception)), `${JSON.stringify(body)} of ${described(parts)}`)
  if (areServing(parts))
    assert.ok(isRefused(parts), `it was refused although all conditions hold: ${JSON.stringify(body)} of ${described(parts)}`)
}

function described(parts: readonly Part[]): string {
  return parts.map(({ life: { name }, write }) => `${name} ${JSON.stringify(write)}`).join(', ')
}
