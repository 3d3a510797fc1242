/** What a test asked of Stator, as it is printed when the test has failed. */
import type { Control } from '../index.ts'
import { requestLine } from '../server/requests/request-line.ts'

/** The last hundred. Undefined when there is none, or nobody keeps them. */
export async function requestsText(control: Control): Promise<string | undefined> {
  const { requests } = await control.requests({}).catch(() => ({ requests: [] }))
  if (requests.length === 0) return undefined
  return `Requests of this test to Stator:\n${requests.map((request) => `  ${requestLine(request)}`).join('\n')}`
}
