/** Whoever answers requests: a server at the other end of a connection, or one in the same process. */

export interface Answer {
  readonly [member: string]: unknown
}

export interface Sender {
  /** Rejects with Refused, or with one clear sentence when nobody answers. */
  ask(service: 'dynamodb' | 'scaling', operation: string, input: object): Promise<Answer>
  wait(timeMs: number): Promise<unknown>
}

/** An operation did not do what it was asked for. */
export class Refused extends Error {
  /** Of the exception, without its namespace. */
  readonly type: string
  /** Whether it may be done when it is asked for again. */
  readonly isPassing: boolean

  constructor(type: string, message: string, isPassing = false) {
    super(message)
    this.type = type
    this.isPassing = isPassing
  }
}

/** Undefined when it is refused with one of these. */
export async function askUnless(
  sender: Sender,
  types: readonly string[],
  ...asked: Parameters<Sender['ask']>
): Promise<Answer | undefined> {
  try {
    return await sender.ask(...asked)
  } catch (error) {
    if (error instanceof Refused && types.includes(error.type)) return undefined
    throw error
  }
}
