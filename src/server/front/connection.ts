/**
 * One connection of a client, read and answered one request at a time: the next head is read when the answer before it has been
 * written and the client takes what it is sent. Until then at most one read from the socket is held; the rest stays with the client.
 *
 * ```
 *           ┌────────────────────── answered, body read past ──────────────────────┐
 *  between requests ──head──▶ being answered ──body wanted──▶ body arriving ──whole──▶ …
 *           └─ unusual: to node:http, for good          └─ malformed, too late: refused and hung up on
 * ```
 */
import type { Socket } from 'node:net'
import { noBytes } from '../../base/bytes.ts'
import { stopwatchMs } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Budget } from '../budget/budget.ts'
import type { Holder } from '../budget/held-bytes.ts'
import { letGoOfRead } from '../growing-bytes.ts'
import type { HttpAnswer, HttpRequest } from '../http-request.ts'
import { answerPieceBytes, type HttpLimits } from '../limits.ts'
import { answerPieces, type Cut, cut, refusalText } from './answer-bytes.ts'
import type { Answered, AnswerRounds } from './answer-rounds.ts'
import { Exchange } from './exchange.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'
import type { Transfer, TransferTurns } from './transfer-turns.ts'

export interface ConnectionOptions {
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer>
  /** Takes the socket over for good, with bytes that were read from it and not used. */
  readonly toNode: (socket: Socket, received: Buffer) => void
  readonly rounds: AnswerRounds
  readonly turns: TransferTurns
  /** Called once, when the connection is gone or no longer ours. */
  readonly onGone: (connection: Connection) => void
  /** Whether the server ends after what is being asked. */
  readonly isClosing: () => boolean
  readonly budget: Budget
  readonly limits: HttpLimits
  readonly log: Log
}

/** What is to be done about what has been received: more of the same, nothing before more of it comes, nothing before something else. */
type Next = 'go on' | 'read on' | 'wait'

export class Connection implements Answered {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #keepAliveLines: string
  /** What has been received and not been used yet. */
  #received: Buffer = noBuffer
  #exchange: Exchange | undefined
  /** What is to be sent next. */
  #answer: HttpAnswer | undefined
  /** What is left of an answer that is sent in pieces. */
  #unsent: string | Buffer | undefined
  /** What is held for the answer that is being taken: what is left of it is a part of all of it, which stays until the end. */
  #leavingBytes = 0
  /** Since when what is being waited for is waited for: a request, more of one, or that more of an answer is taken. */
  #sinceMs: number = stopwatchMs()
  /** What has come of the request since then. */
  #arrivedBytes = 0
  /** What is held of requests that are not whole, as the budget knows it. */
  #arrivingBytes = 0
  #hasAsked = false
  #isUnread = false
  #isPaused = false
  /** Others read first. */
  #isResting = false
  /** The body of a request is part of what was read last. */
  #isReadKept = false
  /** The client sends nothing more, but may still read. */
  #hasEnded = false
  /** Nothing more is read from this connection. */
  #isOver = false
  readonly #arriving: Holder = { letGo: () => this.#loseArriving() }
  readonly #leaving: Holder = { letGo: () => this.destroy() }
  readonly #reading: Transfer = { goOn: () => this.#readOn() }
  readonly #writing: Transfer = { goOn: () => this.#writeOn() }

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket
    this.#options = options
    this.#keepAliveLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(options.limits.keepAliveMs / 1000)}\r\n`
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('drain', this.#onDrain)
    socket.on('timeout', this.#onTimeout)
    socket.on('error', ignore)
    socket.on('close', this.#onClose)
  }

  /** Whether a request is being answered, or an answer is known to be on its way. */
  get isBusy(): boolean {
    return this.#exchange !== undefined || this.#isUnread || this.#isOver
  }

  /** Whether nothing of a request has come, nor is an answer left to be taken. */
  get isIdle(): boolean {
    return this.#exchange === undefined && this.#received.length === 0 && !this.#isUnread
  }

  /** Hangs up, once all that was written is on its way, unless something of a request is here. */
  endIfIdle(): void {
    if (!this.#isOver && this.isIdle) this.#end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Gives up on a client that has kept the server waiting for too long. */
  giveUpAt(nowMs: number): void {
    const { keepAliveMs, headersTimeoutMs, progressMs, progressBytesMin, unreadMs } = this.#options.limits
    const waitedMs = nowMs - this.#sinceMs
    if (this.#isUnread) {
      if (waitedMs >= unreadMs) this.destroy()
    } else if (this.#isOver) return
    else if (this.#exchange !== undefined) {
      if (this.#exchange.sent.isWhole || waitedMs < progressMs) return
      if (this.#arrivedBytes < progressBytesMin) this.#refuse(408)
      else this.#noteMoved(nowMs)
    } else if (this.isIdle && this.#hasAsked) {
      if (waitedMs >= keepAliveMs) this.destroy()
    } else if (waitedMs >= headersTimeoutMs) this.#refuse(408)
  }

  /** Sends the answer that is there. */
  send(): void {
    try {
      const answer = this.#answer
      const exchange = this.#exchange
      this.#answer = undefined
      answer?.onWritten?.()
      if (answer !== undefined && exchange !== undefined && !this.#isOver) this.#send(answer, exchange)
    } catch (error) {
      this.#onFailure(error)
    }
  }

  #send(answer: HttpAnswer, exchange: Exchange): void {
    exchange.isAnswered = true
    if (answer.isLost === true) {
      this.destroy()
      return
    }
    const staysOpen = exchange.head.staysOpen && !this.#options.isClosing()
    const connectionLines = staysOpen ? this.#keepAliveLines : 'Connection: close\r\n'
    this.#write(answerPieces(answer, { isBodiless: exchange.head.method === 'HEAD', connectionLines }))
    if (!staysOpen) this.#end()
    else if (exchange.sent.isWhole) this.#finish()
    else exchange.sent.drop()
    this.#advance()
  }

  #write([first, rest]: Cut): void {
    let isTaken = this.#socket.write(first, 'latin1')
    let left = rest
    while (isTaken && left !== undefined) {
      const [piece, behind] = cut(left)
      isTaken = this.#socket.write(piece, 'latin1')
      left = behind
    }
    if (isTaken) return
    this.#unsent = left
    this.#isUnread = true
    this.#noteMoved(stopwatchMs())
    this.#leavingBytes = Math.max(this.#leavingBytes, first.length + (rest?.length ?? 0))
    this.#options.budget.leaving.set(this.#leaving, this.#leavingBytes)
  }

  #noteMoved(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#arrivedBytes = 0
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isOver) return
    this.#options.rounds.noteInput()
    if (this.isIdle) this.#noteMoved(stopwatchMs())
    // Whoever lets go of the chunk leaves nothing of it, its length neither.
    const chunkBytes = chunk.length
    this.#arrivedBytes += chunkBytes
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    this.#isReadKept = false
    this.#advance()
    // Whoever has taken over has the bytes, too.
    if (this.#isOver) return
    if (this.#received.length === 0 && !this.#isReadKept) letGoOfRead(chunk)
    if (this.#options.turns.mayGoOn(this.#reading, chunkBytes)) return
    this.#isResting = true
    this.#socket.pause()
  }

  #readOn(): void {
    this.#isResting = false
    if (!this.#isPaused) this.#socket.resume()
  }

  readonly #onEnd = (): void => {
    this.#hasEnded = true
    this.#advance()
  }

  /** The client has taken what it was sent: now the next piece. */
  readonly #onDrain = (): void => {
    if (this.#options.turns.mayGoOn(this.#writing, this.#unsent === undefined ? 0 : answerPieceBytes)) this.#writeOn()
  }

  #writeOn(): void {
    const unsent = this.#unsent
    this.#unsent = undefined
    this.#isUnread = false
    if (unsent !== undefined) this.#write(cut(unsent))
    if (this.#isUnread) return
    this.#leavingBytes = 0
    this.#options.budget.leaving.set(this.#leaving, 0)
    this.#noteMoved(stopwatchMs())
    if (this.#isOver) this.#hangUp()
    else this.#advance()
  }

  /** Node asks the system whether some of what is being written has been taken; nothing was. */
  readonly #onTimeout = (): void => this.destroy()

  readonly #onClose = (): void => {
    this.#isOver = true
    this.#unsent = undefined
    this.#received = noBuffer
    this.#options.turns.leave(this.#reading)
    this.#options.turns.leave(this.#writing)
    if (this.#exchange?.sent.isWhole === false) this.#exchange.sent.drop()
    const { arriving, leaving } = this.#options.budget
    arriving.set(this.#arriving, 0)
    leaving.set(this.#leaving, 0)
    this.#options.onGone(this)
  }

  /** Others need the room of what has come of a request. */
  #loseArriving(): void {
    const { sent, isAnswered } = this.#exchange ?? {}
    this.#arrivingBytes = 0
    if (sent?.isTaking === true && isAnswered === false) sent.loseRoom()
    else if (sent === undefined) this.#refuse(503)
    else this.destroy()
  }

  #noteArriving(): void {
    const bytes = this.#received.length + (this.#exchange?.sent.arrivingBytes ?? 0)
    if (bytes === this.#arrivingBytes) return
    this.#arrivingBytes = bytes
    this.#options.budget.arriving.set(this.#arriving, bytes)
  }

  readonly #onAnswer = (answer: HttpAnswer): void => {
    this.#answer = answer
    this.#options.rounds.add(this)
  }

  readonly #onFailure = (error: unknown): void => {
    this.#options.log('A request could not be answered', error)
    this.destroy()
  }

  /** Does what can be done with what has been received. Whatever it calls may call it again. */
  readonly #advance = (): void => {
    let next: Next = 'go on'
    while (next === 'go on' && this.#received.length > 0 && !this.#isOver) next = this.#step()
    if (this.#isOver) return
    this.#noteArriving()
    if (this.#isOver) return
    if (next === 'wait') this.#pause()
    else if (this.#hasEnded) this.#endAfterClient()
    else if (this.#isPaused) this.#resume()
  }

  #step(): Next {
    const exchange = this.#exchange
    if (exchange === undefined) return this.#isUnread ? 'wait' : this.#begin()
    if (!exchange.sent.isTaking) return 'wait'
    const rest = exchange.sent.take(this.#received)
    if (rest === undefined) this.#refuse(400)
    else this.#received = rest
    if (exchange.isAnswered && exchange.sent.isWhole) this.#finish()
    return 'go on'
  }

  /** Reads the next head and has it answered. */
  #begin(): Next {
    const head = readRequestHead(this.#received, this.#options.limits.headBytesMax)
    if (head === 'incomplete') return 'read on'
    if (head === 'unusual') this.#handOver()
    else if (typeof head === 'number') this.#refuse(head)
    else this.#ask(head)
    return 'go on'
  }

  #ask(head: RequestHead): void {
    const exchange = new Exchange(head, this.#socket, { budget: this.#options.budget, onWanted: this.#advance })
    this.#exchange = exchange
    this.#hasAsked = true
    this.#received = this.#received.length === head.headBytes ? noBuffer : this.#received.subarray(head.headBytes)
    if (exchange.sent.takeWhole(this.#received)) {
      this.#isReadKept = true
      this.#received = this.#received.subarray(head.length as number)
    } else if (head.waitsToContinue) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1')
    this.#options.answer(exchange).then(this.#onAnswer).catch(this.#onFailure)
  }

  #finish(): void {
    this.#exchange = undefined
    if (!this.#isUnread) this.#noteMoved(stopwatchMs())
  }

  #refuse(status: number): void {
    if (this.#exchange?.isAnswered !== true) this.#socket.write(refusalText(status), 'latin1')
    this.#end()
  }

  /** Hangs up once everything written is on its way. */
  #end(): void {
    this.#isOver = true
    this.#received = noBuffer
    this.#options.budget.arriving.set(this.#arriving, 0)
    if (this.#unsent === undefined) this.#hangUp()
  }

  #hangUp(): void {
    this.#socket.setTimeout(this.#options.limits.unreadMs)
    this.#socket.destroySoon()
  }

  /** The client has sent all it wants to send: what is whole is answered, what is not never will be. */
  #endAfterClient(): void {
    const exchange = this.#exchange
    if (exchange === undefined) {
      if (this.#received.length > 0) this.#refuse(400)
      else this.#end()
    } else if (!exchange.sent.isWhole) this.#refuse(400)
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#socket.pause()
  }

  #resume(): void {
    this.#isPaused = false
    if (!this.#isResting) this.#socket.resume()
  }

  #handOver(): void {
    const socket = this.#socket
    const received = this.#received
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('drain', this.#onDrain)
    socket.off('timeout', this.#onTimeout)
    socket.off('error', ignore)
    socket.off('close', this.#onClose)
    this.#onClose()
    this.#options.toNode(socket, received)
  }
}

const noBuffer = Buffer.from(noBytes)

/** A connection that fails is closed next, and that is noticed. */
function ignore(): void {}
