/** The requests that were kept, and those that come, no more than the page can hold. While it is paused they are counted and wait. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RequestReport } from '../../../src/server/requests/answered-request.ts'
import { feedPictureMs, firstRequestsMax, keptRequestsMax } from '../../limits.ts'
import { control } from '../../server/ask.ts'
import { followRequests } from '../../server/follow-requests.ts'
import { wordsOf } from '../../server/server-error.ts'

export interface Feed {
  /** The oldest first. */
  readonly requests: Signal<readonly RequestReport[]>
  readonly waiting: Signal<number>
  readonly missed: Signal<number>
  readonly trouble: Signal<string>
}

interface RequestList {
  readonly requests: readonly RequestReport[]
  readonly next: number
}

export function useFeed(isPaused: Signal<boolean>): Feed {
  const requests = useSignal<readonly RequestReport[]>([])
  const waiting = useSignal(0)
  const missed = useSignal(0)
  const trouble = useSignal('')
  useEffect(() => {
    const gone = new AbortController()
    let held: RequestReport[] = []
    const flush = (): void => {
      if (held.length === 0 || isPaused.value) return
      requests.value = [...requests.value, ...held].slice(-keptRequestsMax)
      held = []
      waiting.value = 0
    }
    // Many may come in the time of one picture.
    const timer = setInterval(flush, feedPictureMs)
    const listener = {
      onRequests: (come: readonly RequestReport[]) => {
        held = [...held, ...come].slice(-keptRequestsMax)
        waiting.value = held.length
        trouble.value = ''
      },
      onMissed: (count: number) => {
        missed.value += count
      },
      onTrouble: (error: unknown) => {
        trouble.value = wordsOf(error)
      },
    }
    const begin = async (): Promise<void> => {
      const { requests: first, next } = await control<RequestList>('GET', 'requests', { limit: firstRequestsMax }, gone.signal)
      requests.value = first
      await followRequests(next, listener, gone.signal)
    }
    begin().catch((error: unknown) => {
      if (!gone.signal.aborted) trouble.value = wordsOf(error)
    })
    return () => {
      gone.abort()
      clearInterval(timer)
    }
  }, [isPaused, requests, waiting, missed, trouble])
  return { requests, waiting, missed, trouble }
}
