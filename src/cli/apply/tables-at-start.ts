/** `--tables`: what `stator apply` does, by a server that starts, before anybody else is answered. */
import { printable } from '../../base/printable.ts'
import { applyInfrastructure } from '../../infrastructure/apply-infrastructure.ts'
import { diskFiles } from '../../infrastructure/documents/disk-files.ts'
import { SourceFault } from '../../infrastructure/documents/tree.ts'
import { plainImport } from '../../infrastructure/import-options.ts'
import { endingOf, reportLines } from '../../infrastructure/report.ts'
import type { Origins } from '../../infrastructure/server/sender.ts'
import type { ServerOptions } from '../../server/start.ts'
import { UsageError } from '../read-arguments.ts'
import type { TablesSettings } from '../settings.ts'
import { sourceOf } from './given-files.ts'
import { processSender } from './process-sender.ts'

type Prepare = NonNullable<ServerOptions['prepare']>

/** What it does rejects with UsageError when something is not done, unless it is lenient. The report goes to stdout, or with the error. */
export function tablesAtStart({ path, isLenient, data, seedSets }: TablesSettings): Prepare {
  return async ({ handleOwn, control, account, region }) => {
    const options = {
      ...plainImport({ region, account }),
      environment: process.env,
      ...(seedSets && { seedSets: new Set(seedSets) }),
    }
    try {
      const applied = await applyInfrastructure(
        { ...processSender(handleOwn, region), origins: originsOf(control, region) },
        { paths: [path], files: diskFiles([path]), options },
        { isDryRun: false, replace: 'none', data, source: sourceOf([path]) },
      )
      const lines = reportLines(applied, false).map(printable)
      if (endingOf(applied) !== 'done' && !isLenient) {
        throw new UsageError(`Not all of --tables ${path} could be done. Mend it, or start with --tables-lenient:\n${lines.join('\n')}`)
      }
      process.stdout.write(`${lines.join('\n')}\n`)
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error
      if (!isLenient) throw new UsageError(`The tables of --tables cannot be read: ${printable(error.message)}`)
      process.stderr.write(`stator: ${printable(error.message)}\n`)
    }
  }
}

/** So that `stator apply --prune` of the same files knows them. */
function originsOf(control: Parameters<Prepare>[0]['control'], region: string): Origins {
  return {
    list: async () => {
      const { origins } = await control.origins()
      return origins
        .filter((each) => each.region === region)
        .map(({ table: tableName, source, id, retained: isRetained }) => ({ tableName, source, id, isRetained }))
    },
    note: async ({ tableName: table, source, id, isRetained: retained }) => {
      await control.setOrigin({ table, source, id, retained })
    },
  }
}
