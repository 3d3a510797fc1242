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
  #seeds = 0
  #working = 0
  #number = 0

  constructor(cluster: Cluster, seed: number) {
    this.cluster = cluster
    this.#seed = seed
  }

  get now(): number {
    return this.cluster.schedule.now
  }

  /** Whether all who work for the run are done, for those who only disturb them. */
  get isOver(): boolean {
    return this.#working === 0
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
  work(act: () => Promise<void>): void {
    this.#working += 1
    this.cluster.schedule.begin(async () => {
      await act()
      this.#working -= 1
    })
  }

  /** Gives others their turn. */
  pause(what: string): Promise<void> {
    return this.cluster.schedule.turn('clients', what)
  }

  /** Asks any node. */
  async ask(choices: Choices, operation: string, input: object): Promise<Outcome> {
    await this.pause(operation)
    return await this.cluster.ask(await this.cluster.any(choices), operation, input)
  }

  async askService(choices: Choices, service: 'cloudwatch' | 'auto-scaling', operation: string, input: object): Promise<ServiceOutcome> {
    await this.pause(operation)
    return await this.cluster.askService(await this.cluster.any(choices), service, operation, input)
  }

  /** For what changes nothing: asks one node after the other until one answers. */
  async learn(choices: Choices, operation: string, input: object): Promise<Reply> {
    for (;;) {
      const outcome = await this.ask(choices, operation, input)
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
export function askOf(cluster: Cluster, node: Node): Ask {
  return async (operation, input) => {
    const outcome = await cluster.ask(node, operation, input)
    assert.ok(outcome !== undefined, `${operation} has no answer`)
    return succeeded(outcome, operation, input)
  }
}

function succeeded({ status, body }: Reply, operation: string, input: object): Reply['body'] {
  assert.equal(status, 200, `${operation} ${JSON.stringify(input)}: ${JSON.stringify(body)}`)
  return body
}
