/** Everything the database does by itself, done until nothing is due any more. The server calls it every so often, tests when they moved the clock. */
import type { Engine } from '../engine.ts'
import { stepSweep } from './sweep-deleted-tables.ts'
import { stepTableStates } from './table-states.ts'

/** Each step is a turn of its own, so that requests go on in between. */
export async function runDueJobs(engine: Engine): Promise<void> {
  await stepTableStates(engine, engine.clock.now())
  for (let more = true; more; ) more = await stepSweep(engine)
}
