/** Tables of infrastructure code, in the Stator that tests begin with. Loaded when a configuration names files. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { InProcessStator } from '../index.ts'
import { applyInfrastructure } from '../infrastructure/apply-infrastructure.ts'
import { diskFiles } from '../infrastructure/documents/disk-files.ts'
import { plainImport } from '../infrastructure/import-options.ts'
import { endingOf, reportLines } from '../infrastructure/report.ts'
import type { Sender } from '../infrastructure/server/sender.ts'
import { call } from './call.ts'

/** Rejects with the report when not all was done, unless it is lenient; with one sentence when a file cannot be read. */
export async function makeTablesOfFiles(stator: InProcessStator, paths: readonly string[], isLenient: boolean): Promise<void> {
  const { region, account } = await stator.control.info()
  const options = { ...plainImport({ region, account }), environment: process.env }
  const applied = await applyInfrastructure(
    senderTo(stator),
    { paths, files: diskFiles(paths), options },
    { isDryRun: false, replace: 'none', data: 'new' },
  )
  if (endingOf(applied) === 'done' || isLenient) return
  throw new Error(`not all of its tables could be made. Mend it, or say tablesLenient: true:\n${reportLines(applied, false).join('\n')}`)
}

const scaling = { prefix: 'AnyScaleFrontendService', service: 'application-autoscaling' }

function senderTo(stator: InProcessStator): Sender {
  return {
    ask: (service, operation, input) => call(stator, operation, input, ...(service === 'scaling' ? [scaling] : [])),
    wait: (timeMs) => sleep(timeMs),
  }
}
