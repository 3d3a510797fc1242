/** The items of a call, as rules see them. */

/** The items of a call: made once, by the first rule that asks. */
export interface Touched {
  /** What it read: its Get, or the items of its answer, as far as that is short enough. Nothing after an error, or when the answer was lost. */
  reads(): readonly TouchedItem[]
  /** What it wrote. Nothing after an error, and nothing of what came back unprocessed. */
  writes(): readonly TouchedItem[]
  /** All items that it names by their keys to read, write or check them, in the order of its members, whatever became of it. */
  asked(): readonly TouchedItem[]
  /** What of a batch came back. */
  unprocessed(): readonly TouchedItem[]
}

export interface TouchedItem {
  readonly tableId: number
  readonly tableName: string
  /** Of partition and sort key, the same wherever the item is met; also by way of an index, whose entries hold the table's key. */
  readonly keyHash: string
  /** For people. */
  readonly keyText: string
  /** Of the attributes that the key is made of. */
  readonly keyNames: readonly string[]
  readonly partitionKeyText: string
  /** False: it was looked for and is not there. */
  readonly isThere: boolean
  /** Its attributes, where the call or its answer holds them: DynamoDB JSON. Of an update those that it assigns. */
  readonly attributes: { readonly [name: string]: unknown } | undefined
  readonly isConsistent?: boolean
  readonly isConditional?: boolean
  /** Of a write. */
  readonly kind?: 'put' | 'update' | 'delete'
  /** Of an update: names that it sets to a value of the request, and names that it adds to or computes from what is there. */
  readonly assigned?: readonly string[]
  readonly computed?: readonly string[]
  /** It adds to a number: done twice it has another result. */
  readonly isIncrement?: boolean
}
