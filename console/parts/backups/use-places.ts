/** Where one is in a list that comes page by page, and only forwards: the places where pages began lead back. */
import { useSignal } from '@preact/signals'

export interface Places {
  /** Where the page that is shown begins; undefined: at the beginning of the list. */
  readonly start: string | undefined
  /** Undefined on the first page. */
  readonly back: (() => void) | undefined
  goOn(start: string): void
}

export function usePlaces(): Places {
  const starts = useSignal<readonly string[]>([])
  const { length } = starts.value
  return {
    start: starts.value.at(-1),
    back:
      length === 0
        ? undefined
        : () => {
            starts.value = starts.value.slice(0, -1)
          },
    goOn: (start) => {
      starts.value = [...starts.value, start]
    },
  }
}
