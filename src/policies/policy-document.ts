/**
 * A policy document that has been read and checked, as plain data: what its statements say, before anything is compiled from it
 * (iam-and-sigv4.md §3.1).
 */

/**
 * What a document is attached to, which decides what its statements must and must not have.
 *
 * | kind     | Principal | Resource  |
 * | -------- | --------- | --------- |
 * | identity, boundary, session | forbidden | required |
 * | resource | required  | required  |
 * | trust    | required  | forbidden |
 */
export type PolicyKind = 'identity' | 'boundary' | 'session' | 'resource' | 'trust'

export interface PolicyDocument {
  /** Variables are read in the newer version only. */
  readonly version: '2012-10-17' | '2008-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Listed
  readonly resources?: Listed
  readonly principals?: ListedPrincipals
  readonly conditions: readonly Condition[]
}

/** An element and its complement: `Action` or, negated, `NotAction`. */
export interface Listed {
  readonly isNegated: boolean
  readonly patterns: readonly string[]
}

export interface ListedPrincipals {
  readonly isNegated: boolean
  readonly entries: readonly PrincipalEntry[]
}

/** `*` alone is an entry of type AWS. */
export interface PrincipalEntry {
  readonly type: PrincipalType
  readonly name: string
}

export type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'

/** One key under one operator. */
export interface Condition {
  /** As written, with its set prefix and `IfExists`. */
  readonly operator: string
  readonly key: string
  /** As text, also where the document has JSON numbers or booleans. */
  readonly values: readonly string[]
}
