/** What the control endpoint refuses, with the one sentence that says why. */

/** `status` is the HTTP status; a program that calls in process gets the error as it is. */
export class ControlError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 503

  constructor(status: ControlError['status'], sentence: string) {
    super(sentence)
    this.name = 'ControlError'
    this.status = status
  }
}
