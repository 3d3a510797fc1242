/** The log of a server that runs in a terminal: stderr. */
import { inspect } from 'node:util'
import type { Log } from '../base/log.ts'
import { printable, printableLines } from '../base/printable.ts'
import { outsideReason } from '../server/outside-reason.ts'

export const logToStderr: Log = (text, cause) => {
  const reason = outsideReason(cause)
  if (reason !== undefined) console.error(printable(`${text}: ${reason}`))
  else if (cause === undefined) console.error(printable(text))
  else console.error(`${printable(text)} ${printableLines(typeof cause === 'string' ? cause : inspect(cause))}`)
}
