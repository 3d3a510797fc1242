/**
 * When answers are sent. A client that sleeps is woken by what it is sent, which takes its sender as long as half a GetItem; while it is
 * busy with one answer, the next costs nothing of the kind. So answers that are ready at about the same time are sent together: those to
 * the input of one turn of the event loop, when all of it has been read, and those that one commit makes, once all of them are there.
 */
import { answersAtOnceMax } from '../limits.ts'

/** Where an answer is ready to be sent. */
export interface Answered {
  /** Does not throw. */
  send(): void
}

export class AnswerRounds {
  #answered: Answered[] = []
  #isReading = false

  /** To be called when input of a client is about to be handled: more may be there. */
  noteInput(): void {
    if (this.#isReading) return
    this.#isReading = true
    setImmediate(this.#onInputRead)
  }

  /** Has the answer sent before long. */
  add(answered: Answered): void {
    const count = this.#answered.push(answered)
    if (count === answersAtOnceMax) this.#send()
    else if (count === 1 && !this.#isReading) process.nextTick(this.#send)
  }

  readonly #onInputRead = (): void => {
    this.#isReading = false
    this.#send()
  }

  readonly #send = (): void => {
    const answered = this.#answered
    this.#answered = []
    for (const each of answered) each.send()
  }
}
