/** What is said of text that is no event pattern. */

/** The message is the reason that EventBridge gives, where it is known (lambda-triggers.md §3). */
export class PatternError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'PatternError'
  }
}
