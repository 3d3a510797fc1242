/**
 * Cases measured in turn, round after round, so that a machine that is disturbed for a while disturbs all of them alike. What is told
 * of a case are medians over its rounds, and how far its rounds lay apart.
 */
import { median } from '../report/figures.ts'
import type { Server } from '../servers/server.ts'
import { type Load, type Measurement, measure } from './load.ts'

export interface Case extends Load {
  readonly server: Server
}

export interface Figures extends Measurement {
  /** The rounds with the least and the most CPU time per request. */
  readonly cpuMicrosMin: number
  readonly cpuMicrosMax: number
}

/** Why a case has no figures. */
export interface Refusal {
  readonly refused: string
}

export type Outcome = Figures | Refusal

export interface Rounds {
  readonly rounds: number
  /** Of one case in one round, after a warm-up of a quarter of it. */
  readonly seconds: number
}

const firstWarmUps = 2

/** A case that fails in one round is out of those that follow. */
export async function measureInTurn(cases: readonly Case[], { rounds, seconds }: Rounds): Promise<readonly Outcome[]> {
  const measured = cases.map((): Measurement[] => [])
  const refusals = new Map<number, Refusal>()
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, { server, ...load }] of cases.entries()) {
      if (refusals.has(at)) continue
      // The first round is also the one in which the server's compiler meets the operation.
      const warmUpMs = seconds * 250 * (round === 0 ? firstWarmUps : 1)
      try {
        measured[at]?.push(await measure(server, { ...load, warmUpMs, measureMs: seconds * 1000 }))
      } catch (error) {
        refusals.set(at, { refused: (error as Error).message })
      }
    }
  }
  return measured.map((each, at) => refusals.get(at) ?? figuresOf(each))
}

/** The same for cases of which none may fail. */
export async function figuresInTurn(cases: readonly Case[], rounds: Rounds): Promise<readonly Figures[]> {
  return (await measureInTurn(cases, rounds)).map((outcome, at) => {
    if ('refused' in outcome) throw new Error(`${cases[at]?.server.name}: ${outcome.refused}`)
    return outcome
  })
}

export function figuresOf(measured: readonly Measurement[]): Figures {
  const of = (number: (each: Measurement) => number): number => median(measured.map(number))
  const costs = measured.map(({ cpuMicros }) => cpuMicros)
  const database = measured.flatMap(({ databaseCpuMicros }) => databaseCpuMicros ?? [])
  return {
    requestsPerSecond: of((each) => each.requestsPerSecond),
    cpuMicros: median(costs),
    cpuMicrosMin: Math.min(...costs),
    cpuMicrosMax: Math.max(...costs),
    ...(database.length > 0 && { databaseCpuMicros: median(database) }),
    p50Ms: of((each) => each.p50Ms),
    p99Ms: of((each) => each.p99Ms),
    rssBytes: of((each) => each.rssBytes),
  }
}

export function spreadOf({ cpuMicros, cpuMicrosMin, cpuMicrosMax }: Figures): number {
  return (cpuMicrosMax - cpuMicrosMin) / cpuMicros
}
