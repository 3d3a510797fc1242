/** The parts of a CreateTable request, named; UpdateTable and the restores speak of the same parts. */
import type { InputOf } from '../../../api/operations.ts'

export type CreateTableRequest = InputOf<'CreateTable'>

/** A request that copies no other table, and so says itself what api/check-input.ts then asks for. */
export interface TableRequest extends CreateTableRequest {
  readonly KeySchema: KeySchemaRequest
  readonly AttributeDefinitions: NonNullable<CreateTableRequest['AttributeDefinitions']>
}

export type UpdateTableRequest = InputOf<'UpdateTable'>
export type GlobalIndexUpdate = NonNullable<UpdateTableRequest['GlobalSecondaryIndexUpdates']>[number]
export type GlobalIndexChange = NonNullable<GlobalIndexUpdate['Update']>
export type VectorIndexUpdate = NonNullable<UpdateTableRequest['VectorIndexUpdates']>[number]

/** Whether an index comes or goes by it. */
export function makesOrDeletesIndexes({ GlobalSecondaryIndexUpdates = [], VectorIndexUpdates = [] }: UpdateTableRequest): boolean {
  const updates: readonly { readonly Create?: unknown; readonly Delete?: unknown }[] = [
    ...GlobalSecondaryIndexUpdates,
    ...VectorIndexUpdates,
  ]
  return updates.some(({ Create, Delete }) => Create !== undefined || Delete !== undefined)
}

export type KeySchemaRequest = NonNullable<CreateTableRequest['KeySchema']>
export type GlobalIndexRequest = NonNullable<CreateTableRequest['GlobalSecondaryIndexes']>[number]
export type LocalIndexRequest = NonNullable<CreateTableRequest['LocalSecondaryIndexes']>[number]
export type VectorIndexRequest = NonNullable<CreateTableRequest['VectorIndexes']>[number]
export type ProjectionRequest = LocalIndexRequest['Projection']
export type ThroughputRequest = NonNullable<CreateTableRequest['ProvisionedThroughput']>
export type OnDemandRequest = NonNullable<CreateTableRequest['OnDemandThroughput']>
export type WarmRequest = NonNullable<CreateTableRequest['WarmThroughput']>
export type StreamRequest = NonNullable<CreateTableRequest['StreamSpecification']>
export type EncryptionRequest = NonNullable<CreateTableRequest['SSESpecification']>
export type TagsRequest = NonNullable<CreateTableRequest['Tags']>
