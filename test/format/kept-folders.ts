/** The folders of format 1 that the repository keeps, and when their answers hold. */
import { join } from 'node:path'
import { lastTime } from './main-times.ts'

export interface KeptFolder {
  readonly archive: string
  /** ISO 8601. */
  readonly time: string
  readonly regions: 'shared' | 'isolated'
}

const archives = join(import.meta.dirname, 'format-1')

export const isolatedTime = '2026-11-21T09:29:00Z'

/** What the main folder holds, closed in good order: the database alone. */
export const closedFolder: KeptFolder = { archive: join(archives, 'closed.br'), time: lastTime, regions: 'shared' }
/** The same when its process was killed: much of it in the write-ahead log. */
export const killedFolder: KeptFolder = { archive: join(archives, 'killed.br'), time: lastTime, regions: 'shared' }
export const isolatedFolder: KeptFolder = { archive: join(archives, 'isolated.br'), time: isolatedTime, regions: 'isolated' }
/** The same folder with what was made in it before, while regions shared their tables. */
export const sharedBeside: KeptFolder = { ...isolatedFolder, regions: 'shared' }

export const expectedFile: string = join(import.meta.dirname, 'format-1-expected.json')
