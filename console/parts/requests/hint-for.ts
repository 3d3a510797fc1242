/** What to do about an error, in a sentence; it never goes on the wire. */
import type { RequestReport } from '../../../src/server/requests/answered-request.ts'

export function hintFor({ error, faults }: RequestReport): string | undefined {
  if (faults !== undefined && faults.length > 0) return `A fault struck it on purpose: ${faults.join(', ')}.`
  return error?.hint
}
