/**
 * What DynamoDB's own operations know of auto scaling, which is a service beside DynamoDB: an interface, and the place where the server puts
 * what stands behind it (services/auto-scaling/table-scaling.ts). Without one nothing is scaled.
 */
import type { InputOf, OutputOf } from '../api/operations.ts'
import type { Access } from '../engine/partitions/capacity-units.ts'

/** Whose capacity is scaled, by name. */
export interface ScaledCapacity {
  readonly tableName: string
  readonly indexName?: string
  readonly access: Access
}

type ReplicaScaling = NonNullable<
  NonNullable<NonNullable<OutputOf<'DescribeTableReplicaAutoScaling'>['TableAutoScalingDescription']>['Replicas']>[number]
>
/** In the words of DynamoDB. */
export type ScalingSettings = NonNullable<ReplicaScaling['ReplicaProvisionedWriteCapacityAutoScalingSettings']>
export type ScalingSettingsUpdate = NonNullable<InputOf<'UpdateTableReplicaAutoScaling'>['ProvisionedWriteCapacityAutoScalingUpdate']>

/** Regions are as the catalog knows them. */
export interface TableScaling {
  /** Undefined for what is not scaled. */
  settingsOf(region: string, capacity: ScaledCapacity): ScalingSettings | undefined
  /** Rejects with the ServiceError of what auto scaling refuses. */
  change(region: string, capacity: ScaledCapacity, update: ScalingSettingsUpdate): Promise<void>
}

export class ScalingDoor {
  #open: (() => Promise<TableScaling | undefined>) | undefined

  /** `open` is called whenever somebody asks, and may load the service. */
  lead(open: () => Promise<TableScaling | undefined>): void {
    this.#open = open
  }

  /** As the store is now; undefined: nothing is ever scaled. */
  async open(): Promise<TableScaling | undefined> {
    return this.#open?.()
  }
}
