/** What is looked at before a store is opened: that the database can hold it, that the tables are Stator's, and that its clock is ours. */
import type { Clock } from '../../base/clock.ts'
import { clockOffMsMax, conflictsBeforeSmaller } from '../limits.ts'
import { StoreOpenError } from '../store.ts'
import type { Connection } from './connection.ts'
import { isMadeMeanwhile, isMissing, isOtherTable, type Place } from './failures.ts'
import { checkTables, createTables, layout, readLayout, readSurroundings } from './statements.ts'

/** Makes the tables when there are none. Rejects with StoreOpenError, or with what the database says. */
export async function prepareDatabase(connection: Connection, place: Place, clock: Clock): Promise<void> {
  await checkSurroundings(connection, place, clock)
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
}

async function checkSurroundings(connection: Connection, { database }: Place, clock: Clock): Promise<void> {
  const beforeMs = clock.now()
  const [answer] = await connection.run([[readSurroundings]])
  const afterMs = clock.now()
  const [encoding, isReadOnly, nowMs] = answer?.rows[0] ?? []
  if (encoding !== 'UTF8') throw new StoreOpenError(`The database ${database} has the encoding ${encoding}, and must have UTF8`)
  if (isReadOnly === 'on') throw new StoreOpenError(`The database ${database} takes no writes: it is a standby, or read-only`)
  const offMs = Number(nowMs) - afterMs
  const isBehind = offMs > clockOffMsMax
  if (isBehind || Number(nowMs) - beforeMs < -clockOffMsMax) {
    const seconds = (Math.abs(offMs) / 1000).toFixed(1)
    throw new StoreOpenError(
      `The clock of this machine is ${seconds} s ${isBehind ? 'behind' : 'ahead of'} that of the database: set one of them right`,
    )
  }
}

async function layoutOf(connection: Connection, place: Place): Promise<string | undefined> {
  try {
    const [answer] = await connection.run([[readLayout]])
    return answer?.rows[0]?.[0] ?? undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw isOtherTable(error) ? strange(place, error) : error
  }
}

/** Several processes may do it at once, and then all but one fail. */
async function makeTables(connection: Connection): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.run([[{ text: `${createTables}; ${checkTables}` }]])
      return
    } catch (error) {
      if (attempt > conflictsBeforeSmaller || !isMadeMeanwhile(error)) throw error
    }
  }
}

function strange({ database }: Place, cause: unknown): StoreOpenError {
  return new StoreOpenError(
    `The database ${database} has tables named stator_… that are not those of Stator: choose another database or schema`,
    { cause },
  )
}
