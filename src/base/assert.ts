/**
 * Assertions that stay on in production. A failed one is a fault of ours, never of the client's: the client is told
 * InternalServerError, the log gets the context.
 */

export class AssertionFailure extends Error {
  readonly context: unknown

  constructor(text: string, context: unknown) {
    super(text)
    this.name = 'AssertionFailure'
    this.context = context
  }
}

/** Throws AssertionFailure unless `condition` holds. `text` is constant, so that failures can be counted by it. */
export function assert(condition: unknown, text: string, context?: unknown): asserts condition {
  if (!condition) throw new AssertionFailure(text, context)
}

/** The branch of an exhaustive `switch` that no value can reach. */
export function unreachable(value: never): never {
  throw new AssertionFailure('unreachable case', value)
}
