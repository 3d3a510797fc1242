/** Where the control endpoint is on the port that it shares with the operations. */

export const controlRoot = '/_stator'

/** Whether a request to this address is for the control endpoint. */
export function isControlAddress(url: string): boolean {
  if (!url.startsWith(controlRoot)) return false
  const next = url[controlRoot.length]
  return next === undefined || next === '/' || next === '?'
}
