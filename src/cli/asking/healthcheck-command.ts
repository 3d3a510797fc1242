/** `stator healthcheck`: for those who watch containers and know nothing of HTTP. */

import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { healthcheckMsMax } from '../limits.ts'
import { endpointOption } from './ask-control.ts'
import { endpointAddress } from './endpoint-address.ts'

export const options: readonly CommandOption[] = [endpointOption, helpOption]

const helpText = `Asks a server whether it is ready, and prints what it says. Ends with 0 when it is ready; with 1 when it is not, or nobody answers within five seconds.

Usage: stator healthcheck [options]

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence when nobody answers. */
export async function runHealthcheckCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator healthcheck', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const url = endpointAddress(given.get('endpoint'), process.env)
  const signal = AbortSignal.timeout(healthcheckMsMax)
  const answer = await fetch(new URL('/health/ready', url), { signal }).catch((error: unknown) => {
    throw new Error(`No server answers at ${url.origin}.`, { cause: error })
  })
  process.stdout.write(`${(await answer.text()).trim()}\n`)
  return answer.ok ? 0 : exitCodes.failed
}
