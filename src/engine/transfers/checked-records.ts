/** The records of a batch as puts, each checked as PutItem checks its item; and what is told of those that cannot be put. */
import { ServiceError } from '../../api/errors.ts'
import { latin1 } from '../../base/bytes.ts'
import type { RecordMembers } from '../../values/files/file-record.ts'
import type { ItemWrite } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { importFaultTextMax } from '../limits.ts'
import type { Table } from '../schema/table.ts'
import type { Batch } from './read-objects.ts'

/** What is made of a record. */
export interface RecordPut extends Pick<ItemWrite, 'cause' | 'decide'> {
  readonly newItem: StoredItem
}

/** A record whose item is to be put. */
export interface Attempt {
  /** Of the record in its object, from 0. */
  readonly index: number
  readonly newItem: StoredItem
  readonly write: ItemWrite
}

export interface Fault {
  readonly index: number
  readonly message: string
}

export interface CheckedRecords {
  readonly attempts: readonly Attempt[]
  readonly faults: readonly Fault[]
}

/**
 * Of several records with one key in a batch the last one is put: they are read in no order that anybody could rely on. `make` throws
 * ServiceError for what cannot be put.
 */
export function checkedRecords(table: Table, { records, recordsDone }: Batch, make: (members: RecordMembers) => RecordPut): CheckedRecords {
  const attempts = new Map<string, Attempt>()
  const faults: Fault[] = []
  for (const [at, record] of records.entries()) {
    const index = recordsDone - records.length + at
    if (record.kind !== 'record') {
      faults.push({ index, message: record.reason })
      continue
    }
    try {
      const { newItem, ...how } = make(record.members)
      const place = itemPlace(table, newItem.attributes)
      attempts.set(latin1(place.key), { index, newItem, write: { ...place, table, ...how } })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      faults.push({ index, message: error.message })
    }
  }
  return { attempts: [...attempts.values()], faults }
}

/** Where a record lies, as AWS tells of it (backup-export-import.md §6). */
export interface ItemS3Pointer {
  readonly bucket: string
  readonly key: string
  readonly itemIndex: number
}

/** What is told of a fault, with what else there is to say. */
export function faultLine(itemS3Pointer: ItemS3Pointer, message: string, more: { readonly importArn?: string } = {}): string {
  return JSON.stringify({ itemS3Pointer, ...more, errorMessages: [message.slice(0, importFaultTextMax)] })
}
