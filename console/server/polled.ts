/** What is shown and changes by itself: asked for when it is first shown, again every so often while somebody looks, and when the server is back. */
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { returns } from './connection.ts'

export interface Polled<Value> {
  /** The newest; undefined until there is one. */
  readonly value: Value | undefined
  /** Why the newest try failed. */
  readonly error: unknown
  again(): void
}

/** `key` says what is asked for: another one begins anew. `everyMs` 0: once. */
export function usePolled<Value>(key: string, everyMs: number, ask: (signal: AbortSignal) => Promise<Value>): Polled<Value> {
  const state = useSignal<{ readonly key: string; readonly value?: Value; readonly error?: unknown }>({ key })
  const round = useSignal(0)
  const epoch = returns.value
  useEffect(() => {
    const gone = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      if (!document.hidden || state.value.value === undefined) await once()
      if (everyMs > 0 && !gone.signal.aborted) timer = setTimeout(look, everyMs)
    }
    const once = async (): Promise<void> => {
      try {
        const value = await ask(gone.signal)
        if (!gone.signal.aborted) state.value = { key, value }
      } catch (error) {
        if (gone.signal.aborted) return
        const before = state.value
        state.value = { key, ...(before.key === key && before.value !== undefined && { value: before.value }), error }
      }
    }
    void look()
    return () => {
      gone.abort()
      clearTimeout(timer)
    }
  }, [key, everyMs, epoch, round.value])
  const again = useMemo(
    () => () => {
      round.value += 1
    },
    [round],
  )
  const { value, error, key: ofKey } = state.value
  return { value: ofKey === key ? value : undefined, error: ofKey === key ? error : undefined, again }
}
