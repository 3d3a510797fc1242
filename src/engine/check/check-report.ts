/** What a check found, how far it has come, and what it mended: the same for a person, a program and the log. */
import type { KeyBytes } from '../../storage/store.ts'
import { findingsKeptMax } from '../limits.ts'

export type FindingKind =
  /** A row that is not what was written. */
  | 'damaged record'
  /** An item that is not where its key says, or has another size than it says. */
  | 'item'
  /** An entry of an index that no item is behind, or is missing, or says something else than its item. */
  | 'index entry'
  /** How many items, or bytes, a table or index holds. */
  | 'counts'
  | 'expiry order'
  | 'collection size'
  | 'stream'
  | 'outbox'
  | 'table id'
  /** Data of no table. */
  | 'orphan'
  /** Something could not be read, so that it is not known what is there. */
  | 'unreadable'

export interface Finding {
  readonly kind: FindingKind
  /** What is wrong, in one sentence. */
  readonly says: string
  readonly table?: string
  readonly index?: string
  /** Of the row, in hexadecimal digits. */
  readonly keyHex?: string
  isMended: boolean
}

export class CheckReport {
  /** What is being looked at. */
  doing = ''
  /** Rows read so far. */
  rows = 0
  readonly findings: Finding[] = []
  /** How many there are; of very many not all are kept. */
  found = 0
  mended = 0
  /** What could not be compared, because it was written meanwhile or is too much at a time. */
  readonly skipped: string[] = []
  readonly #listener: (finding: Finding) => void

  constructor(onFound: (finding: Finding) => void = () => {}) {
    this.#listener = onFound
  }

  /** Returns what is to be called when it is mended. */
  add(finding: Omit<Finding, 'isMended' | 'keyHex'>, key?: KeyBytes): () => void {
    const keyHex = key && hexOf(key)
    const known = keyHex === undefined ? undefined : this.findings.find((each) => each.keyHex === keyHex && each.kind === finding.kind)
    const kept = known ?? { ...finding, ...(keyHex !== undefined && { keyHex }), isMended: false }
    if (known === undefined) {
      this.found += 1
      if (this.findings.length < findingsKeptMax) this.findings.push(kept)
      this.#listener(kept)
    }
    return () => this.#markMended(kept)
  }

  skip(sentence: string): void {
    if (this.skipped.length < findingsKeptMax) this.skipped.push(sentence)
  }

  /** A damaged row that was put anew is damaged no more. */
  #markMended(finding: Finding): void {
    const same = this.findings.filter((each) => each === finding || (finding.keyHex !== undefined && each.keyHex === finding.keyHex))
    for (const each of same) {
      if (each.isMended) continue
      each.isMended = true
      this.mended += 1
    }
  }

  /** What is wrong still. */
  get left(): number {
    return this.found - this.mended
  }
}

function hexOf(key: KeyBytes): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('hex')
}
