/**
 * The next entries of a range, asked for in pieces until the budget is spent. Where long keys lie that were cut at the same place
 * (stored-keys.ts), a piece is asked for that has them in their own order.
 */
import { guessedRowBytes, rowsAtOnceFirst, rowsAtOnceMax } from '../limits.ts'
import { ChunkBuilder } from '../local/chunk-builder.ts'
import type { KeyRange, ScanBudget, StoredValue } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Row } from './row-query.ts'
import { bytesOf, isCutKey, type KeyText, valueIn } from './rows.ts'
import { scanDown, scanLongDown, scanLongUp, scanUp } from './statements.ts'
import { afterGroup, afterKey, groupOf, isLong } from './stored-keys.ts'

export interface FoundRow {
  /** As it came: most keys are never asked for. */
  readonly keyText: KeyText
  readonly value: StoredValue
}

export async function scan(connection: Connection, range: KeyRange, budget: ScanBudget): Promise<ChunkBuilder<FoundRow>> {
  const scanner = new Scanner(connection, range, budget)
  if (Buffer.compare(range.start, range.end) < 0) while (await scanner.step());
  return scanner.chunk
}

class Scanner {
  readonly chunk: ChunkBuilder<FoundRow>
  readonly #connection: Connection
  readonly #range: KeyRange
  readonly #budget: ScanBudget
  /** What is left, as keys stand in the index. */
  #low: Uint8Array
  #high: Uint8Array
  /** What is left of a group of long keys, as whole keys. */
  #group: { readonly prefix: Uint8Array; low: Uint8Array; high: Uint8Array } | undefined
  #readBytes = 0

  constructor(connection: Connection, range: KeyRange, budget: ScanBudget) {
    this.#connection = connection
    this.#range = range
    this.#budget = budget
    this.chunk = new ChunkBuilder(budget)
    this.#low = isLong(range.start) ? afterKey(groupOf(range.start)) : range.start
    this.#high = isLong(range.end) ? afterGroup(groupOf(range.end)) : range.end
  }

  /** Asks for one more piece. False when the chunk is full or the range has no more. */
  async step(): Promise<boolean> {
    const limit = this.#rowsToAsk()
    const rows = await this.#ask(limit)
    const inGroup = this.#group !== undefined
    let last: KeyText | undefined
    for (const row of rows) {
      const keyText = row[0] as KeyText
      if (!inGroup && isCutKey(keyText)) {
        if (last !== undefined) this.#pass(last)
        this.#enter(groupOf(bytesOf(keyText)))
        return true
      }
      const value = valueIn(row)
      if (!this.chunk.offer({ keyText, value }, value)) return false
      this.#readBytes += value.length
      last = keyText
    }
    if (last !== undefined) this.#pass(last)
    if (rows.length === limit) return true
    if (inGroup) this.#leave()
    return inGroup
  }

  async #ask(limit: number): Promise<readonly Row[]> {
    const reverse = this.#range.reverse === true
    const rowCount = String(limit)
    const group = this.#group
    const [answer] = await this.#connection.run([
      group === undefined
        ? [reverse ? scanDown : scanUp, this.#low, this.#high, rowCount]
        : [reverse ? scanLongDown : scanLongUp, group.prefix, afterGroup(group.prefix), group.low, group.high, rowCount],
    ])
    return answer?.rows ?? []
  }

  /** One more than fits, to see whether there is one, and not much in vain where rows are large. */
  #rowsToAsk(): number {
    const count = this.chunk.taken.length
    const most = count === 0 ? rowsAtOnceFirst : rowsAtOnceMax
    const rowBytes = count === 0 ? guessedRowBytes : Math.max(1, this.#readBytes / count)
    const fitting = Math.min(this.#budget.entries - count, (this.#budget.bytes - this.#readBytes) / rowBytes)
    return Math.max(2, Math.min(most, Math.ceil(fitting) + 1))
  }

  #pass(keyText: KeyText): void {
    const key = bytesOf(keyText)
    const rest = this.#group
    if (this.#range.reverse === true) {
      if (rest === undefined) this.#high = key
      else rest.high = key
    } else if (rest === undefined) this.#low = afterKey(key)
    else rest.low = afterKey(key)
  }

  #enter(prefix: Uint8Array): void {
    this.#group = { prefix, low: this.#range.start, high: this.#range.end }
  }

  #leave(): void {
    const { prefix } = this.#group ?? { prefix: this.#low }
    if (this.#range.reverse === true) this.#high = afterKey(prefix)
    else this.#low = afterGroup(prefix)
    this.#group = undefined
  }
}
