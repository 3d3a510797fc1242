/** The log of a server that runs in a terminal: stderr. */
import type { Log } from '../base/log.ts'
import { outsideReason } from '../server/outside-reason.ts'

export const logToStderr: Log = (text, cause) => {
  const reason = outsideReason(cause)
  if (reason !== undefined) console.error(`${text}: ${reason}`)
  else if (cause === undefined) console.error(text)
  else console.error(text, cause)
}
