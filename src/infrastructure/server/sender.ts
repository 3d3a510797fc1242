/** Whoever answers requests: a server at the other end of a connection, or one in the same process. */

export interface Answer {
  readonly [member: string]: unknown
}

export interface Sender {
  /** Rejects with Refused, or with one clear sentence when nobody answers. */
  ask(service: 'dynamodb' | 'scaling', operation: string, input: object): Promise<Answer>
  wait(timeMs: number): Promise<unknown>
  /** Left out: whoever answers is no Stator, or does not let us ask. */
  readonly origins?: Origins
}

/** Which tables infrastructure code has made, as a server remembers it for as long as they are there. */
export interface Origins {
  list(): Promise<readonly Origin[]>
  /** Does nothing where it cannot be noted: such a table is never removed for not being in a file. */
  note(origin: Origin): Promise<void>
}

export interface Origin {
  readonly tableName: string
  /** The stack, or the files. */
  readonly source: string
  /** As the file calls it. */
  readonly id: string
  /** The file says that it stays when the file has it no more. */
  readonly isRetained: boolean
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
