/**
 * The keeper of one table name: creates a table, changes it in every way there is, deletes it, creates another under the same name, and
 * knows from the answers what it should be. Nobody else changes it; everybody uses it meanwhile.
 */
import assert from 'node:assert/strict'
import type { Choices } from '../fuzz/choices.ts'
import type { Outcome } from './cluster.ts'
import {
  addIndex,
  addVectors,
  createTable,
  type Definition,
  dropIndex,
  dropVectors,
  globalIndexes,
  localIndex,
  streamOn,
} from './definitions.ts'
import { TableLife } from './tables.ts'
import type { World } from './world.ts'

export interface Description {
  readonly TableStatus: string
  readonly LatestStreamArn?: string
  readonly StreamSpecification?: { readonly StreamEnabled: boolean }
  readonly ItemCount: number
  readonly TableSizeBytes: number
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[]
  readonly LocalSecondaryIndexes?: readonly IndexDescription[]
  readonly VectorIndexes?: readonly IndexDescription[]
}

interface IndexDescription {
  readonly IndexName: string
  readonly IndexStatus?: string
  readonly ItemCount: number
  readonly IndexSizeBytes: number
}

export class TableKeeper {
  readonly #world: World
  readonly #choices: Choices
  readonly #name: string
  #life: TableLife | undefined

  constructor(world: World, name: string) {
    this.#world = world
    this.#choices = world.choices()
    this.#name = name
  }

  /** The first life. */
  async open(): Promise<void> {
    this.#life = await this.#create()
  }

  async change(): Promise<void> {
    const life = this.#life
    if (life === undefined) return this.open()
    const roll = this.#choices.below(100)
    if (roll < 30) await this.#changeIndexes(life)
    else if (roll < 45) await this.#changeVectors(life)
    else if (roll < 65) await this.#changeStream(life)
    else if (roll < 80) await this.#changeTimeToLive(life)
    else await this.#delete(life)
  }

  async #create(): Promise<TableLife> {
    const { name, ...drawn } = drawDefinition(this.#choices, this.#name)
    const definition = { name, ...drawn }
    this.#world.tables.lives.delete(name)
    await this.#world.until(`${name} is created`, async () => {
      const outcome = await this.#world.ask(this.#choices, 'CreateTable', createTable(definition))
      if (outcome?.status === 200) return true
      if (outcome !== undefined) assert.ok(isForLater(outcome), JSON.stringify(outcome.body))
      return (await this.#describe()) === undefined ? undefined : true
    })
    const { LatestStreamArn: arn } = await this.#settled(`${name} is there`)
    const life = new TableLife(name, definition)
    if (definition.hasStream) this.#streamIsOn(life, arn)
    this.#world.tables.lives.set(name, life)
    return life
  }

  async #changeIndexes(life: TableLife): Promise<void> {
    const keys = this.#choices.pick(globalIndexes)
    const known = life.indexes.find((index) => index.keys.index === keys.index)
    const has = ({ GlobalSecondaryIndexes = [] }: Description): boolean =>
      GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === keys.index)
    if (known === undefined) {
      await this.#update('UpdateTable', addIndex(this.#name, keys))
      const after = await this.#settled(`${keys.index} of ${this.#name} is built`)
      if (has(after)) life.indexes.push({ keys, isActive: true })
      return
    }
    known.isActive = false
    await this.#update('UpdateTable', dropIndex(this.#name, keys))
    const after = await this.#settled(`${keys.index} of ${this.#name} is gone`)
    if (has(after)) known.isActive = true
    else life.indexes.splice(life.indexes.indexOf(known), 1)
  }

  async #changeVectors(life: TableLife): Promise<void> {
    const isThere = life.hasVectors === 'yes'
    life.hasVectors = 'changing'
    await this.#update('UpdateTable', isThere ? dropVectors(this.#name) : addVectors(this.#name))
    const { VectorIndexes = [] } = await this.#settled(`the vectors of ${this.#name}`)
    life.hasVectors = VectorIndexes.length > 0 ? 'yes' : 'no'
  }

  async #changeStream(life: TableLife): Promise<void> {
    const period = life.stream
    if (period !== undefined) period.offAskedAt = this.#world.now
    const StreamSpecification = period === undefined ? streamOn : { StreamEnabled: false }
    await this.#update('UpdateTable', { TableName: this.#name, StreamSpecification })
    const { StreamSpecification: after, LatestStreamArn: arn } = await this.#settled(`the stream of ${this.#name}`)
    const isOn = after?.StreamEnabled === true
    if (isOn && period === undefined) this.#streamIsOn(life, arn)
    else if (isOn && period !== undefined) period.offAskedAt = Number.POSITIVE_INFINITY
    else life.stream = undefined
  }

  #streamIsOn(life: TableLife, arn: string | undefined): void {
    assert.ok(arn !== undefined)
    life.stream = { arn, onAt: this.#world.now, offAskedAt: Number.POSITIVE_INFINITY }
    const { tables } = this.#world
    tables.streams = [...tables.streams, { life, period: life.stream }]
  }

  async #changeTimeToLive(life: TableLife): Promise<void> {
    const Enabled = life.timeToLive !== 'on'
    const before = life.timeToLive
    // From here on something may go.
    if (before === 'off') life.timeToLive = 'was on'
    const TimeToLiveSpecification = { Enabled, AttributeName: 'ttl' }
    const outcome = await this.#world.ask(this.#choices, 'UpdateTimeToLive', { TableName: this.#name, TimeToLiveSpecification })
    // It may be changed once an hour.
    if (outcome !== undefined && outcome.status !== 200) assert.match(String(outcome.message), /multiple times/)
    const { body } = await this.#world.learn(this.#choices, 'DescribeTimeToLive', { TableName: this.#name })
    const { TimeToLiveStatus } = body.TimeToLiveDescription as { readonly TimeToLiveStatus: string }
    const isOn = TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING'
    if (outcome?.status === 200) assert.equal(isOn, Enabled, 'time to live is what was acknowledged')
    life.timeToLive = isOn ? 'on' : before === 'off' && outcome !== undefined && outcome.status !== 200 ? 'off' : 'was on'
  }

  async #delete(life: TableLife): Promise<void> {
    life.deletionAskedAt = this.#world.now
    if (life.stream !== undefined) life.stream.offAskedAt = this.#world.now
    await this.#world.until(`${this.#name} is deleted`, async () => {
      const outcome = await this.#world.ask(this.#choices, 'DeleteTable', { TableName: this.#name })
      if (outcome?.status === 200) return true
      if (outcome !== undefined) assert.ok(['ResourceInUseException', 'ResourceNotFoundException'].includes(String(outcome.exception)))
      const description = await this.#describe()
      return description === undefined || description.TableStatus === 'DELETING' ? true : undefined
    })
    life.deletionAnsweredAt = this.#world.now
    await this.#world.until(`${this.#name} is gone`, async () => ((await this.#describe()) === undefined ? true : undefined))
    for (let rest = this.#choices.below(30); rest > 0; rest -= 1) await this.#world.pause('a name is free')
    // A request that is still on its way must not come to the next table of this name.
    this.#world.tables.lives.delete(this.#name)
    await this.#world.until(`nobody asks for ${this.#name}`, async () => (life.askers === 0 ? true : undefined))
    this.#life = undefined
  }

  /** Asks once. What becomes of it is seen by whoever looks. */
  async #update(operation: string, input: object): Promise<void> {
    const outcome = await this.#world.ask(this.#choices, operation, input)
    if (outcome !== undefined && outcome.status !== 200)
      assert.ok(isForLater(outcome), `${JSON.stringify(input)}: ${JSON.stringify(outcome.body)}`)
  }

  /** When nothing of it comes, goes or changes any more. */
  #settled(what: string): Promise<Description> {
    return this.#world.until(what, async () => {
      const description = await this.#describe()
      assert.ok(description !== undefined, `${this.#name} is there`)
      const indexes = [...(description.GlobalSecondaryIndexes ?? []), ...(description.VectorIndexes ?? [])]
      const isSettled = description.TableStatus === 'ACTIVE' && indexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE')
      return isSettled ? description : undefined
    })
  }

  async #describe(): Promise<Description | undefined> {
    const { exception, body } = await this.#world.learn(this.#choices, 'DescribeTable', { TableName: this.#name })
    if (exception === 'ResourceNotFoundException') return undefined
    return body.Table as Description
  }
}

function drawDefinition(choices: Choices, name: string): Definition {
  const indexes = [...globalIndexes.filter(() => choices.chance(50)), ...(choices.chance(75) ? [localIndex] : [])]
  return { name, indexes, hasVectors: choices.chance(40), hasStream: choices.chance(70) }
}

/** Others change tables at the same time, and there is a limit to how many. */
function isForLater({ exception }: NonNullable<Outcome>): boolean {
  return ['LimitExceededException', 'ResourceInUseException'].includes(String(exception))
}
