/** A consumer of a stream in a process of its own (stream-consumer-main.ts), which reads beside the writers from whichever node answers. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { StreamRecord } from '../../harness/stream-consumer.ts'

const script = join(import.meta.dirname, 'stream-consumer-main.ts')

export class ConsumerProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(streamArn: string, endpoints: readonly string[]) {
    this.#child = fork(script, [streamArn, ...endpoints], { execArgv: [], env: { PATH: process.env.PATH } })
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve))
  }

  /** Everything up to now that was not told before, when some node answers. Rejects when the consumer found something wrong. */
  readToTheEnd(): Promise<readonly StreamRecord[]> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('the consumer of the stream has ended'))
      this.#child.once('exit', onExit)
      this.#child.once('message', (message: { readonly records?: readonly StreamRecord[]; readonly fault?: string }) => {
        this.#child.off('exit', onExit)
        if (message.records === undefined) reject(new Error(`the consumer of the stream: ${message.fault}`))
        else resolve(message.records)
      })
      this.#child.send('read to the end')
    })
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
