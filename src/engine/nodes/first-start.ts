/**
 * What is the same for all nodes of a shared store, for as long as it lives: the first of them to start records what it was told, and
 * later ones go by that. One that is told something else is refused: part of ARNs, and where tables lie, follow from it.
 *
 * The record is JSON of a FirstStart. The feature level begins with what the first node reads.
 */
import { type Store, StoreOpenError } from '../../storage/store.ts'
import { featureLevelKey, firstStartKey } from '../keyspace/node-keys.ts'
import { outdated } from './feature-level.ts'

/** Shared: every region sees the same tables. Isolated: each has its own, as on AWS. */
export type Regions = 'shared' | 'isolated'

export interface FirstStart {
  /** Twelve digits; part of every ARN. */
  readonly account: string
  /** Part of every ARN while regions share their tables; otherwise the region of those who name none. */
  readonly region: string
  readonly regions: Regions
  /** Whether the store is shared and what only tests need may be done there: its clock moved, tables dropped at once, transactions held. */
  readonly isTestCluster: boolean
}

/** What is not said is as it was at the first start; there `us-east-1`, shared, and no cluster for tests. */
export type FirstStartOptions = Partial<FirstStart>

/** What was asked for, and what holds where nobody asked. */
export function firstStartOf({ account, region, regions, isTestCluster }: FirstStartOptions): FirstStart {
  return {
    account: account ?? '123456789012',
    region: region ?? 'us-east-1',
    regions: regions ?? 'shared',
    isTestCluster: isTestCluster ?? false,
  }
}

/** What is asked of it, and what level its node reads (feature-level.ts). */
export interface Joining {
  readonly options: FirstStartOptions & { readonly startMs?: number }
  readonly newestLevel: number
}

/** What holds on this store: what is recorded, or else what is asked for, which is recorded then. Rejects with StoreOpenError when these differ. */
export async function agreeOnFirstStart(store: Store, { options, newestLevel }: Joining): Promise<FirstStart> {
  const key = firstStartKey()
  const levelKey = featureLevelKey()
  const asked = firstStartOf(options)
  const recorded = await store.write([key, levelKey], (turn) => {
    const level = turn.get(levelKey)
    if (level === undefined) turn.put(levelKey, String(newestLevel))
    else if (Number(level) > newestLevel) throw new StoreOpenError(outdated(Number(level), newestLevel))
    const stored = turn.get(key)
    if (stored !== undefined) return JSON.parse(String(stored)) as FirstStart
    turn.put(key, JSON.stringify(asked))
    return asked
  })
  for (const { name, flags } of fixed) {
    if (options[name] === undefined || options[name] === recorded[name]) continue
    throw new StoreOpenError(
      `The first server on this database was started with the ${name} ${recorded[name]}, this one with ${options[name]}: ` +
        `leave ${flags} out, or say ${recorded[name]}`,
    )
  }
  if (asked.isTestCluster !== recorded.isTestCluster) {
    throw new StoreOpenError(
      recorded.isTestCluster
        ? 'The first server on this database was started with --test-cluster, this one without it: start it with --test-cluster, or choose another database'
        : 'The first server on this database was started without --test-cluster, this one with it: start it without --test-cluster, or choose another database',
    )
  }
  if (options.startMs !== undefined && !recorded.isTestCluster) {
    throw new StoreOpenError(
      'Servers that share a database go by its clock: leave --clock (STATOR_CLOCK) out, or start the first of them with --test-cluster',
    )
  }
  return recorded
}

const fixed: readonly { readonly name: 'account' | 'region' | 'regions'; readonly flags: string }[] = [
  { name: 'account', flags: '--account (STATOR_ACCOUNT)' },
  { name: 'region', flags: '--region (STATOR_REGION, AWS_REGION)' },
  { name: 'regions', flags: '--regions (STATOR_REGIONS)' },
]
