/** The database with what its requests cost and meet: an engine, and the metering beside it that operations, services and server use. */
import type { Engine } from '../engine/engine.ts'
import type { Insights } from './insights/insights.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { SharedTraffic } from './reports/shared-traffic.ts'
import type { PartitionWatch } from './splits/partition-watch.ts'
import type { ScalingDoor } from './table-scaling.ts'
import type { ControlPlane } from './throughput/control-plane.ts'
import type { SharedUsage } from './throughput/shared-usage.ts'
import type { ThrottleCounts } from './throughput/throttle-counts.ts'
import type { ThroughputMeters } from './throughput/throughput-meters.ts'
import type { Traffic } from './traffic/traffic.ts'

/** All of it is a cache or a measurement: what must outlive the process is in the store. */
export interface Metering {
  readonly metrics: Metrics
  /** What the throughput of tables and global indexes is measured and limited by. */
  readonly meters: ThroughputMeters
  readonly throttleCounts: ThrottleCounts
  readonly controlPlane: ControlPlane
  readonly traffic: Traffic
  /** For Contributor Insights. */
  readonly insights: Insights
  /** What scales the throughput of tables, where the server has something that does. */
  readonly scaling: ScalingDoor
  /** What the job that splits partitions remembers. */
  readonly watch: PartitionWatch
  /** Undefined while one process has the store to itself. */
  readonly sharedUsage: SharedUsage | undefined
  /** The same. */
  readonly sharedTraffic: SharedTraffic | undefined
}

export interface MeteredEngine extends Engine {
  readonly metering: Metering
}
