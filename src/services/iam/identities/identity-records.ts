/**
 * All identities of the account, as everything durable says it: a cache of their records, true as of their version (engine/records),
 * and over it what the file of --iam-file says. `change` is the one way to change the records.
 */
import { versionedRecordsIds } from '../../../engine/keyspace/keys.ts'
import { type RecordCache, type RecordChange, type RecordTurn, VersionedRecords } from '../../../engine/records/versioned-records.ts'
import type { KeyRange, Store, StoreDamaged } from '../../../storage/store.ts'
import {
  type AccessKey,
  decodeEntity,
  type Entity,
  type EntityKind,
  type EntityOf,
  encodeEntity,
  type Group,
  type Role,
  type User,
} from './entity.ts'
import { allIdentitiesRange, foldedName, identityKey, identityPlaceIn } from './identity-keys.ts'

/** All of a database. Once for each that is open (services/records.ts). */
export async function loadIdentities(store: Store): Promise<IdentityRecords> {
  const identities = new IdentityRecords(store)
  await identities.load()
  return identities
}

/** What a turn that changes identities does with them. */
export interface IdentityTurn {
  /** A new one, or another in the place of one of the same name. */
  put(entity: Entity): void
  remove(entity: Entity): void
}

export class IdentityRecords {
  readonly #store: Store
  readonly #cache = new IdentityCache()
  readonly #versioned: VersionedRecords

  constructor(store: Store) {
    this.#store = store
    this.#versioned = new VersionedRecords(versionedRecordsIds.identities, this.#cache)
  }

  /** Reads all of them: once, before anything else. */
  load(): Promise<void> {
    return this.#versioned.load(this.#store)
  }

  /** Others change them, too: when this resolves, memory is as the store was at a moment after the call. */
  async catchUp(): Promise<void> {
    await this.#versioned.catchUp(this.#store)
  }

  /** Another number whenever any of them is another: for whoever keeps what he made of them. */
  get revision(): number {
    return this.#cache.revision
  }

  /** From now on these stand beside the stored ones, and before those of the same name. */
  setFileEntities(entities: readonly Entity[]): void {
    this.#cache.setFileEntities(entities)
  }

  /** Names are not distinguished by case. Throws StoreDamaged for one that is there and damaged. */
  find<Kind extends EntityKind>(kind: Kind, name: string): EntityOf<Kind> | undefined {
    const found = this.#cache.find(kind, name)
    if (found === undefined) this.#cache.requireSound(kind, name)
    return found
  }

  /** In the order of their names; without those that are damaged. */
  all<Kind extends EntityKind>(kind: Kind): readonly EntityOf<Kind>[] {
    return this.#cache.all(kind)
  }

  accessKeysOf(ownerId: string): readonly AccessKey[] {
    return this.all('access-key').filter((each) => each.ownerId === ownerId)
  }

  /** Throws StoreDamaged when it is not known of each user that he is another, as one is damaged. */
  userOfId(id: string): User | undefined {
    return this.#soundOfId('user', id)
  }

  /** Throws StoreDamaged like `userOfId`. */
  roleOfId(id: string): Role | undefined {
    return this.#soundOfId('role', id)
  }

  /** Throws StoreDamaged like `userOfId`. */
  groupOfId(id: string): Group | undefined {
    return this.#soundOfId('group', id)
  }

  /** To tell what it is called: of one that is damaged nothing is known. */
  principalOfId(id: string): User | Role | undefined {
    return this.#cache.ofId('user', id) ?? this.#cache.ofId('role', id)
  }

  #soundOfId<Kind extends IdentifiedKind>(kind: Kind, id: string): EntityOf<Kind> | undefined {
    const found = this.#cache.ofId(kind, id)
    if (found === undefined) this.#cache.requireSound(kind)
    return found
  }

  /**
   * Calls `decide` in a turn of the store, with what every earlier change decided, whoever made it. It may be called again. Resolves with
   * what it returned, when that is durable; rejects with what it throws.
   */
  change<T>(decide: (turn: IdentityTurn) => T): Promise<T> {
    return this.#versioned.change(
      this.#store,
      () => [],
      (records) => decide(turnOf(records)),
    )
  }
}

function turnOf(records: RecordTurn): IdentityTurn {
  return {
    put: (entity) => records.put(identityKey(entity.kind, entity.name), encodeEntity(entity)),
    remove: ({ kind, name }) => records.delete(identityKey(kind, name)),
  }
}

/** What is referred to by its id. */
type IdentifiedKind = 'user' | 'group' | 'role'

type ByName = ReadonlyMap<string, Entity>

const none: ByName = new Map()

class IdentityCache implements RecordCache {
  readonly ranges: readonly KeyRange[] = [allIdentitiesRange()]
  readonly #stored = new Map<EntityKind, Map<string, Entity>>()
  /** Of each kind, by the folded name. */
  #damage: ReadonlyMap<EntityKind, ReadonlyMap<string, StoreDamaged>> = new Map()
  #ofFile: ReadonlyMap<EntityKind, ByName> = new Map()
  /** What was made of the above since it last changed. */
  #sorted = new Map<EntityKind, readonly Entity[]>()
  #byId = new Map<IdentifiedKind, ReadonlyMap<string, User | Group | Role>>()
  revision = 0

  /** Throws what the record was found to be, if it is damaged; without a name, what any of the kind was found to be. */
  requireSound(kind: EntityKind, name?: string): void {
    const damaged = this.#damage.get(kind)
    const [first] = damaged?.values() ?? []
    const found = name === undefined ? first : damaged?.get(foldedName(name))
    if (found !== undefined) throw found
  }

  damaged(errors: readonly StoreDamaged[]): void {
    const damage = new Map<EntityKind, Map<string, StoreDamaged>>()
    for (const error of errors) {
      const place = identityPlaceIn(error.key)
      if (place === undefined) continue
      const ofKind = damage.get(place.kind) ?? new Map<string, StoreDamaged>()
      damage.set(place.kind, ofKind.set(place.foldedName, error))
    }
    this.#damage = damage
  }

  find<Kind extends EntityKind>(kind: Kind, name: string): EntityOf<Kind> | undefined {
    const folded = foldedName(name)
    return (this.#ofFile.get(kind)?.get(folded) ?? this.#stored.get(kind)?.get(folded)) as EntityOf<Kind> | undefined
  }

  all<Kind extends EntityKind>(kind: Kind): readonly EntityOf<Kind>[] {
    let sorted = this.#sorted.get(kind)
    if (sorted === undefined) {
      sorted = [...this.#named(kind)].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, entity]) => entity)
      this.#sorted.set(kind, sorted)
    }
    return sorted as readonly EntityOf<Kind>[]
  }

  ofId<Kind extends IdentifiedKind>(kind: Kind, id: string): EntityOf<Kind> | undefined {
    let byId = this.#byId.get(kind)
    if (byId === undefined) {
      // In no order: requests wait for this after each change.
      byId = new Map(([...this.#named(kind).values()] as readonly (User | Group | Role)[]).map((each) => [each.id, each]))
      this.#byId.set(kind, byId)
    }
    return byId.get(id) as EntityOf<Kind> | undefined
  }

  #named(kind: EntityKind): ByName {
    const stored = this.#stored.get(kind) ?? none
    const ofFile = this.#ofFile.get(kind)
    return ofFile === undefined ? stored : new Map([...stored, ...ofFile])
  }

  setFileEntities(entities: readonly Entity[]): void {
    const ofFile = new Map<EntityKind, Map<string, Entity>>()
    for (const entity of entities) {
      const named = ofFile.get(entity.kind) ?? new Map<string, Entity>()
      ofFile.set(entity.kind, named.set(foldedName(entity.name), entity))
    }
    this.#ofFile = ofFile
    this.#changed()
  }

  apply(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      const place = identityPlaceIn(key)
      if (place === undefined) continue
      const named = this.#stored.get(place.kind) ?? new Map<string, Entity>()
      if (value === undefined) named.delete(place.foldedName)
      else named.set(place.foldedName, decodeEntity(value))
      this.#stored.set(place.kind, named)
    }
    this.#changed()
  }

  replace(all: readonly RecordChange[]): void {
    this.#stored.clear()
    this.apply(all)
  }

  #changed(): void {
    this.#sorted = new Map()
    this.#byId = new Map()
    this.revision += 1
  }
}
