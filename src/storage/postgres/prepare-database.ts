/** What is looked at before a store is opened: that the database can hold it, and that the tables are Stator's. */
import { conflictsBeforeSmaller, makeTablesLockTimeoutMs } from '../limits.ts'
import { StoreOpenError } from '../store.ts'
import type { Connection } from './connection.ts'
import { isForbidden, isMadeMeanwhile, isMissing, isOtherTable, type Place } from './failures.ts'
import { checkRights, checkTables, createTables, layout, readLayout, readSurroundings } from './statements.ts'

/** Makes the tables when there are none. Rejects with StoreOpenError, or with what the database says. */
export async function prepareDatabase(connection: Connection, place: Place): Promise<void> {
  await checkSurroundings(connection, place)
  const found = await layoutOf(connection, place)
  if (found !== undefined && found !== layout) {
    throw new StoreOpenError(
      `The tables in the database ${place.database} were made by a newer version of Stator (layout ${found}, this version knows ${layout})`,
    )
  }
  try {
    // In one piece they are one transaction: nothing is left behind beside what is another's.
    if (found === undefined) await makeTables(connection)
    else await connection.run([[{ text: checkTables }]])
  } catch (error) {
    throw isMissing(error) || isOtherTable(error) ? strange(place, error) : error
  }
  await checkRightsOf(connection, place)
}

async function checkRightsOf(connection: Connection, place: Place): Promise<void> {
  try {
    await connection.run([[{ text: checkRights }]])
  } catch (error) {
    throw isForbidden(error) ? mayNotUse(place, error) : error
  }
}

async function checkSurroundings(connection: Connection, { database }: Place): Promise<void> {
  const [answer] = await connection.run([[readSurroundings]])
  const [encoding, isReadOnly] = answer?.rows[0] ?? []
  if (encoding !== 'UTF8') throw new StoreOpenError(`The database ${database} has the encoding ${encoding}, and must have UTF8`)
  if (isReadOnly === 'on') throw new StoreOpenError(`The database ${database} takes no writes: it is a standby, or read-only`)
}

async function layoutOf(connection: Connection, place: Place): Promise<string | undefined> {
  try {
    const [answer] = await connection.run([[readLayout]])
    return answer?.rows[0]?.[0] ?? undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    if (isForbidden(error)) throw mayNotUse(place, error)
    throw isOtherTable(error) ? strange(place, error) : error
  }
}

/** Several processes may do it at once, and then all but one fail. */
async function makeTables(connection: Connection): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.run([[{ text: `SET lock_timeout = ${makeTablesLockTimeoutMs}; ${createTables}; ${checkTables}` }]])
      return
    } catch (error) {
      if (attempt > conflictsBeforeSmaller || !isMadeMeanwhile(error)) throw error
    }
  }
}

function mayNotUse({ user, database }: Place, cause: unknown): StoreOpenError {
  return new StoreOpenError(
    `${user} may not use the tables of Stator in the database ${database}: grant it SELECT, INSERT, UPDATE and DELETE on the tables named stator_…`,
    { cause },
  )
}

function strange({ database }: Place, cause: unknown): StoreOpenError {
  return new StoreOpenError(
    `The database ${database} has tables named stator_… that are not those of Stator: choose another database or schema`,
    { cause },
  )
}
