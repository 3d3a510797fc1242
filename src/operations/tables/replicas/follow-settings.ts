/**
 * What the replicas of a global table have in common: a change in one region is made in all of them, in the same turn
 * (global-tables-and-kinesis.md §2, "Settings"). Words without a capture are ours [I].
 *
 * | of all                                                            | of each                                             |
 * | ----------------------------------------------------------------- | --------------------------------------------------- |
 * | indexes, billing mode, write capacity, on-demand write maximum, warm throughput, encryption or not, stream (eventual consistency), time to live | read capacity and maximum, table class, KMS key, deletion protection |
 */
import { invalid } from '../../../api/errors.ts'
import type { TableTurn } from '../../../engine/catalog/change-tables.ts'
import { engineOfCatalog } from '../../../engine/regions.ts'
import { isReplicated, otherReplicas } from '../../../engine/schema/replication.ts'
import type { Table } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { checkIndexStates } from '../definition/change-indexes.ts'
import { withoutLiftedCeilings } from '../definition/change-throughput.ts'
import { checkAdmission } from '../definition/check-admission.ts'
import { checkAccountMaxima } from '../definition/check-maxima.ts'
import type { GlobalIndexUpdate, OnDemandRequest, UpdateTableRequest } from '../definition/request.ts'
import { settledAt, updatedTable } from '../definition/updated-table.ts'
import { tableInUse } from '../table-in-use.ts'

/** The other replicas follow what the request makes of this one. Throws what one of them cannot have. */
export function followUpdate(
  engine: MeteredEngine,
  tablesOf: (region: string) => TableTurn,
  table: Table,
  request: UpdateTableRequest,
): void {
  if (!isReplicated(table)) return
  checkStream(table, request)
  const nowMs = engine.clock.now()
  for (const { region, status } of otherReplicas(table)) {
    const home = engineOfCatalog(engine, region)
    const other = tablesOf(region).find(table.name)
    if (other === undefined) continue
    const followed = followedRequest(table, other, request)
    if (Object.keys(followed).length === 1) continue
    if (status !== 'ACTIVE') throw tableInUse({ ...table, status: 'UPDATING' })
    checkIndexStates(other, followed)
    checkAdmission(other, followed)
    const lastStreamLabel = engine.catalog.streams.lastLabel(region, table.name)
    const times = { nowMs, delayMs: engine.settings.tableStateDelayMs, lastStreamLabel }
    const updated = updatedTable(home, other, followed, times)
    checkAccountMaxima(home.region, tablesOf(region).all(), updated)
    tablesOf(region).replace(withoutLiftedCeilings(settledAt(updated, times)))
  }
}

function checkStream({ replication }: Table, { StreamSpecification }: UpdateTableRequest): void {
  if (StreamSpecification === undefined || replication?.consistency === 'STRONG') return
  if (!StreamSpecification.StreamEnabled) throw invalid(`${P}The stream of a replica of a global table cannot be disabled`)
}

/** The request as another region has it: with its own read capacity, and without what each replica has for itself. */
function followedRequest(table: Table, other: Table, request: UpdateTableRequest): UpdateTableRequest {
  const { AttributeDefinitions, BillingMode, ProvisionedThroughput, OnDemandThroughput, WarmThroughput, VectorIndexUpdates } = request
  const { GlobalSecondaryIndexUpdates = [], SSESpecification, StreamSpecification } = request
  const onDemand = writeMaximum(OnDemandThroughput)
  const indexes = GlobalSecondaryIndexUpdates.flatMap((update) => followedIndex(other, update))
  const isEncrypted = (other.upcomingEncryption === undefined ? other.encryption : other.upcomingEncryption.to) !== undefined
  const isEncryptionFollowed = SSESpecification !== undefined && (SSESpecification.Enabled ?? true) !== isEncrypted
  const isStreamFollowed = table.replication?.consistency === 'EVENTUAL' && StreamSpecification !== undefined
  return {
    TableName: other.name,
    ...(AttributeDefinitions !== undefined && (indexes.length > 0 || VectorIndexUpdates !== undefined) && { AttributeDefinitions }),
    ...(BillingMode !== undefined && { BillingMode }),
    ...(ProvisionedThroughput !== undefined && { ProvisionedThroughput: withOwnReads(ProvisionedThroughput, other) }),
    ...(onDemand !== undefined && { OnDemandThroughput: onDemand }),
    ...(WarmThroughput !== undefined && { WarmThroughput }),
    ...(indexes.length > 0 && { GlobalSecondaryIndexUpdates: indexes }),
    ...(VectorIndexUpdates !== undefined && { VectorIndexUpdates }),
    ...(isEncryptionFollowed && { SSESpecification: { Enabled: !isEncrypted } }),
    ...(isStreamFollowed && { StreamSpecification }),
  }
}

type ProvisionedRequest = NonNullable<UpdateTableRequest['ProvisionedThroughput']>

function withOwnReads(asked: ProvisionedRequest, { provisioned }: Pick<Table, 'provisioned'>): ProvisionedRequest {
  return { ...asked, ReadCapacityUnits: provisioned?.readUnits ?? asked.ReadCapacityUnits }
}

function writeMaximum(asked: OnDemandRequest | undefined): OnDemandRequest | undefined {
  return asked?.MaxWriteRequestUnits === undefined ? undefined : { MaxWriteRequestUnits: asked.MaxWriteRequestUnits }
}

function followedIndex(other: Table, { Create, Update, Delete }: GlobalIndexUpdate): GlobalIndexUpdate[] {
  if (Create !== undefined) return [{ Create }]
  if (Delete !== undefined) return [{ Delete }]
  if (Update === undefined) return []
  const { IndexName, ProvisionedThroughput, WarmThroughput } = Update
  const index = other.indexes.find(({ name }) => name === IndexName)
  const onDemand = writeMaximum(Update.OnDemandThroughput)
  const provisioned = ProvisionedThroughput && withOwnReads(ProvisionedThroughput, index?.kind === 'global' ? index : {})
  if (provisioned === undefined && WarmThroughput === undefined && onDemand === undefined) return []
  return [
    {
      Update: {
        IndexName,
        ...(provisioned !== undefined && { ProvisionedThroughput: provisioned }),
        ...(onDemand !== undefined && { OnDemandThroughput: onDemand }),
        ...(WarmThroughput !== undefined && { WarmThroughput }),
      },
    },
  ]
}

const P = 'One or more parameter values were invalid: '
