/** What is common to the errors that clients are told, whichever service they are of; each service has a catalogue of its own. */

/** Something the client is told: part of the conversation, not a fault. */
export class ClientError<Name extends string> extends Error {
  readonly exception: Name

  constructor(exception: Name, message: string) {
    // Nobody reads its stack, and to take one costs more than the rest of the answer.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = stackTraceLimit
    this.name = exception
    this.exception = exception
  }
}
