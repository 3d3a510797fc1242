/** Routes about functions: what they printed (docs/triggers.md). */
import type { LogLine } from '../../functions/function-host.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Route } from './route.ts'

export interface OfFunction {
  readonly function: string
  readonly requestId?: string
}

export interface FunctionLogs {
  readonly lines: readonly LogLine[]
}

export const functionRoutes: { readonly functionLogs: Route<OfFunction, FunctionLogs> } = {
  functionLogs: {
    method: 'GET',
    path: `${controlRoot}/functions/:function/logs`,
    does: 'What a function printed last, and when its invocations began and ended: some thousands of lines, 2 MB at the most, of this process.',
    answers: '`{ lines: [{ timeMs, requestId, text }] }`, the oldest first; times are those of the machine',
    members: {
      function: { kind: 'name', required: true, does: 'name of the function' },
      requestId: { kind: 'name', does: 'only of this invocation' },
    },
    tellsItems: true,
    run: ({ functions }, { function: name, requestId }) => {
      const lines = functions?.logs(name)
      if (lines === undefined) throw new ControlError(404, `There is no function ${JSON.stringify(name)}.`)
      return { lines: requestId === undefined ? lines : lines.filter((line) => line.requestId === requestId) }
    },
  },
}
