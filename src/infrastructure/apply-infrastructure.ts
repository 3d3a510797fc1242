/**
 * Tables from infrastructure code, on whatever answers requests: read, compared with what is there, made what they are to be. Whoever has
 * files and somebody to ask has `stator apply`: the command, a server that starts, a program.
 */
import { type SourceFiles, Sources } from './documents/source-files.ts'
import { SourceFault } from './documents/tree.ts'
import type { ImportOptions } from './import-options.ts'
import { tablesAtOnceMax } from './limits.ts'
import { readInfrastructure } from './read-infrastructure.ts'
import { type ApplyOptions, applyTable, type Outcome } from './server/apply-table.ts'
import { type Pruned, pruneTables } from './server/prune-tables.ts'
import type { Sender } from './server/sender.ts'
import type { Reading, TableSpec } from './tables/table-spec.ts'

export interface Wanted {
  readonly paths: readonly string[]
  readonly files: SourceFiles
  readonly options: ImportOptions
  /** The id or the name of the tables that are meant; left out: all. */
  readonly only?: ReadonlySet<string>
}

export interface Applied {
  readonly reading: Reading
  readonly outcomes: readonly Outcome[]
  /** Tables that no file has any more. */
  readonly pruned: readonly Pruned[]
  /** Files that were read. */
  readonly files: readonly string[]
}

/** Rejects with SourceFault for what cannot be read, and with one clear sentence when nobody answers. */
export async function applyInfrastructure(sender: Sender, wanted: Wanted, options: ApplyOptions): Promise<Applied> {
  const { reading, files } = await readWanted(wanted)
  const outcomes = await applyAll(sender, reading.tables, options)
  // With some of the tables alone nobody knows which are missing.
  const pruned = wanted.only === undefined ? await pruneTables(sender, reading, options) : []
  return { reading, outcomes, pruned, files }
}

/** Rejects with SourceFault. `files` are those that were read. */
export async function readWanted({
  paths,
  files,
  options,
  only,
}: Wanted): Promise<{ readonly reading: Reading; readonly files: readonly string[] }> {
  const sources = await Sources.open(files)
  const reading = readBounded(paths, sources, options)
  const isMeant = ({ id, name }: { readonly id: string; readonly name?: string }): boolean =>
    only === undefined || only.has(id) || (name !== undefined && only.has(name))
  const known = new Set(
    [...reading.tables, ...reading.refused, ...reading.skipped].flatMap((each) =>
      'input' in each ? [each.id, each.input.TableName] : [each.id],
    ),
  )
  for (const name of only ?? []) {
    if (!known.has(name)) throw new SourceFault({ file: `--only ${name}`, line: 0 }, 'there is no such table in these files.')
  }
  const tables = reading.tables.filter(({ id, input }) => isMeant({ id, name: input.TableName }))
  const refused = reading.refused.filter(({ id }) => isMeant({ id }))
  const notes = reading.notes.filter(
    ({ subject }) => only === undefined || tables.some(({ id }) => subject === id || subject.startsWith(`${id}.`)),
  )
  return { reading: { ...reading, tables, refused, notes }, files: [...sources.read] }
}

/** What goes deeper than this process can is nobody's infrastructure. */
function readBounded(...given: Parameters<typeof readInfrastructure>): Reading {
  try {
    return readInfrastructure(...given)
  } catch (error) {
    if (error instanceof RangeError) throw new SourceFault({ file: given[0].join(', '), line: 0 }, 'it is nested too deep.')
    throw error
  }
}

/** In the order of the files, several at once. */
async function applyAll(sender: Sender, tables: readonly TableSpec[], options: ApplyOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < tables.length; at = next++) outcomes[at] = await applyTable(sender, tables[at] as TableSpec, options)
  }
  await Promise.all(Array.from({ length: tablesAtOnceMax }, work))
  return outcomes
}
