/**
 * An answer as it goes over the wire: head and body in one piece, so that one of the usual size costs one write. A long one is cut into
 * pieces as they are taken, without a second copy of all of it.
 */
import { assert } from '../../base/assert.ts'
import { secondMs, systemClock } from '../../base/clock.ts'
import { nodeHttp } from '../../base/node-http.ts'
import type { HttpAnswer } from '../http-request.ts'
import { answerPieceBytes } from '../limits.ts'

const { STATUS_CODES } = nodeHttp

export interface AnswerManner {
  /** Behind a HEAD there is no body, whatever its length. */
  readonly isBodiless: boolean
  /** What is said of the connection: `Connection: close`, or that it stays and for how long, as lines. */
  readonly connectionLines: string
}

/** The piece to be sent next, and what is left: Latin-1 as text, anything else as bytes. */
export type Cut = readonly [next: string | Buffer, rest?: string | Buffer | undefined]

export function answerPieces(answer: HttpAnswer, { isBodiless, connectionLines }: AnswerManner): Cut {
  const { status, lines, body, bodyBytes } = answer
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let at = 0; at < lines.length; at += 2) {
    const value = lines[at + 1] ?? ''
    assert(!neverInValues.test(value), 'a header of an answer is no text of one line', value)
    head += `${lines[at]}: ${value}\r\n`
  }
  head += `Date: ${dateText()}\r\n${connectionLines}\r\n`
  if (isBodiless || bodyBytes === 0) return [head]
  // What has as many bytes as characters is ASCII, and the head is Latin-1: one encoding does for both.
  if (typeof body === 'string' && body.length === bodyBytes) {
    const [first, rest] = cut(body)
    return [head + first, rest]
  }
  const bytes = Buffer.allocUnsafe(head.length + bodyBytes)
  bytes.write(head, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length)
  else bytes.set(body, head.length)
  return cut(bytes)
}

export function cut(whole: string | Buffer): Cut {
  if (whole.length <= answerPieceBytes) return [whole]
  if (typeof whole === 'string') return [whole.slice(0, answerPieceBytes), whole.slice(answerPieceBytes)]
  return [whole.subarray(0, answerPieceBytes), whole.subarray(answerPieceBytes)]
}

/** For those who were not understood: no more is said than that, as by node:http. */
export function refusalText(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`
}

const neverInValues = /[^\t\x20-\x7e\x80-\xff]/

let date = ''
let dateUntilMs = 0
let dateFromMs = 0

/** The time of day for `Date`, made once a second: the machine's, whatever Stator's clock says. */
function dateText(): string {
  const nowMs = systemClock.now()
  if (nowMs >= dateUntilMs || nowMs < dateFromMs) {
    dateFromMs = nowMs - (nowMs % secondMs)
    dateUntilMs = dateFromMs + secondMs
    date = new Date(nowMs).toUTCString()
  }
  return date
}
