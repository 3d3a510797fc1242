/** What a sink is to those who tell it of the changes of a table, wherever it is. */
import type { Item } from '../../values/attribute-value.ts'

/** What became of an item. */
export interface SinkChange {
  /** A loaded item is as it was when the sink began, or later; it may have been told of before. */
  readonly kind: 'load' | 'insert' | 'modify' | 'remove'
  /** Ascending in the order of the changes of a table; a loaded item has that of the last change before it was read. */
  readonly number: number
  /** When it was made, in microseconds since 1970; of a loaded item when it was written last, 0 where nobody knows. */
  readonly changedUs: number
  /** Where. */
  readonly region: string
  readonly isByTimeToLive: boolean
  /** The item's key in the source. */
  readonly key: Item
  readonly newItem: Item | undefined
  readonly oldItem: Item | undefined
}

/** Changes that follow each other, behind those of the batch before. */
export interface SinkBatch {
  /** The name of the table. */
  readonly table: string
  /** Another one for each beginning, and greater: numbers of changes begin anew with it. */
  readonly epoch: number
  /** Up to this number all changes are in this batch, or in one before. */
  readonly toNumber: number
  readonly changes: readonly SinkChange[]
  /** What time it is, in milliseconds since 1970. */
  readonly nowMs: number
}

/** A change that the sink will not take, however often it is told of it. */
export interface Refused {
  readonly change: SinkChange
  /** A sentence. */
  readonly reason: string
}

export interface Sink {
  /** How many changes it takes at a time at most. */
  readonly changesMax: number
  /**
   * Resolves when all changes that it does not refuse are durable there, in their order for each item. Rejects when that is not known: the
   * same changes come again, and perhaps more behind them.
   */
  put(batch: SinkBatch): Promise<readonly Refused[]>
  close?(): Promise<void>
}

/** A sink cannot be used for the moment. The message is one sentence for people. */
export class SinkFault extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'SinkFault'
  }
}
