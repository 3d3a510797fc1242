/**
 * The keys under which identities lie (keys.ts has the table of all): which kind, then the name in lower case, as names are not
 * distinguished by case.
 */
import { iamTag, key, prefixRange } from '../../../engine/keyspace/keys.ts'
import type { KeyBytes, KeyRange } from '../../../storage/store.ts'
import type { EntityKind } from './entity.ts'

/** Never given to another kind. */
const kindBytes: { readonly [Kind in EntityKind]: number } = {
  user: 1,
  group: 2,
  role: 3,
  policy: 4,
  'access-key': 5,
  alias: 6,
  'key-check': 7,
  'oidc-provider': 8,
}

const kinds: ReadonlyMap<number, EntityKind> = new Map(Object.entries(kindBytes).map(([kind, byte]) => [byte, kind as EntityKind]))

export interface IdentityPlace {
  readonly kind: EntityKind
  /** In lower case. */
  readonly foldedName: string
}

export function identityKey(kind: EntityKind, name: string): KeyBytes {
  return key(Buffer.concat([Uint8Array.of(iamTag, kindBytes[kind]), Buffer.from(foldedName(name))]))
}

/** Undefined for a kind of a later version. */
export function identityPlaceIn(stored: KeyBytes): IdentityPlace | undefined {
  const kind = kinds.get(stored[1] ?? 0)
  return kind && { kind, foldedName: Buffer.from(stored.buffer, stored.byteOffset, stored.length).toString('utf8', 2) }
}

export function allIdentitiesRange(): KeyRange {
  return prefixRange(Uint8Array.of(iamTag))
}

/** What names are compared by. */
export function foldedName(name: string): string {
  return name.toLowerCase()
}
