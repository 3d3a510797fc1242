/**
 * The keeper of scalable targets on a provisioned table: registers them with other bounds and gives them up, through any node. What all
 * nodes scale, each by its own look at it, ends inside the bounds.
 */
import assert from 'node:assert/strict'
import type { Choices } from '../fuzz/choices.ts'
import type { Cluster, ServiceOutcome } from './cluster.ts'
import { createTable, localIndex } from './definitions.ts'
import type { World } from './world.ts'

export const scaledTable = 'Scaled'
const unitsAtFirst = 5
const dimensions = ['dynamodb:table:ReadCapacityUnits', 'dynamodb:table:WriteCapacityUnits'] as const
type Dimension = (typeof dimensions)[number]
const pending = 'ConcurrentUpdateException'
const place = { ServiceNamespace: 'dynamodb', ResourceId: `table/${scaledTable}` }

interface Bounds {
  readonly MinCapacity: number
  readonly MaxCapacity: number
}

interface Target extends Bounds {
  readonly ScalableDimension: string
}

interface Activity {
  readonly ScalableDimension: string
  readonly StatusCode: string
  readonly StatusMessage?: string
}

export class TargetKeeper {
  readonly #world: World
  readonly #choices: Choices
  readonly #bounds = new Map<Dimension, Bounds>()

  constructor(world: World) {
    this.#world = world
    this.#choices = world.choices()
  }

  async open(): Promise<void> {
    const definition = { name: scaledTable, indexes: [localIndex], hasVectors: false, hasStream: false, provisioned: unitsAtFirst }
    await this.#world.until(`${scaledTable} is there`, async () => {
      await this.#world.ask(this.#choices, 'CreateTable', createTable(definition))
      const { body } = await this.#world.learn(this.#choices, 'DescribeTable', { TableName: scaledTable })
      return (body.Table as { readonly TableStatus?: string } | undefined)?.TableStatus === 'ACTIVE' ? true : undefined
    })
  }

  async change(): Promise<void> {
    const ScalableDimension = this.#choices.pick(dimensions)
    if (this.#choices.chance(70)) await this.#register(ScalableDimension)
    else await this.#deregister(ScalableDimension)
    assert.deepEqual(
      await this.#look(ScalableDimension),
      this.#bounds.get(ScalableDimension),
      `${ScalableDimension} is what was acknowledged`,
    )
  }

  async checkAgreement(cluster: Cluster): Promise<void> {
    let first: unknown
    for (const node of cluster.up) {
      const targets = await cluster.askService(node, 'auto-scaling', 'DescribeScalableTargets', { ServiceNamespace: 'dynamodb' })
      const activities = await cluster.askService(node, 'auto-scaling', 'DescribeScalingActivities', { ServiceNamespace: 'dynamodb' })
      const told = [targets?.body, activities?.body]
      assert.deepEqual(told, first ?? told, 'targets and activities are the same for every node')
      first = told
    }
    const [{ ScalableTargets }, { ScalingActivities }] = first as [
      { ScalableTargets: readonly Target[] },
      { ScalingActivities: readonly Activity[] },
    ]
    for (const dimension of dimensions) {
      assert.deepEqual(
        boundsOf(ScalableTargets.find(({ ScalableDimension }) => ScalableDimension === dimension)),
        this.#bounds.get(dimension),
      )
    }
    const { body } = await this.#world.learn(this.#choices, 'DescribeTable', { TableName: scaledTable })
    const { ProvisionedThroughput } = body.Table as { readonly ProvisionedThroughput: { readonly [units: string]: number } }
    for (const [dimension, { MinCapacity, MaxCapacity }] of this.#bounds) {
      const units = ProvisionedThroughput[dimension.split(':').at(-1) ?? ''] ?? 0
      assert.ok(units >= MinCapacity, `${units} is at least ${MinCapacity}`)
      // A table's throughput is not decreased more than so many times a day.
      const latest = ScalingActivities.find(({ ScalableDimension }) => ScalableDimension === dimension)
      const isRefused = latest?.StatusCode === 'Failed' && latest.StatusMessage?.includes('decreases are limited') === true
      assert.ok(units <= MaxCapacity || isRefused, `${units} is at most ${MaxCapacity}`)
    }
  }

  async #register(ScalableDimension: Dimension): Promise<void> {
    const MinCapacity = 1 + this.#choices.below(8)
    const bounds = { MinCapacity, MaxCapacity: MinCapacity + this.#choices.below(5) }
    const { outcome } = await this.#ask('RegisterScalableTarget', { ...place, ScalableDimension, ...bounds })
    // A change of its capacity is under way.
    if (outcome.exception === pending) return
    assert.ok(outcome.isDone, JSON.stringify(outcome.body))
    this.#bounds.set(ScalableDimension, bounds)
  }

  async #deregister(ScalableDimension: Dimension): Promise<void> {
    const known = this.#bounds.has(ScalableDimension)
    const { outcome, isFirst } = await this.#ask('DeregisterScalableTarget', { ...place, ScalableDimension })
    if (outcome.exception === pending) return
    // What was asked before and not answered may have been done.
    if (isFirst || !known) assert.equal(outcome.isDone, known, JSON.stringify(outcome.body))
    this.#bounds.delete(ScalableDimension)
  }

  /**
   * What nobody answers may be done a while later, as long as no other change comes before it. So it is asked again until it is answered,
   * and by then the change that it asks for, which may be repeated, is the last one.
   */
  async #ask(operation: string, input: object): Promise<{ readonly outcome: NonNullable<ServiceOutcome>; readonly isFirst: boolean }> {
    const ask = (): Promise<ServiceOutcome> => this.#world.askService(this.#choices, 'auto-scaling', operation, input)
    const first = await ask()
    if (first !== undefined) return { outcome: first, isFirst: true }
    const outcome = await this.#world.until(`${operation} is answered`, async () => {
      const again = await ask()
      return again?.exception === pending ? undefined : again
    })
    return { outcome, isFirst: false }
  }

  async #look(ScalableDimension: Dimension): Promise<Bounds | undefined> {
    const input = { ServiceNamespace: 'dynamodb', ResourceIds: [place.ResourceId], ScalableDimension }
    const { body } = await this.#world.learnFromService(this.#choices, 'auto-scaling', 'DescribeScalableTargets', input)
    return boundsOf((body.ScalableTargets as readonly Target[])[0])
  }
}

function boundsOf(target: Target | undefined): Bounds | undefined {
  return target && { MinCapacity: target.MinCapacity, MaxCapacity: target.MaxCapacity }
}
