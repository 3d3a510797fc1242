/** What a service says when it does not do what it was asked for. */
import { Refused } from './sender.ts'

export function refusalOf(operation: string, status: number, body: string): Refused {
  const { __type = '', message, Message = message } = membersIn(body)
  const type = __type.replace(/^.*#/, '')
  const isPassing =
    status >= 500 || /^(Throttling|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/.test(type)
  return new Refused(type, `${operation}: ${Message ?? `status ${status}`}`, isPassing)
}

function membersIn(body: string): { readonly __type?: string; readonly message?: string; readonly Message?: string } {
  try {
    return JSON.parse(body) as object
  } catch {
    return {}
  }
}
