/** The routes by which it is looked whether all that is stored is whole and agrees. */
import { isAbsolute } from 'node:path'
import type { CheckStatus, HowToCheck, ScrubStatus } from '../checks.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { ControlContext, Route } from './route.ts'

export interface CheckAnswer extends CheckStatus {
  readonly scrub: ScrubStatus
}

type Nothing = Readonly<Record<never, never>>
const path = `${controlRoot}/check`

export interface WhereToCopy {
  readonly file: string
}

export const checkRoutes: {
  readonly snapshot: Route<WhereToCopy, WhereToCopy>
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
    does: 'Copies the database, as it is at one moment, into a new file on the machine of the server, while everything goes on: what `stator backup --endpoint` makes a backup of (docs/robustness.md).',
    answers: '`{ file }` when all of it is there',
    members: { file: { kind: 'name', required: true, does: 'absolute path of a file that is not there' } },
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

/** Only for a folder of this server's. */
async function snapshot({ takeSnapshot }: ControlContext, { file }: WhereToCopy): Promise<WhereToCopy> {
  if (takeSnapshot === undefined) throw new ControlError(400, 'This server has no data folder that could be copied.')
  if (!isAbsolute(file)) throw new ControlError(400, '"file" must be an absolute path.')
  try {
    await takeSnapshot(file)
  } catch (error) {
    throw new ControlError(400, `${file} could not be written: ${error instanceof Error ? error.message : String(error)}.`)
  }
  return { file }
}

function answerOf({ checks }: ControlContext): CheckAnswer {
  return { ...checks.status, scrub: checks.scrubbed }
}
