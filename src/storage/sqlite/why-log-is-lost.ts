/**
 * Whether the files of a folder are what they were when something was last acknowledged, looked at before SQLite opens them: it takes
 * what it finds, empties a log whose database is missing, and says nothing.
 */
import { existsSync, statSync } from 'node:fs'
import { generationsUnmarkedMax } from '../limits.ts'
import { type MarkedLog, markFileOf, readMark } from './commit-mark.ts'
import { type LogFrames, type LogState, readLog } from './write-ahead-log.ts'

/** One sentence that says what is lost and what to do; undefined when nothing is known to be. Nobody may have the files open. */
export function whyLogIsLost(database: string): string | undefined {
  const mark = readMark(markFileOf(database))
  const log = readLog(`${database}-wal`)
  if (!existsSync(database) || statSync(database).size === 0) return whyDatabaseIsLost(database, log, mark)
  const found = damageOf(log, mark)
  if (found === undefined) return undefined
  return `${database}-wal ${found}: put the log back as it was, restore a backup (stator restore), or run stator check --fix to go on without what is lost`
}

function whyDatabaseIsLost(database: string, log: LogState, mark: MarkedLog | undefined): string | undefined {
  if (log.kind !== 'none')
    return `${database} is missing, and its log without it is of no use: put it back beside ${database}-wal, or restore a backup (stator restore) into another folder`
  if (mark === undefined) return undefined
  return `${database} is missing, and everything that was in it: put it back, restore a backup (stator restore), or remove ${markFileOf(database)} to start empty`
}

/** What is wrong with the log of a database that is there. */
function damageOf(log: LogState, mark: MarkedLog | undefined): string | undefined {
  const isNeeded = mark === undefined || mark.copied < mark.frames
  switch (log.kind) {
    case 'none':
      return mark !== undefined && isNeeded
        ? `is missing or empty, and with it all that was acknowledged in the last ${mark.frames - mark.copied} pages written`
        : undefined
    case 'headless':
      return isNeeded ? 'is damaged at its beginning, and all that was acknowledged and stands in it alone is lost' : undefined
    default:
      return damageOfFrames(log, mark)
  }
}

function damageOfFrames(log: LogFrames, mark: MarkedLog | undefined): string | undefined {
  const { whole, lostCommits } = log
  if (lostCommits > 0) return `is damaged behind page ${whole}, and at least ${lostCommits} commits that were acknowledged are lost`
  if (mark === undefined || isLaterLog(log, mark)) return undefined
  if (log.salt1 !== mark.salt1 || log.salt2 !== mark.salt2)
    return mark.copied < mark.frames ? 'is not the log that belongs to this database, and what was acknowledged last is lost' : undefined
  if (whole >= mark.frames) return undefined
  return `ends at page ${whole} of ${mark.frames}, and what was acknowledged in those behind it is lost`
}

/** A log starts afresh when the database has all of it, and may have done so since it was last marked. */
function isLaterLog({ salt1 }: LogFrames, mark: MarkedLog): boolean {
  const generations = (salt1 - mark.salt1) >>> 0
  return generations > 0 && generations <= generationsUnmarkedMax
}
