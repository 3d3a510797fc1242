/**
 * How the store knows a series: under the digest of what it is, so that everybody who measures it finds the same id without asking.
 * Two series with one id are told apart by what is stored, and the second of them is not kept.
 *
 * | value             | means                                                                                                |
 * | ----------------- | ---------------------------------------------------------------------------------------------------- |
 * | definition        | there may be points of it                                                                            |
 * | space, definition | it is leaving: whoever puts a point of it puts the definition, too. Without points it will be deleted |
 *
 * A definition is text, words with a space between them: name, region, table, index, operation, stream label, vector index; what a
 * series has not is empty. None of them has a space in it. Behind them stand the dimensions that few metrics have, if the series has them,
 * as `<name>=<value>`.
 */
import { assert } from '../../base/assert.ts'
import { digest64 } from '../../base/digest.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { SeriesId } from './metric-keys.ts'
import { type Dimensions, isMetricName, type MetricName } from './metric-names.ts'

export interface SeriesDefinition {
  readonly name: MetricName
  readonly dimensions: Dimensions
}

/** The definition as text: another for every series. */
export function seriesText({ name, dimensions }: SeriesDefinition): string {
  const { region, TableName = '', GlobalSecondaryIndexName = '', Operation = '', StreamLabel = '', IndexName = '' } = dimensions
  const text = `${name} ${region} ${TableName} ${GlobalSecondaryIndexName} ${Operation} ${StreamLabel} ${IndexName}`
  return rareDimensions.reduce((so, rare) => (dimensions[rare] === undefined ? so : `${so} ${rare}=${dimensions[rare]}`), text)
}

const rareDimensions = ['DelegatedOperation', 'EventSourceMappingUUID', 'FunctionName', 'ReceivingRegion'] as const

export function seriesIdOf(text: string): SeriesId {
  return digest64(text) as SeriesId
}

/** The value of a series that is leaving. */
export function leavingText(text: string): string {
  return ` ${text}`
}

export interface SeriesRecord {
  readonly text: string
  /** Undefined for a metric that this version does not know. */
  readonly definition: SeriesDefinition | undefined
  readonly isLeaving: boolean
}

export function decodeSeries(value: StoredValue): SeriesRecord {
  assert(typeof value === 'string', 'series are stored as text')
  const isLeaving = value.startsWith(' ')
  const text = isLeaving ? value.slice(1) : value
  return { text, definition: definitionIn(text), isLeaving }
}

function definitionIn(text: string): SeriesDefinition | undefined {
  const [name = '', region = '', TableName = '', GlobalSecondaryIndexName = '', Operation = '', StreamLabel = '', IndexName = '', ...rare] =
    text.split(' ')
  if (!isMetricName(name)) return undefined
  const dimensions = {
    region,
    ...(TableName !== '' && { TableName }),
    ...(GlobalSecondaryIndexName !== '' && { GlobalSecondaryIndexName }),
    ...(Operation !== '' && { Operation }),
    ...(StreamLabel !== '' && { StreamLabel }),
    ...(IndexName !== '' && { IndexName }),
    ...Object.fromEntries(rare.map((word) => word.split('='))),
  }
  // A definition of which this version does not know every word is another series.
  return seriesText({ name, dimensions }) === text ? { name, dimensions } : undefined
}
