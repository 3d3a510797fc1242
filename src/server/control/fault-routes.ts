/** Routes about faults: which requests are to meet what, and what became of that (docs/faults.md). */

import type { FaultList, FaultReport, NewFault } from '../faults/fault.ts'
import { FaultError } from '../faults/fault-error.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Route } from './route.ts'

export interface OfFault {
  readonly fault: string
}

export interface ClearedFaults {
  readonly cleared: number
}

const faultAnswer =
  '`{ fault, match, after, times, probability, forMs, do, matched, struck, waiting, untilMs }`, without what was left out; `fault` is its name, `matched` how many requests it was for, `struck` how many of them it has struck, `waiting` how many it is holding up'

export const faultRoutes: {
  readonly faults: Route<Readonly<Record<never, never>>, FaultList>
  readonly addFault: Route<NewFault, FaultReport>
  readonly removeFault: Route<OfFault, FaultReport>
  readonly clearFaults: Route<Readonly<Record<never, never>>, ClearedFaults>
} = {
  faults: {
    method: 'GET',
    path: `${controlRoot}/faults`,
    does: 'The faults of this server, in the order in which they are tried (docs/faults.md).',
    answers: `\`{ seed, faults: [fault] }\`, each as below; a server that is started with \`--seed\` and this number draws the same`,
    members: {},
    run: ({ faults }) => faults.list(),
  },
  addFault: {
    method: 'POST',
    path: `${controlRoot}/faults`,
    does: 'Adds a fault behind the others: what requests meet that are understood and allowed, before anything is done for them.',
    answers: faultAnswer,
    members: {
      match: {
        kind: 'object',
        holdsValues: true,
        does: 'which requests it is for: `{ operation, table, index, key, partition, shard, caller }`, all of those that are given; any when it is left out',
      },
      after: { kind: 'count', does: 'how many of them pass first' },
      times: { kind: 'count', does: 'how often it strikes at most' },
      probability: { kind: 'probability', does: 'of how many of the others, by chance' },
      forMs: { kind: 'time span', does: "how long it is there, by the server's clock" },
      do: {
        kind: 'object',
        required: true,
        does: 'one of `{ throttle: REASON }`, `{ error: EXCEPTION, message, reason }`, `{ delayMs }`, `{ lose: "request" }` or `"answer"`, `{ unprocessed: COUNT }` or `"all"`, `{ conflict: true }`, `{ staleMs }`, `{ staleChanges }`, `{ streamDelayMs }`',
      },
    },
    isForTests: true,
    run: ({ faults }, input) => told(() => faults.add(input)),
  },
  removeFault: {
    method: 'DELETE',
    path: `${controlRoot}/faults/:fault`,
    does: 'Removes one fault. Requests that it holds up go on.',
    answers: 'the fault as it was, as above',
    members: { fault: { kind: 'name', required: true, does: 'its name' } },
    isForTests: true,
    run: ({ faults }, { fault }) => told(() => faults.remove(fault)),
  },
  clearFaults: {
    method: 'DELETE',
    path: `${controlRoot}/faults`,
    does: 'Removes all faults. Requests that they hold up go on.',
    answers: '`{ cleared }`: how many there were',
    members: {},
    isForTests: true,
    run: ({ faults }) => ({ cleared: faults.clear() }),
  },
}

function told(change: () => FaultReport): FaultReport {
  try {
    return change()
  } catch (error) {
    throw error instanceof FaultError ? new ControlError(error.status, error.message) : error
  }
}
