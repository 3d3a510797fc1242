/**
 * How the store knows a series by its number. A definition is text, words with a space between them: name, region, table, index,
 * operation, stream label, vector index; what a series has not is empty. None of them has a space in it.
 */

import { assert } from '../../base/assert.ts'
import { keyAfter } from '../../engine/keyspace/keys.ts'
import type { Store, StoredValue } from '../../storage/store.ts'
import { metricSeriesBudget } from '../limits.ts'
import { allSeriesRange, seriesIdIn } from './metric-keys.ts'
import { type Dimensions, isMetricName, type MetricName } from './metric-names.ts'

export interface SeriesDefinition {
  readonly name: MetricName
  readonly dimensions: Dimensions
}

interface NumberedSeries {
  readonly id: number
  /** Undefined for a metric that this version does not know. */
  readonly definition: SeriesDefinition | undefined
}

export async function readSeries(store: Store): Promise<readonly NumberedSeries[]> {
  using snapshot = store.snapshot()
  const found: NumberedSeries[] = []
  let rest = allSeriesRange()
  for (;;) {
    const { entries, exhausted } = await snapshot.scan(rest, metricSeriesBudget)
    for (const { key, value } of entries) found.push({ id: seriesIdIn(key), definition: decodeSeries(value) })
    const last = entries.at(-1)
    if (exhausted || last === undefined) return found
    rest = { ...rest, start: keyAfter(last.key) }
  }
}

export function encodeSeries({ name, dimensions }: SeriesDefinition): string {
  const { region, TableName = '', GlobalSecondaryIndexName = '', Operation = '', StreamLabel = '', IndexName = '' } = dimensions
  return [name, region, TableName, GlobalSecondaryIndexName, Operation, StreamLabel, IndexName].join(' ')
}

function decodeSeries(value: StoredValue): SeriesDefinition | undefined {
  assert(typeof value === 'string', 'series are stored as text')
  const [name = '', region = '', TableName = '', GlobalSecondaryIndexName = '', Operation = '', StreamLabel = '', IndexName = ''] =
    value.split(' ')
  if (!isMetricName(name)) return undefined
  const dimensions = {
    region,
    ...(TableName !== '' && { TableName }),
    ...(GlobalSecondaryIndexName !== '' && { GlobalSecondaryIndexName }),
    ...(Operation !== '' && { Operation }),
    ...(StreamLabel !== '' && { StreamLabel }),
    ...(IndexName !== '' && { IndexName }),
  }
  return { name, dimensions }
}
