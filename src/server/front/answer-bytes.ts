/** An answer as it goes over the wire: head and body in one piece, so that one of the usual size costs one write. */
import { STATUS_CODES } from 'node:http'
import { assert } from '../../base/assert.ts'
import { secondMs, systemClock } from '../../base/clock.ts'
import type { HttpAnswer } from '../http-request.ts'

export interface AnswerManner {
  /** Behind a HEAD there is no body, whatever its length. */
  readonly isBodiless: boolean
  /** What is said of the connection: `Connection: close`, or that it stays and for how long, as lines. */
  readonly connectionLines: string
}

/** Latin-1 as text, anything else as bytes. */
export function answerBytes(answer: HttpAnswer, { isBodiless, connectionLines }: AnswerManner): string | Buffer {
  const { status, lines, body, bodyBytes } = answer
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let at = 0; at < lines.length; at += 2) {
    const value = lines[at + 1] ?? ''
    assert(!neverInValues.test(value), 'a header of an answer is no text of one line', value)
    head += `${lines[at]}: ${value}\r\n`
  }
  head += `Date: ${dateText()}\r\n${connectionLines}\r\n`
  if (isBodiless || bodyBytes === 0) return head
  // What has as many bytes as characters is ASCII, and the head is Latin-1: one encoding does for both.
  if (typeof body === 'string' && body.length === bodyBytes) return head + body
  const bytes = Buffer.allocUnsafe(head.length + bodyBytes)
  bytes.write(head, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length)
  else bytes.set(body, head.length)
  return bytes
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
