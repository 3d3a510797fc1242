/** `stator healthcheck`: for those who watch containers and know nothing of HTTP. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { nodeHttp } from '../../base/node-http.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { healthcheckMsMax } from '../limits.ts'
import { distrust, endpointOption } from './ask-control.ts'
import { isLoopbackName } from './endpoint.ts'
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
  const { status, text } = await readinessOf(url, signal).catch((error: unknown) => {
    throw new Error(distrust(url, error) ?? `No server answers at ${url.origin}.`, { cause: error })
  })
  process.stdout.write(`${text.trim()}\n`)
  return status === 200 ? 0 : exitCodes.failed
}

/** On this machine any certificate will do: nothing is sent that somebody else may not see, and containers look after their own servers. */
async function readinessOf(url: URL, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
  const address = new URL('/health/ready', url)
  const isTaken = isLoopbackName(url.hostname)
  const options = { signal, agent: false, rejectUnauthorized: !isTaken }
  const sent = url.protocol === 'https:' ? httpsRequest(address, options) : nodeHttp.request(address, options)
  sent.end()
  const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage]
  let text = ''
  for await (const piece of response.setEncoding('utf8')) text += piece
  return { status: response.statusCode ?? 0, text }
}
