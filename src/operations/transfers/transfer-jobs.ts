/** The jobs that do exports, imports and bulk operations: those of the engine, with the languages that it does not know. */
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import { type Job, stepFirst } from '../../engine/jobs/run-due-jobs.ts'
import type { TransferName } from '../../engine/keyspace/transfer-keys.ts'
import { engineOfCatalog } from '../../engine/regions.ts'
import { LoadRunner } from '../../engine/transfers/load-runner.ts'
import { bulkKind } from '../../engine/transfers/run-bulk-puts.ts'
import { ExportRunner } from '../../engine/transfers/run-exports.ts'
import { importKind } from '../../engine/transfers/run-imports.ts'
import { runningTransfers } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { bulkLanguage } from './bulk-language.ts'
import { exportFilter } from './export-filter.ts'
import { importLanguage } from './import-language.ts'

export function transferJobs(engine: MeteredEngine): readonly Job[] {
  const exports = new ExportRunner((exported) => exportFilter(exported, exported.request))
  const imports = new LoadRunner(importKind(importLanguage))
  const bulkPuts = new LoadRunner(bulkKind(bulkLanguage))
  const step = async (region: MeteredEngine, name: TransferName, nowMs: number): Promise<boolean> => {
    switch (name.kind) {
      case 'export':
        return exports.step(region, name, nowMs)
      case 'import':
        return imports.step(region, name, nowMs)
      case 'bulk':
        return bulkPuts.step(region, name, nowMs)
    }
  }
  return [
    {
      name: 'transfers',
      step: async (nowMs, lease) => {
        const leased = leasedEngine(engine, lease)
        // A region whose last table is gone may have some left.
        return stepAll(await runningTransfers(leased.store), (name) => step(engineOfCatalog(leased, name.region), name, nowMs))
      },
    },
  ]
}

/** A step of each: none waits for the others. Resolves with whether one of them has more to do. */
async function stepAll(names: readonly TransferName[], step: (name: TransferName) => Promise<boolean>): Promise<boolean> {
  let isBusy = false
  await stepFirst(names, async (name) => {
    if (await step(name)) isBusy = true
    return false
  })
  return isBusy
}
