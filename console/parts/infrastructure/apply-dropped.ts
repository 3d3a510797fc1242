/**
 * What `stator apply` does, of files that were dropped: the same code, which has no files and no server of its own and is given both here
 * (decision 51). A piece of its own, read when the first file is dropped.
 */
import { type Applied, applyInfrastructure } from '../../../src/infrastructure/apply-infrastructure.ts'
import { plainImport } from '../../../src/infrastructure/import-options.ts'
import { type Ending, endingOf } from '../../../src/infrastructure/report.ts'
import type { ApplyOptions } from '../../../src/infrastructure/server/apply-table.ts'
import type { ServerInfo } from '../../../src/server/control/routes.ts'
import type { Dropped } from './dropped-files.ts'
import { droppedSources } from './dropped-sources.ts'
import { pageSender } from './page-sender.ts'
import type { ToldOptions } from './told-options.ts'

export interface Wished extends Pick<ApplyOptions, 'replace' | 'data' | 'isDryRun'> {
  readonly dropped: Dropped
  readonly told: ToldOptions
  readonly isPruned: boolean
}

export interface DoneWith extends Applied {
  readonly ending: Ending
}

/** Rejects with an error of one sentence, with file and line where it is of a file's. */
export async function applyDropped(info: ServerInfo, { dropped, told, ...applying }: Wished): Promise<DoneWith> {
  const { options } = told
  const applied = await applyInfrastructure(
    pageSender(info),
    { paths: [dropped.path], files: droppedSources(dropped.files), options: { ...plainImport(info), ...options } },
    // A page knows no paths: by a stack alone are tables found again.
    { ...applying, ...(options.stack !== undefined && { source: options.stack }) },
  )
  return { ...applied, ending: endingOf(applied) }
}
