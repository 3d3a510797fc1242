/** What a file of items holds, record by record: what stands in a line of DynamoDB JSON, in a row of CSV, in a value of Ion. */

export type FileRecord =
  /** Members such as `Item`, whose attributes are as they were written: nothing of them is checked. */
  | { readonly kind: 'record'; readonly members: RecordMembers }
  /** No record; the next may be one. */
  | { readonly kind: 'fault'; readonly reason: string }
  /** Nothing of the file behind this can be read. */
  | { readonly kind: 'broken'; readonly reason: string }

export interface RecordMembers {
  readonly [name: string]: unknown
}

/** Takes a file as it comes, and holds no more of it than a record that is not whole yet. */
export interface RecordReader {
  push(text: string): Iterable<FileRecord>
  /** The file is over. */
  end(): Iterable<FileRecord>
}

/** A record is longer than any item can be written. */
export function tooLong(): FileRecord {
  return { kind: 'broken', reason: 'Unable to parse the object: a record is larger than any item can be' }
}

export function notParsed(why: string): FileRecord {
  return { kind: 'fault', reason: `Unable to parse the item: ${why}` }
}
