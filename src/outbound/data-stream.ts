/** What a data stream is to those who write records of changes to it, wherever they go. */

export interface DataRecord {
  /** Records with the same one are to keep their order. */
  readonly partitionKey: string
  /** JSON in one line. */
  readonly data: string
}

/** What became of the records of a put that was answered: those that are not among these were taken. */
export interface PutOutcome {
  /** By their places: whether the stream was busy, or something else was wrong. */
  readonly failed: ReadonlyMap<number, 'throttled' | 'failed'>
}

export interface DataStream {
  /** A put takes all of its records in their order or fails as a whole. Otherwise some may be taken without those before them. */
  readonly isAllOrNothing: boolean
  /** Resolves when it is there to be written to. Rejects with DataStreamFault. */
  find(): Promise<void>
  /** Those that are taken are durable there, and in order. Rejects with DataStreamFault: some may have been taken. At most as many as one put takes (limits.ts). */
  put(records: readonly DataRecord[]): Promise<PutOutcome>
}

/** A stream cannot be used. The message is one sentence for people. */
export class DataStreamFault extends Error {
  readonly code: string
  /** Whether it may be otherwise soon. */
  readonly isPassing: boolean

  constructor(
    code: string,
    sentence: string,
    { isPassing = false, cause }: { readonly isPassing?: boolean; readonly cause?: unknown } = {},
  ) {
    super(sentence, { cause })
    this.name = 'DataStreamFault'
    this.code = code
    this.isPassing = isPassing
  }
}

export interface DataStreams {
  /** Undefined: nobody said where its records are to go. */
  of(streamArn: string): DataStream | undefined
}
