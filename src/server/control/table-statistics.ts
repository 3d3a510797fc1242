/** What the control endpoint tells of tables: their states and sizes, of all regions at once. */
import { tableArn } from '../../api/table-name.ts'
import type { Pace } from '../../base/pace.ts'
import { engineOf, enginesWithTables } from '../../engine/regions.ts'
import type { IndexStatus, Table } from '../../engine/schema/table.ts'
import { allIndexes } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { countsByIndex } from '../../operations/tables/describe-table.ts'
import { describedTablesAtOnceMax } from '../limits.ts'
import { ControlError } from './control-error.ts'

export interface SizeStatistics {
  readonly name: string
  readonly status: IndexStatus
  readonly itemCount: number
  /** As TableSizeBytes and IndexSizeBytes count it. */
  readonly sizeBytes: number
}

export interface TableStatistics extends SizeStatistics {
  readonly region: string
  readonly arn: string
  readonly indexes: readonly IndexStatistics[]
}

export interface IndexStatistics extends SizeStatistics {
  readonly kind: 'global' | 'local' | 'vector'
}

/** The tables of a region, or of all, in the order of regions and names. */
export async function tableStatistics(engine: MeteredEngine, region: string | undefined, pace: Pace): Promise<readonly TableStatistics[]> {
  const statistics: TableStatistics[] = []
  for (const regional of regionalEngines(engine, region)) {
    for (const name of regional.catalog.names()) {
      const table = regional.catalog.find(name)
      if (table === undefined) continue
      statistics.push(await statisticsOf(regional, table))
      if (statistics.length % describedTablesAtOnceMax === 0) await pace.pause()
    }
  }
  return statistics
}

export async function statisticsOf(engine: MeteredEngine, table: Table): Promise<TableStatistics> {
  const { region, account } = engine
  const counts = await countsByIndex(engine, table)
  return {
    region,
    name: table.name,
    arn: tableArn({ region, account, tableName: table.name }),
    status: table.status,
    ...counts(0),
    indexes: allIndexes(table).map((index) => ({
      name: index.name,
      kind: 'kind' in index ? index.kind : 'vector',
      status: index.status,
      ...counts(index.indexId),
    })),
  }
}

/** The engine of the region, or of every one that holds tables. Naming one makes sense only where they are kept apart. */
export function regionalEngines(engine: MeteredEngine, region: string | undefined): readonly MeteredEngine[] {
  return region === undefined ? enginesWithTables(engine) : [regionalEngine(engine, region)]
}

/** The engine of a region; of the server's own when none is named. Throws ControlError. */
export function regionalEngine(engine: MeteredEngine, region: string | undefined): MeteredEngine {
  if (region === undefined) return engine
  if (engine.regions === 'shared') throw new ControlError(400, 'All regions share their tables here: leave "region" out.')
  return engineOf(engine, region)
}

/** Throws ControlError 404. */
export function tableNamed({ catalog, region }: MeteredEngine, name: string): Table {
  const table = catalog.find(name)
  if (table === undefined) throw new ControlError(404, `There is no table ${JSON.stringify(name)} in ${region}.`)
  return table
}
