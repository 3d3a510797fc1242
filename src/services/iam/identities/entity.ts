/**
 * Who there is in the account and what they may do, as plain immutable data, and how it stands in the store: JSON text with a format
 * version in front, `{"format":1,"entity":<Entity>}`. What may be renamed is referred to by its id.
 */
import { assert } from '../../../base/assert.ts'
import type { BoundIds } from '../../../policies/bound-principals.ts'
import type { StoredValue } from '../../../storage/store.ts'
import type { OidcProvider } from './oidc-provider.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

interface Named {
  readonly name: string
  /** Begins and ends with a slash. */
  readonly path: string
  /** `AIDA…`, `AGPA…`, `AROA…`, `ANPA…`. */
  readonly id: string
  readonly createdMs: number
  /** It stands in the file of --iam-file: the API does not change it. */
  readonly isFromFile?: true
}

/** A user, group or role: what may have policies. */
interface Owner extends Named {
  /** Documents as they were put, by name. */
  readonly inlinePolicies: { readonly [name: string]: string }
  /** The ARNs of managed policies, in the order in which they were attached. */
  readonly attachedPolicies: readonly string[]
}

interface Principal extends Owner {
  readonly tags: readonly Tag[]
  /** The ARN of a managed policy. */
  readonly boundary?: string
}

export interface User extends Principal {
  readonly kind: 'user'
  readonly groupIds: readonly string[]
}

export interface Group extends Owner {
  readonly kind: 'group'
}

export interface Role extends Principal {
  readonly kind: 'role'
  readonly trustPolicy: string
  /** Whom the ARNs in it mean. One of the file means whoever has the name. */
  readonly trustedIds?: BoundIds
  readonly description?: string
  readonly maxSessionSeconds: number
}

export interface PolicyVersion {
  /** `v1`, `v2` …; none is given twice. */
  readonly number: number
  readonly document: string
  readonly createdMs: number
}

export interface ManagedPolicy extends Named {
  readonly kind: 'policy'
  readonly description?: string
  readonly tags: readonly Tag[]
  /** In the order of their numbers. */
  readonly versions: readonly PolicyVersion[]
  readonly defaultVersion: number
  readonly lastVersion: number
  readonly updatedMs: number
  /** AWS's own, which every account has. */
  readonly isOfAws?: true
}

export interface AccessKey {
  readonly kind: 'access-key'
  /** `AKIA…`; the name it is found by. */
  readonly name: string
  /** Of the user; for a key of the root user the account. */
  readonly ownerId: string
  readonly isActive: boolean
  readonly createdMs: number
  /** Sealed for `accessKeyPurpose`; a key of the file has it as it is. */
  readonly secret: string
  readonly lastUsed?: KeyUse
  readonly isFromFile?: true
}

export interface KeyUse {
  readonly atMs: number
  /** The name that the request was signed for. */
  readonly service: string
  readonly region: string
}

export interface AccountAlias {
  readonly kind: 'alias'
  readonly name: string
}

/** Something that is sealed under the server key and opens with no other: by it a wrong key is told at the start. */
export interface KeyCheck {
  readonly kind: 'key-check'
  readonly name: string
  readonly sealed: string
}

export type PolicyOwner = User | Group | Role
export type Tagged = User | Role | ManagedPolicy
/** Providers stand in the file of --iam-file alone. */
export type Entity = User | Group | Role | ManagedPolicy | AccessKey | AccountAlias | KeyCheck | OidcProvider
export type EntityKind = Entity['kind']
export type EntityOf<Kind extends EntityKind> = Extract<Entity, { readonly kind: Kind }>

const format = 1

export function encodeEntity(entity: Entity): string {
  return JSON.stringify({ format, entity })
}

export function decodeEntity(record: StoredValue): Entity {
  assert(typeof record === 'string', 'identities are stored as text')
  const stored = JSON.parse(record) as { readonly format: number; readonly entity: Entity }
  assert(stored.format === format, 'unknown format of an identity', stored.format)
  return stored.entity
}

/** What the secret of an access key is sealed for. */
export function accessKeyPurpose(accessKeyId: string): string {
  return `access key ${accessKeyId}`
}
