/** All metrics of a database: named series of measurements, as CloudWatch knows them (metrics-and-iam.md §1). */
import type { Dimensions, MetricName } from './metric-names.ts'
import { Series } from './series.ts'

export class Metrics {
  readonly #series = new Map<string, Series>()

  /** The series of this name and these dimensions, made at its first use. Hold on to it: looking it up costs. */
  series(name: MetricName, dimensions: Dimensions): Series {
    const { region, TableName = '', GlobalSecondaryIndexName = '', Operation = '', StreamLabel = '' } = dimensions
    const key = [name, region, TableName, GlobalSecondaryIndexName, Operation, StreamLabel].join('\0')
    let series = this.#series.get(key)
    if (series === undefined) {
      series = new Series(name, dimensions)
      this.#series.set(key, series)
    }
    return series
  }
}
