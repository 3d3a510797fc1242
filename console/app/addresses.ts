/** The addresses of all views: whatever is shown can be shared by its address. */

export const root = '/_stator/console'

export type TableView = 'items' | 'heat' | 'patterns' | 'stream' | 'entities' | 'metrics' | 'files' | 'backups' | 'definition'

/** Below `root`. */
export function tableAddress(name: string, view: TableView = 'items', members: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(members).toString()
  return `/tables/${encodeURIComponent(name)}/${view}${query === '' ? '' : `?${query}`}`
}

export interface Place {
  readonly path: string
  readonly label: string
  /** Typed behind `g`. */
  readonly letter: string
}

export const places: readonly Place[] = [
  { path: '/', label: 'Tables', letter: 't' },
  { path: '/requests', label: 'Requests', letter: 'r' },
  { path: '/patterns', label: 'Access patterns', letter: 'p' },
  { path: '/advice', label: 'Advice', letter: 'a' },
  { path: '/throttles', label: 'Throttles', letter: 'h' },
  { path: '/cost', label: 'Cost', letter: 'c' },
  { path: '/statements', label: 'PartiQL', letter: 'q' },
  { path: '/infrastructure', label: 'Infrastructure', letter: 'i' },
  { path: '/time', label: 'Time and faults', letter: 'm' },
]
