/**
 * What can be wrong with the replica updates of an UpdateTable request before its table is looked at (global-tables-and-kinesis.md §2). Words
 * without a capture are ours [I].
 */
import { invalid } from '../../../api/errors.ts'
import type { InputOf } from '../../../api/operations.ts'
import { isRegionName } from '../../../api/region-name.ts'

type Request = InputOf<'UpdateTable'>
export type ReplicaUpdate = NonNullable<Request['ReplicaUpdates']>[number]
export type ReplicaCreation = NonNullable<ReplicaUpdate['Create']>
export type ReplicaChange = NonNullable<ReplicaUpdate['Update']>

/** What is asked of a global table, by kind. */
export interface CheckedReplicaUpdates {
  readonly creates: readonly ReplicaCreation[]
  readonly updates: readonly ReplicaChange[]
  /** Regions. */
  readonly deletes: readonly string[]
  readonly isLeaving: boolean
  readonly createdWitness: string | undefined
  readonly deletedWitness: string | undefined
  readonly consistency: 'EVENTUAL' | 'STRONG'
}

/** The members of UpdateTable that are about global tables. */
const replicaMembers = [
  'ReplicaUpdates',
  'GlobalTableWitnessUpdates',
  'MultiRegionConsistency',
  'GlobalTableSettingsReplicationMode',
  'DisassociationProtectionEnabled',
] as const

export function isAboutReplicas(request: Request): boolean {
  return replicaMembers.some((name) => request[name] !== undefined)
}

/** Throws for what this server cannot have: replicas need regions of their own, and global tables of several accounts need these. */
export function checkOffered(regions: 'shared' | 'isolated', request: Request): void {
  const asked = replicaMembers.find((name) => request[name] !== undefined)
  if (asked === undefined) return
  if (request.GlobalTableSettingsReplicationMode !== undefined) {
    throw invalid(`${P}GlobalTableSettingsReplicationMode is not supported: this server owns one account`)
  }
  if (regions === 'shared') {
    throw invalid(`${P}${asked} is not supported while all regions share their tables: start the server with --regions isolated`)
  }
}

/** Throws the ValidationException of the first check that fails. `region` is that of the call. */
export function checkedReplicaUpdates(region: string, request: Request): CheckedReplicaUpdates {
  const { ReplicaUpdates = [], GlobalTableWitnessUpdates: [witness] = [], MultiRegionConsistency } = request
  for (const update of ReplicaUpdates) checkOneAction(update, ['Create', 'Update', 'Delete', 'Disassociate'])
  if (witness !== undefined) checkOneAction(witness, ['Create', 'Delete'])
  const creates = ReplicaUpdates.flatMap(({ Create }) => Create ?? [])
  const updates = ReplicaUpdates.flatMap(({ Update }) => Update ?? [])
  const deletes = ReplicaUpdates.flatMap(({ Delete }) => Delete?.RegionName ?? [])
  checkRegions(region, [...[...creates, ...updates].map(({ RegionName }) => RegionName), ...deletes], witness)
  for (const update of updates) checkSomethingToUpdate(update)
  if (MultiRegionConsistency !== undefined && creates.length === 0) {
    throw invalid(`${P}MultiRegionConsistency can only be specified when replicas are created`)
  }
  const isStrong = MultiRegionConsistency === 'STRONG'
  if (witness?.Create !== undefined && !isStrong) {
    throw invalid(`${P}A witness can only be created together with a replica when MultiRegionConsistency is STRONG`)
  }
  if (witness?.Delete !== undefined && deletes.length === 0) {
    throw invalid(`${P}A witness can only be deleted together with a replica`)
  }
  return {
    creates,
    updates,
    deletes,
    isLeaving: isLeaving(region, ReplicaUpdates, witness !== undefined),
    createdWitness: witness?.Create?.RegionName,
    deletedWitness: witness?.Delete?.RegionName,
    consistency: MultiRegionConsistency ?? 'EVENTUAL',
  }
}

type Witness = NonNullable<Request['GlobalTableWitnessUpdates']>[number]

function checkOneAction(update: object, actions: readonly string[]): void {
  const asked = Object.values(update).filter((action) => action !== undefined)
  if (asked.length !== 1) throw invalid(`${P}Exactly one of ${actions.join(', ')} must be specified in each update`)
}

function checkRegions(region: string, regions: readonly string[], witness: Witness | undefined): void {
  const witnessRegion = witness?.Create?.RegionName ?? witness?.Delete?.RegionName
  const all = witnessRegion === undefined ? regions : [...regions, witnessRegion]
  for (const name of all) if (!isRegionName(name)) throw invalid(`${P}Region ${name} is not valid`)
  if (regions.includes(region)) {
    throw invalid(
      'Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.',
    )
  }
  if (new Set(all).size < all.length || witnessRegion === region) {
    throw invalid(`${P}Each Region can be named once in ReplicaUpdates and GlobalTableWitnessUpdates`)
  }
}

function checkSomethingToUpdate({ RegionName, ...change }: ReplicaChange): void {
  if (Object.values(change).some((value) => value !== undefined)) return
  throw invalid(`${P}At least one setting must be specified to update the replica in Region ${RegionName}`)
}

/** A replica leaves by itself alone. */
function isLeaving(region: string, updates: readonly ReplicaUpdate[], isWithWitness: boolean): boolean {
  const asked = updates.flatMap(({ Disassociate }) => Disassociate ?? [])
  const [first] = asked
  if (first === undefined) return false
  if (updates.length > 1 || isWithWitness) throw invalid(`${P}Disassociate must be the only update in ReplicaUpdates`)
  if (first.RegionName !== region) throw invalid(`${P}A replica can only be disassociated by a request to its own Region`)
  return true
}

const P = 'One or more parameter values were invalid: '
