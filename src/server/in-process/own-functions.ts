/** The functions that a program gives to its own Stator, some of which may be its own. */
import { functionEnvironment } from '../../functions/function-environment.ts'
import type { FunctionHost } from '../../functions/function-host.ts'
import { Functions } from '../../functions/functions.ts'
import { readFunctions } from '../../functions/read-functions.ts'
import type { FunctionsOption } from './functions-option.ts'

/** Throws an error of one sentence for what is none. Paths begin from the folder in which the program was started. */
export function ownFunctions(given: FunctionsOption): FunctionHost {
  return new Functions(readFunctions(given, process.cwd()), functionEnvironment())
}
