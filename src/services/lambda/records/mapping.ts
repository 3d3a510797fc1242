/** What an event source mapping is, as it is stored: JSON of just this. */
import type { StoredValue } from '../../../storage/store.ts'

/** In the words of the API. */
export type MappingState = 'Creating' | 'Enabling' | 'Enabled' | 'Disabling' | 'Disabled' | 'Updating' | 'Deleting'

export interface MappingSettings {
  readonly batchSize: number
  readonly windowSeconds: number
  /** Batches of a shard at a time. */
  readonly factor: number
  /** Texts of patterns; none: everything matches. */
  readonly filters: readonly string[]
  /** ARN. */
  readonly failureDestination?: string
  /** −1: until they leave the stream. */
  readonly recordAgeSecondsMax: number
  readonly bisects: boolean
  /** −1: until they leave the stream. */
  readonly retriesMax: number
  /** 0: no windows. */
  readonly tumblingSeconds: number
  readonly reportsItemFailures: boolean
  readonly metrics: readonly ('EventCount' | 'ErrorCount')[]
  readonly kmsKeyArn?: string
}

export interface Mapping {
  readonly uuid: string
  /** As the catalog keeps the stream. */
  readonly catalogRegion: string
  /** In which it was made: that of its records. */
  readonly region: string
  readonly functionName: string
  readonly qualifier?: string
  readonly tableId: number
  readonly tableName: string
  readonly label: string
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST'
  readonly settings: MappingSettings
  readonly tags: { readonly [key: string]: string }
  readonly state: MappingState
  /** What it is to be once it is no more on its way. */
  readonly isEnabled: boolean
  readonly createdMs: number
  readonly modifiedMs: number
}

export const defaultSettings: MappingSettings = {
  batchSize: 100,
  windowSeconds: 0,
  factor: 1,
  filters: [],
  recordAgeSecondsMax: -1,
  bisects: false,
  retriesMax: -1,
  tumblingSeconds: 0,
  reportsItemFailures: false,
  metrics: [],
}

export function encodeMapping(mapping: Mapping): string {
  return JSON.stringify(mapping)
}

export function decodeMapping(value: StoredValue): Mapping {
  return JSON.parse(String(value)) as Mapping
}

/** The id under which it reads its stream (engine/consumers), and its job. */
export function consumerIdOf(uuid: string): string {
  return `lambda ${uuid}`
}
