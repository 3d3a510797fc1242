/** Buttons to the page before and to the next one; nothing where there is only one. */
import type { Places } from './use-places.ts'

interface PageButtonsProps {
  readonly places: Places
  /** Where the next page begins; undefined on the last. */
  readonly next: string | undefined
  /** Of what the pages are, such as `backups`. */
  readonly what: string
}

export function PageButtons({ places: { back, goOn }, next, what }: PageButtonsProps) {
  if (back === undefined && next === undefined) return null
  return (
    <div class="choices">
      <button type="button" class="button" disabled={back === undefined} onClick={back}>
        {`Page of ${what} before`}
      </button>
      <button type="button" class="button" disabled={next === undefined} onClick={() => next !== undefined && goOn(next)}>
        {`Next page of ${what}`}
      </button>
    </div>
  )
}
