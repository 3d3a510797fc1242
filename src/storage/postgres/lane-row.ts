/**
 * The row of a lane says which batch it committed last, and is written by each batch. So it tells what became of one whose answer was
 * lost; and a batch that is still on its way when the row has gone on cannot be committed any more: its number is not the next.
 */
import type { Random } from '../../base/random.ts'
import { laneIdleHours } from '../limits.ts'
import type { Connection } from './connection.ts'
import { type Connect, Patience } from './link.ts'
import type { Call } from './row-query.ts'
import { addLane, begin, commit, findIdleLane, freeLane, lockLane, nextBatch, rollback, setLane } from './statements.ts'

export class LaneRow {
  /** The number of the lane as a writer of counters. */
  readonly slot: number
  #last: number
  /** Somebody else has it, or nobody knows what stands in it. */
  isLost = false

  private constructor(slot: number, last: number) {
    this.slot = slot
    this.#last = last
  }

  /** Takes a row that nobody uses, or adds one. Its numbers go on from one that nobody else has drawn. */
  static async take(connection: Connection, random: Random): Promise<LaneRow> {
    const number = Buffer.from(random.bytes(6)).readUIntBE(0, 6)
    const [, idle] = await connection.run([[begin], [findIdleLane, String(laneIdleHours)]])
    const [slot] = idle?.rows[0] ?? []
    if (slot !== undefined && slot !== null) {
      await connection.run([[setLane, slot, String(number)], [commit]])
      return new LaneRow(Number(slot), number)
    }
    const [, added] = await connection.run([[rollback], [addLane, String(number)]])
    return new LaneRow(Number(added?.rows[0]?.[0]), number)
  }

  /** Part of every batch. */
  next(): Call {
    this.#last += 1
    return [nextBatch, String(this.slot), String(this.#last)]
  }

  /** The batch that said `next` last was rolled back. */
  rolledBack(): void {
    this.#last -= 1
  }

  /**
   * Whether the last batch was committed, when its answer was lost. Undefined when the database cannot be asked. A commit of our own
   * stands behind the answer: with a standby, what is seen here is there, too.
   */
  async wasCommitted(open: Connect): Promise<boolean | undefined> {
    const patience = new Patience()
    const fence = this.#last + 1
    let wasCommitted: boolean | undefined
    while (!patience.isOver) {
      let connection: Connection | undefined
      try {
        connection = await open()
        // Waits for a backend that is still at it.
        const [, locked] = await connection.run([[begin], [lockLane, String(this.slot)]])
        const stands = Number(locked?.rows[0]?.[0])
        if (stands !== fence) wasCommitted = stands === this.#last
        await connection.run([[setLane, String(this.slot), String(fence)], [commit]])
        this.#last = fence
        return wasCommitted
      } catch {
        connection?.end()
        await patience.wait()
      }
    }
    this.isLost = true
    return undefined
  }

  async free(connection: Connection): Promise<void> {
    await connection.run([[freeLane, String(this.slot), String(this.#last)]])
  }
}
