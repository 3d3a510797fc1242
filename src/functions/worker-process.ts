/**
 * A process that runs one module of a function, one invocation at a time. Whatever the module does (it throws, hangs, ends, prints without
 * end, answers nonsense) ends in a result; a process that did worse than throw is not used again.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { exited, type Failure, isJson, notJson, responseTooLarge, timedOut, unhandled } from './function-errors.ts'
import type { FunctionContext } from './function-host.ts'
import { LineCutter } from './function-logs.ts'
import { answerLineBytesMax, initMsMax, logLineBytesMax, responseBytesMax } from './limits.ts'
import { killGroup, ownGroup } from './own-group.ts'

export interface ProcessStart {
  readonly command: string
  readonly words: readonly string[]
  readonly folder: string
  readonly environment: { readonly [name: string]: string }
}

export interface ProcessCall {
  readonly requestId: string
  readonly payload: string
  readonly context: Omit<FunctionContext, 'getRemainingTimeInMillis'>
  readonly clientContext: string | undefined
  readonly timeoutSeconds: number
  readonly deadlineMs: number
}

export type ProcessResult = { readonly kind: 'answered'; readonly payload: string } | Failure

interface Answer {
  readonly ready?: true
  readonly id?: string
  readonly result?: string
  readonly error?: { readonly errorType: string; readonly errorMessage: string }
}

export class WorkerProcess {
  readonly #child: ChildProcess
  readonly #cutters: readonly LineCutter[]
  /** Of whoever waits for what the process says next. */
  #heard: ((answer: Answer | undefined) => void) | undefined
  #isReady = false
  #end: { readonly code: number | null; readonly signal: string | null } | undefined
  #startFailure: Failure | undefined
  readonly #ended: Promise<void>

  /** `log` is told every line that is printed. */
  constructor({ command, words, folder, environment }: ProcessStart, log: (line: string) => void) {
    const child = spawn(command, words, { cwd: folder, env: { ...environment }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], ...ownGroup })
    this.#child = child
    this.#cutters = [child.stdout, child.stderr].map((stream) => following(stream, new LineCutter(logLineBytesMax, log)))
    following(child.stdio[3] as Readable | null, new LineCutter(answerLineBytesMax, (line) => this.#hear(line)))
    // Of a process that has ended: its exit is what is told.
    ;(child.stdio[3] as Readable | null)?.on('error', () => {})
    child.stdin?.on('error', () => {})
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#startFailure = unhandled({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message })
        this.#endWith({ code: null, signal: null }, resolve)
      })
      child.on('close', (code, signal) => this.#endWith({ code, signal }, resolve))
    })
  }

  /** Whether it can be asked again. */
  get isUsable(): boolean {
    return this.#end === undefined
  }

  /** Never rejects. */
  async run(call: ProcessCall): Promise<ProcessResult> {
    if (!this.#isReady) {
      const failure = await this.#start(call.requestId)
      if (failure !== undefined) return failure
    }
    const { requestId: id, payload: event, context, deadlineMs, clientContext, timeoutSeconds } = call
    const asked = { id, event, context, deadlineMs, ...(clientContext !== undefined && { clientContext }) }
    ;(this.#child.stdin as Writable).write(`${JSON.stringify(asked)}\n`)
    const answer = await this.#next(timeoutSeconds * 1000)
    // What was printed before the answer comes by another channel, and is there by now.
    await setImmediate()
    for (const cutter of this.#cutters) cutter.flush()
    if (answer === 'late') {
      await this.kill()
      return timedOut(id, timeoutSeconds)
    }
    if (answer === undefined) return this.#startFailure ?? exited(id, this.#end ?? { code: null, signal: null })
    return resultOf(answer, id)
  }

  async kill(): Promise<void> {
    killGroup(this.#child)
    await this.#ended
  }

  /** Undefined: it can be asked. */
  async #start(requestId: string): Promise<Failure | undefined> {
    const answer = await this.#next(initMsMax)
    if (answer === 'late') {
      await this.kill()
      return timedOut(requestId, initMsMax / 1000)
    }
    if (answer === undefined) return this.#startFailure ?? exited(requestId, this.#end ?? { code: null, signal: null })
    if (answer.ready !== true) {
      await this.kill()
      return unhandled(answer.error ?? { errorType: 'Runtime.Unknown', errorMessage: 'The process did not begin' })
    }
    this.#isReady = true
    return undefined
  }

  /** What is said next; undefined: the process has ended. */
  #next(withinMs: number): Promise<Answer | 'late' | undefined> {
    if (this.#end !== undefined) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle('late'), withinMs)
      const settle = (answer: Answer | 'late' | undefined): void => {
        clearTimeout(timer)
        this.#heard = undefined
        resolve(answer)
      }
      this.#heard = settle
    })
  }

  #hear(line: string): void {
    let answer: Answer
    try {
      answer = JSON.parse(line) as Answer
    } catch {
      // Somebody else wrote there.
      return
    }
    this.#heard?.(answer)
  }

  #endWith(end: { code: number | null; signal: string | null }, resolve: () => void): void {
    this.#end ??= end
    for (const cutter of this.#cutters) cutter.flush()
    this.#heard?.(undefined)
    resolve()
  }
}

function resultOf({ id, result, error }: Answer, requestId: string): ProcessResult {
  if (error !== undefined) return unhandled(error)
  if (result === undefined || id !== requestId || !isJson(result)) return notJson()
  const sizeBytes = Buffer.byteLength(result)
  return sizeBytes > responseBytesMax ? responseTooLarge(sizeBytes, responseBytesMax) : { kind: 'answered', payload: result }
}

function following(stream: Readable | null | undefined, cutter: LineCutter): LineCutter {
  stream?.setEncoding('utf8')
  stream?.on('data', (text: string) => cutter.add(text))
  return cutter
}
