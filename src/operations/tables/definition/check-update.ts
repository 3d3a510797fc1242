/**
 * What can be wrong with an UpdateTable request before its table is looked at: errors.md §5 "UpdateTable". The order is that of
 * the page: nothing to do, what does not go together, throughput, indexes, stream, encryption, table class [I].
 */
import { invalid, ServiceError } from '../../../api/errors.ts'
import { checkIndexUpdates } from './check-index-updates.ts'
import { checkEncryption, checkTableClass } from './check-settings.ts'
import { checkBounds } from './check-throughput.ts'
import type { StreamRequest, UpdateTableRequest } from './request.ts'

/** The request without objects that say nothing. Throws the ValidationException of the first check that fails. */
export function checkedUpdate(input: UpdateTableRequest): UpdateTableRequest {
  checkSomethingToDo(input)
  const request = withoutEmptyObjects(input)
  checkListsFilled(request)
  checkTogether(request)
  checkBilling(request)
  checkIndexUpdates(request)
  if (request.StreamSpecification !== undefined) checkStreamChange(request.StreamSpecification)
  if (request.SSESpecification !== undefined) checkEncryption(request.SSESpecification)
  if (request.TableClass !== undefined) checkTableClass(request.TableClass)
  return request
}

function withoutEmptyObjects({ OnDemandThroughput, WarmThroughput, ...rest }: UpdateTableRequest): UpdateTableRequest {
  return {
    ...rest,
    ...(OnDemandThroughput === undefined || Object.keys(OnDemandThroughput).length === 0 ? {} : { OnDemandThroughput }),
    ...(WarmThroughput === undefined || Object.keys(WarmThroughput).length === 0 ? {} : { WarmThroughput }),
  }
}

/** The parameters that ask for a change, in no order that matters. */
const changes = [
  'ProvisionedThroughput',
  'BillingMode',
  'StreamSpecification',
  'GlobalSecondaryIndexUpdates',
  'VectorIndexUpdates',
  'SSESpecification',
  'ReplicaUpdates',
  'GlobalTableWitnessUpdates',
  'MultiRegionConsistency',
  'GlobalTableSettingsReplicationMode',
  'DeletionProtectionEnabled',
  'DisassociationProtectionEnabled',
  'OnDemandThroughput',
  'WarmThroughput',
  'TableClass',
] as const

type Change = (typeof changes)[number]

/** MultiRegionConsistency asks for nothing alone, and is not named then. */
function checkSomethingToDo(request: UpdateTableRequest): void {
  const asksForChange = changes.some((name) => {
    const value = name === 'MultiRegionConsistency' ? undefined : request[name]
    return Array.isArray(value) ? value.length > 0 : value !== undefined
  })
  if (asksForChange) return
  const consistency = request.MultiRegionConsistency === undefined ? 'MultiRegionConsistency, ' : ''
  throw invalid(
    `At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, ${consistency}DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required`,
  )
}

/** Beside other changes an object that says nothing is as good as none; a request of nothing else fails (api-quirks DDB-TABLE-448). */
export function checkNotEmpty(request: UpdateTableRequest): void {
  if (changes.every((name) => request[name] === undefined)) throw new ServiceError('InternalFailure', '')
}

/** The words for vector indexes are inferred [I]. */
function checkListsFilled({ GlobalSecondaryIndexUpdates, VectorIndexUpdates }: UpdateTableRequest): void {
  if (GlobalSecondaryIndexUpdates?.length === 0) {
    throw invalid('One or more parameter values were invalid: List of GlobalSecondaryIndexUpdates is empty')
  }
  if (VectorIndexUpdates?.length === 0) throw invalid('One or more parameter values were invalid: List of VectorIndexUpdates is empty')
}

/** What must be changed alone, in the order in which it is reported. The last of them is newer than what is known of the others' words [I]. */
const lonely: readonly { readonly change: Change; readonly name: string }[] = [
  { change: 'SSESpecification', name: 'Server-Side Encryption' },
  { change: 'TableClass', name: 'TableClass' },
  { change: 'DeletionProtectionEnabled', name: 'DeletionProtection' },
  { change: 'ReplicaUpdates', name: 'Replica' },
  { change: 'DisassociationProtectionEnabled', name: 'DisassociationProtection' },
]

/** Replicas come with a witness, and with how consistent they are. */
function goesWith(change: Change, other: Change): boolean {
  if (change === other) return true
  return change === 'ReplicaUpdates' && (other === 'GlobalTableWitnessUpdates' || other === 'MultiRegionConsistency')
}

function checkTogether(request: UpdateTableRequest): void {
  const asked = changes.filter((name) => request[name] !== undefined)
  for (const { change, name } of lonely) {
    if (request[change] !== undefined && asked.some((other) => !goesWith(change, other))) {
      throw invalid(`One or more parameter values were invalid: ${name} modification must be the only operation in the request`)
    }
  }
  if (request.WarmThroughput !== undefined && request.GlobalSecondaryIndexUpdates?.some(({ Create }) => Create !== undefined)) {
    throw invalid(
      'One or more parameter values were invalid: Create global secondary index cannot be specified when updating WarmThroughput',
    )
  }
  if (request.WarmThroughput !== undefined && asked.length > 1) {
    throw invalid('One or more parameter values were invalid: WarmThroughput must be the only operation in the request')
  }
  if (request.OnDemandThroughput !== undefined && asked.some((name) => name !== 'OnDemandThroughput' && name !== 'BillingMode')) {
    throw invalid(
      'One or more parameter values were invalid: OnDemandThroughput can only be combined with BillingMode in an UpdateTable request',
    )
  }
  checkIopsAlone(request)
}

/** Going on-demand is no update of IOPS: an index may be created in the same request. */
function checkIopsAlone(request: UpdateTableRequest): void {
  const { ProvisionedThroughput, BillingMode, StreamSpecification } = request
  const updatesIops = ProvisionedThroughput !== undefined || BillingMode === 'PROVISIONED'
  if (updatesIops && StreamSpecification !== undefined) {
    throw invalid('One or more parameter values were invalid: You cannot modify stream status while updating table IOPS')
  }
  if (!hasIndexCreationOrDeletion(request)) return
  if (updatesIops) {
    throw invalid('One or more parameter values were invalid: You cannot create or delete index while updating table IOPS')
  }
  if (StreamSpecification !== undefined) {
    throw invalid('One or more parameter values were invalid: You cannot create or delete index while changing stream status')
  }
}

function hasIndexCreationOrDeletion({ GlobalSecondaryIndexUpdates = [], VectorIndexUpdates = [] }: UpdateTableRequest): boolean {
  const all: readonly { readonly Create?: unknown; readonly Delete?: unknown }[] = [...GlobalSecondaryIndexUpdates, ...VectorIndexUpdates]
  return all.some(({ Create, Delete }) => Create !== undefined || Delete !== undefined)
}

function checkBilling({ BillingMode, ProvisionedThroughput }: UpdateTableRequest): void {
  if (BillingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput !== undefined) {
    throw invalid(
      'One or more parameter values were invalid: ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST',
    )
  }
  if (BillingMode === 'PROVISIONED' && ProvisionedThroughput === undefined) {
    throw invalid('One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED')
  }
  checkBounds(ProvisionedThroughput)
}

function checkStreamChange({ StreamEnabled, StreamViewType }: StreamRequest): void {
  if (StreamEnabled && StreamViewType === undefined) {
    throw invalid('One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required')
  }
  if (!StreamEnabled && StreamViewType !== undefined) {
    throw invalid('One or more parameter values were invalid: If stream is being disabled, then UpdateViewType must not be specified')
  }
}
