/** What the advisor has found: what is, why it matters, what to change, and what would change nothing (docs/advice.md). */
import type { Section } from './documentation.ts'

/** `error`: data was lost, refused or wrong. `warning`: it will be under load, or costs much for nothing. `info`: cheaper or clearer, nothing breaks. */
export type Severity = 'error' | 'warning' | 'info'

/** How sure it is that the requests of a finding belong together: by a trace, by a caller who asks one thing at a time, by what they carry. */
export type Confidence = 'high' | 'medium' | 'low'

export interface Change {
  /** One or two sentences. */
  readonly text: string
  /** To be copied. */
  readonly code?: string
}

export interface Saving {
  readonly unitsPerMonth: number
  readonly usdPerMonth: number
  /** How it was reckoned, with its numbers. */
  readonly formula: string
}

/** What a rule says. The frame adds the rest. */
export interface Draft {
  readonly severity: Severity
  readonly confidence?: Confidence
  readonly region: string
  readonly table: string
  readonly index?: string
  /** The partition key or item that it is about, as text. */
  readonly key?: string
  /** Texts of access patterns (metering/traffic/describe-pattern.ts). */
  readonly patterns?: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  /** What was measured, by name. */
  readonly evidence: { readonly [name: string]: number }
  /** What is, with the numbers; no values of items but keys. */
  readonly sentence: string
  readonly change: Change
  /** What does not help, although it suggests itself. */
  readonly wontHelp?: string
  readonly saving?: Saving
}

export interface Finding extends Draft {
  /** The rule. */
  readonly id: string
  /** The same for the same finding in every run: what a baseline and muting go by. */
  readonly fingerprint: string
  readonly confidence: Confidence
  readonly docs: Section
  /** The id of the finding that has the cause of this one. */
  readonly suppressedBy?: string
  /** Why nobody is to be told. */
  readonly muted?: string
}
