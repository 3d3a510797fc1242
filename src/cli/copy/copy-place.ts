/**
 * How far a copy has come, in a file, from which the same copy goes on when it was broken off: of which copy it is, what was copied, and
 * behind which key of the source.
 *
 *     { "copy": { "from": …, "to": …, "sample": …, "key": …, "rules": digest }, "read": n, "written": n, "report": { … }, "next": key, "target": { … } }
 *
 * It is written beside its place and renamed, so that it is whole whenever the process ends.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Item } from '../../values/attribute-value.ts'
import { UsageError } from '../read-arguments.ts'
import { textIfThere } from '../text-if-there.ts'
import type { SinkPlace } from './copy-files.ts'

/** Which copy it is. Those that are the same choose the same items, and make the same of them. */
export interface CopyIdentity {
  readonly from: string
  readonly to: string
  /** 0 to 1. */
  readonly sample: number
  /** The partition key by which it is sampled. */
  readonly key: string | null
  /** Of the rules and their secret. */
  readonly rules: string | null
}

export interface Place {
  readonly read: number
  readonly written: number
  readonly report: { readonly [path: string]: number }
  /** Behind which key of a table; undefined for files, and when a table was read to its end. */
  readonly next?: Item | undefined
  /** How much of it is in the target. */
  readonly target?: SinkPlace | undefined
}

const beginning: Place = { read: 0, written: 0, report: {} }

export class PlaceFile {
  /** Where the copy begins. */
  readonly from: Place
  readonly #file: string | undefined
  readonly #copy: CopyIdentity

  /** Without a file it begins at the beginning, and nothing is remembered. Throws UsageError when the file is of another copy, or none. */
  constructor(file: string | undefined, copy: CopyIdentity) {
    this.#file = file
    this.#copy = copy
    this.from = file === undefined ? beginning : placeIn(file, copy)
  }

  remember(place: Place): void {
    if (this.#file === undefined) return
    const beside = `${this.#file}.part`
    writeFileSync(beside, JSON.stringify({ copy: this.#copy, ...place }), { mode: 0o600 })
    renameSync(beside, this.#file)
  }

  forget(): void {
    if (this.#file !== undefined) rmSync(this.#file, { force: true })
  }
}

const names: { readonly [Name in keyof CopyIdentity]: string } = {
  from: 'source',
  to: 'target',
  sample: 'sample',
  key: 'partition key',
  rules: 'rules or key of pseudonyms',
}

function placeIn(file: string, copy: CopyIdentity): Place {
  const text = textIfThere(file)
  if (text === undefined) return beginning
  const { copy: of, ...place } = parsed(text)
  if (typeof of !== 'object' || of === null || typeof place.read !== 'number' || typeof place.written !== 'number') {
    throw new UsageError(`${file} does not say how far a copy has come: name another file for --resume.`)
  }
  const other = (Object.keys(names) as (keyof CopyIdentity)[]).filter((name) => of[name] !== copy[name])
  if (other.length === 0) return { ...beginning, ...place }
  throw new UsageError(
    `${file} is of a copy with another ${other.map((name) => names[name]).join(', ')}: name another file for --resume, or remove it.`,
  )
}

function parsed(text: string): Partial<Place> & { readonly copy?: CopyIdentity | null } {
  try {
    return (JSON.parse(text) ?? {}) as object
  } catch {
    return {}
  }
}
