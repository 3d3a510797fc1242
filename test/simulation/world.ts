/** What everybody in a run shares: the nodes, the truth about the tables, and how to ask when the one who is asked may die. */
import assert from 'node:assert/strict'
import { Choices } from '../fuzz/choices.ts'
import type { Reply } from '../harness/check-answer.ts'
import type { Ask } from '../harness/stream-consumer.ts'
import type { Cluster, Node, Outcome, ServiceOutcome } from './cluster.ts'
import { Tables } from './tables.ts'

/** A change of a table takes so many looks at the most: then it is held up by something. */
const looksMax = 4000

export class World {
  readonly cluster: Cluster
  readonly tables: Tables = new Tables()
  readonly #seed: number
  readonly #operationsMax: number
  #seeds = 0
  #isWorking = false
  #number = 0
  #operations = 0

  constructor(cluster: Cluster, seed: number, operationsMax: number = Number.POSITIVE_INFINITY) {
    this.cluster = cluster
    this.#seed = seed
    this.#operationsMax = operationsMax
  }

  /** How many requests there were, without those that look at what came of them. */
  get operations(): number {
    return this.#operations
  }

  /** Whether there were as many requests as there are to be. Then nobody begins anything. */
  get isSpent(): boolean {
    return this.#operations >= this.#operationsMax
  }

  get now(): number {
    return this.cluster.schedule.now
  }

  /** Whether all who work for the run are done, for those who only disturb them. */
  get isOver(): boolean {
    return !this.#isWorking
  }

  /** For whom time may only go slowly. */
  timeHolders = 0

  get isTimeHeld(): boolean {
    return this.timeHolders > 0
  }

  /** What one of them leaves to chance, for each another. */
  choices(): Choices {
    this.#seeds += 1
    return new Choices(this.#seed * 7919 + this.#seeds)
  }

  /** Another one each time. */
  nextNumber(): string {
    this.#number += 1
    return String(this.#number)
  }

  /** Does what the run is about. */
  async work<T>(act: () => Promise<T>): Promise<T> {
    this.#isWorking = true
    const result = await act()
    this.#isWorking = false
    return result
  }

  /** Gives others their turn. */
  pause(what: string): Promise<void> {
    return this.cluster.schedule.turn('clients', what)
  }

  /** Asks any node, at home unless another region is named. */
  async ask(choices: Choices, operation: string, input: object, region?: string): Promise<Outcome> {
    await this.pause(operation)
    this.#count()
    return await this.cluster.ask(await this.cluster.any(choices), operation, input, region)
  }

  async askService(choices: Choices, service: 'cloudwatch' | 'auto-scaling', operation: string, input: object): Promise<ServiceOutcome> {
    await this.pause(operation)
    this.#count()
    return await this.cluster.askService(await this.cluster.any(choices), service, operation, input)
  }

  #count(): void {
    if (this.#isWorking) this.#operations += 1
  }

  /** For what changes nothing: asks one node after the other until one answers. */
  async learn(choices: Choices, operation: string, input: object, region?: string): Promise<Reply> {
    for (;;) {
      const outcome = await this.ask(choices, operation, input, region)
      if (outcome !== undefined) return outcome
    }
  }

  async learnFromService(
    choices: Choices,
    service: 'cloudwatch' | 'auto-scaling',
    operation: string,
    input: object,
  ): Promise<NonNullable<ServiceOutcome>> {
    for (;;) {
      const outcome = await this.askService(choices, service, operation, input)
      if (outcome !== undefined) return outcome
    }
  }

  /** Looks again and again until `look` resolves with something. Time and jobs go on meanwhile. */
  async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (let looks = 0; looks < looksMax; looks += 1) {
      const found = await look()
      if (found !== undefined) return found
      await this.pause(`until ${what}`)
    }
    throw new Error(`${what}: it never came`)
  }

  /** For consumers of streams: everything they ask must be answered, by whomever. */
  asker(choices: Choices): Ask {
    return async (operation, input) => succeeded(await this.learn(choices, operation, input), operation, input)
  }
}

/** The same of one node, which has to be up. */
export function askOf(cluster: Cluster, node: Node, region?: string): Ask {
  return async (operation, input) => {
    const outcome = await cluster.ask(node, operation, input, region)
    assert.ok(outcome !== undefined, `${operation} has no answer`)
    return succeeded(outcome, operation, input)
  }
}

function succeeded({ status, body }: Reply, operation: string, input: object): Reply['body'] {
  assert.equal(status, 200, `${operation} ${JSON.stringify(input)}: ${JSON.stringify(body)}`)
  return body
}
