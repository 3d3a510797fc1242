/** An answer as it goes over the wire: head and body in one piece, so that it costs one write. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { assert } from '../../base/assert.ts'
import { secondMs, systemClock } from '../../base/clock.ts'
import type { HttpAnswer } from '../http-request.ts'

export interface AnswerManner {
  /** Behind a HEAD there is no body, whatever its length. */
  readonly isBodiless: boolean
  /** What is said of the connection: `Connection: close`, or that it stays and for how long, as lines. */
  readonly connectionLines: string
}

/** Returns false when the client has so much to read that nothing more should be written until `drain`. */
export function writeAnswer(socket: Socket, answer: HttpAnswer, { isBodiless, connectionLines }: AnswerManner): boolean {
  const { status, lines, body, bodyBytes } = answer
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let at = 0; at < lines.length; at += 2) {
    const value = lines[at + 1] ?? ''
    assert(!neverInValues.test(value), 'a header of an answer is no text of one line', value)
    head += `${lines[at]}: ${value}\r\n`
  }
  head += `Date: ${dateText()}\r\n${connectionLines}\r\n`
  if (isBodiless || bodyBytes === 0) return socket.write(head, 'latin1')
  // What has as many bytes as characters is ASCII, and the head is Latin-1: one encoding does for both.
  if (typeof body === 'string' && body.length === bodyBytes) return socket.write(head + body, 'latin1')
  const bytes = Buffer.allocUnsafe(head.length + bodyBytes)
  bytes.write(head, 'latin1')
  if (typeof body === 'string') bytes.write(body, head.length)
  else bytes.set(body, head.length)
  return socket.write(bytes)
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
