/** Whether the server answers. A page that lost it asks until it is back, and then everything that is shown is asked for anew. */
import { type Signal, signal } from '@preact/signals'
import { retryMs, silenceMs } from '../limits.ts'

export const isLost: Signal<boolean> = signal(false)
/** Counts how often the server came back. */
export const returns: Signal<number> = signal(0)

export function answered(): void {
  if (!isLost.value) return
  isLost.value = false
  returns.value += 1
}

export function lost(): void {
  if (isLost.value) return
  isLost.value = true
  setTimeout(tryAgain, retryMs)
}

async function tryAgain(): Promise<void> {
  const isThere = await fetch('/health/live', { signal: patient() }).then(
    ({ ok }) => ok,
    () => false,
  )
  if (isThere) answered()
  else if (isLost.value) setTimeout(tryAgain, retryMs)
}

/** Aborts with `signal`, and after a while that is too long for an answer. */
export function patient(signal?: AbortSignal): AbortSignal {
  const waiting = new AbortController()
  setTimeout(() => waiting.abort(new DOMException('Nobody answers.', 'TimeoutError')), silenceMs)
  signal?.addEventListener('abort', () => waiting.abort(signal.reason))
  return waiting.signal
}
