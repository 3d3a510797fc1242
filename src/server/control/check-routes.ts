/** The routes by which it is looked whether all that is stored is whole and agrees. */
import type { CheckStatus, HowToCheck, ScrubStatus } from '../checks.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { ControlContext, Route } from './route.ts'

export interface CheckAnswer extends CheckStatus {
  readonly scrub: ScrubStatus
}

type Nothing = Readonly<Record<never, never>>
const path = `${controlRoot}/check`

export interface Snapshot {
  /** On the machine of the server. */
  readonly file: string
}

export const checkRoutes: {
  readonly snapshot: Route<Nothing, Snapshot>
  readonly check: Route<Nothing, CheckAnswer>
  readonly startCheck: Route<HowToCheck, CheckAnswer>
  readonly cancelCheck: Route<Nothing, CheckAnswer>
} = {
  check: {
    method: 'GET',
    path,
    does: 'What the last check found, or the one that is going on has found so far, and what scrubbing in the background found.',
    answers:
      '`{ isRunning, doing, rows, found, mended, findings: [{ kind, says, table, index, keyHex, isMended }], skipped: [sentence], scrub: { passes, rows, found, findings } }`; `skipped` is what could not be compared, `keyHex` the key of a row in hexadecimal digits',
    members: {},
    run: (context) => answerOf(context),
  },
  snapshot: {
    method: 'POST',
    path: `${controlRoot}/snapshot`,
    does: 'Copies the database, as it is at one moment, into a file of its own in the folder `snapshots` of the data folder, while everything goes on: what `stator backup --endpoint` takes away from there (docs/robustness.md). Nobody chooses another place; there are at most three.',
    answers: '`{ file }`, its absolute path on the machine of the server, when all of it is there',
    members: {},
    run: snapshot,
  },
  startCheck: {
    method: 'POST',
    path,
    does: 'Begins to look at everything that is stored, in bounded steps between requests (docs/robustness.md).',
    answers: 'the same, at its beginning',
    members: {
      fix: { kind: 'boolean', does: 'true: mend what follows from items' },
      discard: { kind: 'boolean', does: 'true: delete damaged records that nothing can mend' },
    },
    run: (context, input) => {
      if (context.checks.isRunning) throw new ControlError(400, 'A check is going on already.')
      context.checks.start(input)
      return answerOf(context)
    },
  },
  cancelCheck: {
    method: 'DELETE',
    path,
    does: 'Ends the check that is going on.',
    answers: 'the same, at its end',
    members: {},
    run: async (context) => {
      await context.checks.cancel()
      return answerOf(context)
    },
  },
}

/** Only of a folder of this server's. */
async function snapshot({ takeSnapshot }: ControlContext): Promise<Snapshot> {
  if (takeSnapshot === undefined) throw new ControlError(400, 'This server has no data folder that could be copied.')
  try {
    return { file: await takeSnapshot() }
  } catch (error) {
    throw new ControlError(400, `The snapshot could not be made: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function answerOf({ checks }: ControlContext): CheckAnswer {
  return { ...checks.status, scrub: checks.scrubbed }
}
