/**
 * What a request may come to hold while it is at work, before anything of it has been read but its head and the bytes of its body: its
 * body as text and as values, the items that it reads, and its answer as items and as text. It is the most that is usual, not the most
 * that is possible: of a hundred reads of the largest items that begin at the same time, few would be.
 */
import { itemSizeBytesMax, pageSizeBytesMax, responseBytesMax, transactionSizeBytesMax } from '../../api/limits.ts'
import type { OperationName } from '../../api/operations.ts'
import { decompressedPerByteMax, valuesPerBodyByte } from '../limits.ts'

/** An item that is read, or written in place of another, with what is made of it. */
const item = itemSizeBytesMax
/** What is read, its values, and the answer. */
const page = 3 * pageSizeBytesMax
const transaction = 2 * transactionSizeBytesMax

const answers: { readonly [Name in OperationName]?: number } = {
  Query: page,
  Scan: page,
  ExecuteStatement: page,
  BatchExecuteStatement: page,
  BatchWriteItem: page,
  GetRecords: page,
  SearchVectors: page,
  TransactGetItems: transaction,
  TransactWriteItems: transaction,
  ExecuteTransaction: transaction,
  BatchGetItem: responseBytesMax,
}
const answersByName: ReadonlyMap<string, number> = new Map(Object.entries(answers))

export interface WeighedRequest {
  /** The value of X-Amz-Target. */
  readonly target: string | undefined
  readonly bodyBytes: number
  readonly isEncoded: boolean
  readonly bodyBytesMax: number
}

export function requestWeight({ target = '', bodyBytes, isEncoded, bodyBytesMax }: WeighedRequest): number {
  const plainBytes = isEncoded ? Math.min(bodyBytesMax, bodyBytes * decompressedPerByteMax) : bodyBytes
  return valuesPerBodyByte * plainBytes + (answersByName.get(target.slice(target.indexOf('.') + 1)) ?? item)
}
