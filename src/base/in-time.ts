/** Waiting for others no longer than so long: what a server elsewhere takes for an answer is not ours to say. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Rejects when it takes longer, and tells the work by the signal that nobody waits for it. */
export async function inTime<T>(timeMs: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const over = new AbortController()
  const work = act(late.signal)
  try {
    return await Promise.race([work, timedOut(timeMs, over.signal)])
  } catch (error) {
    late.abort(error)
    throw error
  } finally {
    over.abort()
    work.catch(() => {})
  }
}

async function timedOut(timeMs: number, signal: AbortSignal): Promise<never> {
  await sleep(timeMs, undefined, { ref: false, signal })
  throw new Error(`no answer for ${timeMs} ms`)
}
