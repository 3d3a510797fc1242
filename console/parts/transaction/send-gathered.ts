/** What is gathered, sent as one TransactWriteItems: all of it is done, or nothing, and then each is told why. */
import { call } from '../../server/ask.ts'
import { ServerError } from '../../server/server-error.ts'
import { forget, type Gathered, type Reason, sent, tell } from './gathered.ts'

export interface TransactInput {
  readonly TransactItems: readonly object[]
}

export function inputOf(entries: readonly Gathered[]): TransactInput {
  return { TransactItems: entries.flatMap(({ actions }) => actions) }
}

/** The token of a try whose answer was lost: the same again is done once. */
let unanswered: { readonly token: string; readonly text: string } | undefined

/** Rejects with ServerError when nothing was done, or nobody knows whether it was: everything stays gathered. */
export async function sendGathered(entries: readonly Gathered[]): Promise<void> {
  const input = inputOf(entries)
  const text = JSON.stringify(input)
  const token = unanswered?.text === text ? unanswered.token : newToken()
  try {
    await call('TransactWriteItems', { ...input, ClientRequestToken: token })
  } catch (error) {
    const isAnswered = error instanceof ServerError && error.status >= 400 && error.status < 500
    unanswered = isAnswered ? undefined : { token, text }
    tell(reasonsOf(entries, error))
    throw error
  }
  unanswered = undefined
  forget(entries)
  sent.value += 1
}

/** 36 letters at most, of DynamoDB; not `randomUUID`, which pages have on HTTPS and this machine alone. */
function newToken(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(16).padStart(8, '0')).join('')
}

/** Of an entry of two actions the first that something is against. */
function reasonsOf(entries: readonly Gathered[], error: unknown): ReadonlyMap<number, Reason> {
  const { CancellationReasons: reasons = [] } = (error instanceof ServerError ? error.details : {}) as {
    CancellationReasons?: readonly Reason[]
  }
  const found = new Map<number, Reason>()
  let at = 0
  for (const entry of entries) {
    const { length } = entry.actions
    const against = reasons.slice(at, at + length).find(({ Code }) => Code !== 'None')
    if (against !== undefined) found.set(entry.id, against)
    at += length
  }
  return found
}
