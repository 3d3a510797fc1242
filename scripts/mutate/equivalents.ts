/** Mutants that no test can notice, because the code with the change does the same. */

export interface Equivalent {
  readonly path: string
  /** The lines before and after the change, as the run prints them. */
  readonly before: string
  readonly after: string
  readonly why: string
}

export const equivalents: readonly Equivalent[] = [
  {
    path: 'src/engine/vectors/vector-write-bytes.ts',
    before: 'return { index, writtenBytes: moves ? (oldBytes ?? 0) + (newBytes ?? 0) : Math.max(oldBytes ?? 0, newBytes ?? 0) }',
    after: 'return { index, writtenBytes: moves ? (oldBytes ?? 0) + (newBytes ?? 0) : Math.max(oldBytes ?? 0, newBytes ?? 1) }',
    why: 'a change has an old entry or a new one, and the one that is there has 1 KB at least',
  },
]
