/** What a lane did last with which items: what a rule of sequences looks back at. */
import type { OperationName } from '../api/operations.ts'
import { touchedItemsMax, touchesOfLaneMax } from './limits.ts'
import type { Sender } from './sender.ts'
import type { Touched, TouchedItem } from './touched.ts'
import { Marks } from './value-hashes.ts'

export interface Touch {
  /** The number of the call. */
  readonly call: number
  readonly operation: OperationName
  readonly invocationId: string | undefined
  /** By the clock that nobody moves. */
  readonly endedMs: number
  readonly isWrite: boolean
  readonly tableId: number
  readonly keyHash: string
  /** What was read instead of the table. */
  readonly indexId: number | undefined
  readonly isThere: boolean
  readonly isConditional: boolean
  /** Of a write: it asked for what the item is or was. */
  readonly isAnswered: boolean
  /** Undefined where the call does not hold the attributes. */
  readonly marks: Marks | undefined
  /** A rule has drawn its conclusion from it, and does so once. Kept by the id of the rule. */
  usedBy: string | undefined
}

/** Of a call that was heard, what is looked at here. */
interface TouchingCall {
  readonly number: number
  readonly operation: OperationName
  readonly sender: Sender
  readonly endedMs: number
  readonly input: unknown
  readonly usage: { readonly index: { readonly indexId: number } | undefined }
  readonly touched: Touched
}

/** A bounded number of them. */
export class RecentTouches {
  #touches: Touch[] = []

  add(call: TouchingCall): void {
    const reads = call.touched.reads()
    const writes = call.touched.writes()
    if (reads.length + writes.length === 0) return
    const made = [...reads.map((item) => touchOf(call, item, false)), ...writes.map((item) => touchOf(call, item, true))]
    this.#touches.push(...made.slice(0, touchedItemsMax))
    // With some room, so that most calls move nothing.
    if (this.#touches.length > touchesOfLaneMax + touchedItemsMax) this.#touches = this.#touches.slice(-touchesOfLaneMax)
  }

  /** The latest first, those since then. */
  *since(fromMs: number): Generator<Touch> {
    for (let at = this.#touches.length - 1; at >= 0; at -= 1) {
      const touch = this.#touches[at]
      if (touch === undefined || touch.endedMs < fromMs) return
      yield touch
    }
  }

  /** The latest of that item. */
  ofItem({ tableId, keyHash }: Pick<TouchedItem, 'tableId' | 'keyHash'>, fromMs: number, isWrite: boolean): Touch | undefined {
    for (const touch of this.since(fromMs)) {
      if (touch.isWrite === isWrite && touch.keyHash === keyHash && touch.tableId === tableId) return touch
    }
    return undefined
  }

  get size(): number {
    return this.#touches.length
  }
}

function touchOf({ number, operation, sender, endedMs, usage, input }: TouchingCall, item: TouchedItem, isWrite: boolean): Touch {
  const { tableId, keyHash, isThere, isConditional = false, attributes } = item
  return {
    call: number,
    operation,
    invocationId: sender.invocationId,
    endedMs,
    isWrite,
    tableId,
    keyHash,
    indexId: usage.index?.indexId,
    isThere,
    isConditional,
    isAnswered: isWrite && ((input as { readonly ReturnValues?: string }).ReturnValues ?? 'NONE') !== 'NONE',
    marks: attributes && Marks.of(attributes),
    usedBy: undefined,
  }
}
