/** Why there can be no such fault, in one sentence. */

/** `status` is that of HTTP. */
export class FaultError extends Error {
  readonly status: 400 | 404

  constructor(status: FaultError['status'], sentence: string) {
    super(sentence)
    this.name = 'FaultError'
    this.status = status
  }
}
