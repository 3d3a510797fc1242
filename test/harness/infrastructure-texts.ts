/** Infrastructure code as tests have it: texts by their paths, read as files of a folder are. */
import assert from 'node:assert/strict'
import { type SourceFiles, Sources } from '../../src/infrastructure/documents/source-files.ts'
import { type ImportOptions, plainImport } from '../../src/infrastructure/import-options.ts'
import { readInfrastructure } from '../../src/infrastructure/read-infrastructure.ts'
import { reportLines } from '../../src/infrastructure/report.ts'
import type { Reading, TableSpec } from '../../src/infrastructure/tables/table-spec.ts'

export interface Texts {
  readonly [path: string]: string
}

export const plainOptions: ImportOptions = plainImport({ region: 'eu-west-1', account: '123456789012' })

export function textFiles(texts: Texts): SourceFiles {
  const paths = Object.keys(texts)
  const inFolder = (folder: string): readonly string[] =>
    folder === '.' ? paths : paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1))
  return {
    kindOf: (path) => {
      if (path.startsWith('..')) return 'outside'
      if (Object.hasOwn(texts, path)) return 'file'
      return inFolder(path).length > 0 ? 'folder' : undefined
    },
    list: (folder) => [...new Set(inFolder(folder).map((path) => path.replace(/\/.*/, '')))].sort(),
    read: (path) => {
      const text = texts[path]
      if (text === undefined) throw new Error('there is no such file')
      return Buffer.from(text)
    },
  }
}

export async function readTexts(
  texts: Texts,
  options: Partial<ImportOptions> = {},
  paths: readonly string[] = Object.keys(texts),
): Promise<Reading> {
  return readInfrastructure(paths, await Sources.open(textFiles(texts)), { ...plainOptions, ...options })
}

/** What is told of a reading before anything is made of it. */
export function linesOf(reading: Reading): readonly string[] {
  return reportLines({ reading, outcomes: [], pruned: [], files: [] }, false)
}

/** The one table of these files, of which nothing is left undone. */
export async function only(texts: Texts, options: Partial<ImportOptions> = {}, paths?: readonly string[]): Promise<TableSpec> {
  const reading = await readTexts(texts, options, paths)
  assert.deepEqual(linesOf(reading), [])
  const [table, more] = reading.tables
  assert(table !== undefined && more === undefined)
  return table
}

export function json(value: object): string {
  return JSON.stringify(value, null, 2)
}

export const hash = (name: string): object => ({ AttributeName: name, KeyType: 'HASH' })
export const range = (name: string): object => ({ AttributeName: name, KeyType: 'RANGE' })
export const typed = (name: string, type: string): object => ({ AttributeName: name, AttributeType: type })
