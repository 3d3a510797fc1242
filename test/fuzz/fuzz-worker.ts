/**
 * Runs fuzz cases in a thread of its own, so that a request that never comes back can be told from a slow machine and named:
 * the number of the case under way stands in shared memory.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { Choices } from './choices.ts'
import { type FuzzCase, type FuzzKind, fuzzKinds } from './fuzz-cases.ts'
import { FuzzedServer } from './fuzzed-server.ts'

export interface FuzzOrder {
  readonly kind: FuzzKind
  /** One seed for each batch; each batch has a fresh database and can be replayed alone. */
  readonly seeds: readonly number[]
  readonly casesPerBatch: number
  /** Where the worker writes the seed and the case under way. */
  readonly progress: Int32Array
}

export interface FuzzReport {
  readonly answered: number
  readonly refused: number
  /** The first thing that went wrong, with what it takes to replay it. */
  readonly failure?: string
}

const order = workerData as FuzzOrder
let answered = 0
let refused = 0

async function runBatch(seed: number): Promise<string | undefined> {
  const server = await FuzzedServer.open(seed)
  const choices = new Choices(seed)
  try {
    for (let number = 0; number < order.casesPerBatch; number += 1) {
      Atomics.store(order.progress, 0, seed)
      Atomics.store(order.progress, 1, number)
      const fuzzCase = fuzzKinds[order.kind](choices)
      try {
        if ((await server.send(fuzzCase.target, fuzzCase.body)) === 'answered') answered += 1
        else refused += 1
      } catch (error) {
        return `case ${number} of FUZZ_SEED=${seed}: ${described(fuzzCase)}\n${error instanceof Error ? error.stack : error}`
      }
    }
  } finally {
    await server.close()
  }
  return undefined
}

function described({ target, body }: FuzzCase): string {
  const text = Buffer.from(body).toString('latin1')
  return `${target} ${text.length > 4000 ? `${text.slice(0, 4000)}… (${text.length} bytes)` : text}`
}

async function run(): Promise<FuzzReport> {
  for (const seed of order.seeds) {
    const failure = await runBatch(seed)
    if (failure !== undefined) return { answered, refused, failure }
  }
  return { answered, refused }
}

parentPort?.postMessage(await run())
