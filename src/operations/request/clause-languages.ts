/**
 * Which parameters of either language each operation reads, and how it words what is wrong with them. One table for what executes a
 * request and for what judges whether it is allowed: a clause that one of them can read the other reads, too.
 */
import { transactionValueLevelsMax as valueLevelsMax } from '../../api/limits.ts'
import { operations } from '../../api/operations.ts'
import { type Languages, languagesOf } from './request-clauses.ts'

const { wording: ofWrites } = operations.TransactWriteItems
const mayBeIdle = true as const

type Holder =
  | 'get'
  | 'put'
  | 'update'
  | 'delete'
  | 'query'
  | 'scan'
  | 'batchGet'
  | 'transactGet'
  | 'transactCheck'
  | 'transactPut'
  | 'transactUpdate'
  | 'transactDelete'

export const clauseLanguages: { readonly [clauses in Holder]: Languages } = {
  get: languagesOf('GetItemInput', operations.GetItem.wording),
  put: languagesOf('PutItemInput', operations.PutItem.wording),
  update: languagesOf('UpdateItemInput', operations.UpdateItem.wording),
  delete: languagesOf('DeleteItemInput', operations.DeleteItem.wording),
  query: languagesOf('QueryInput', operations.Query.wording),
  scan: languagesOf('ScanInput', operations.Scan.wording),
  batchGet: languagesOf('KeysAndAttributes', operations.BatchGetItem.wording),
  transactGet: { ...languagesOf('Get', operations.TransactGetItems.wording), mayBeIdle },
  transactCheck: { ...languagesOf('ConditionCheck', ofWrites), valueLevelsMax },
  transactPut: { ...languagesOf('Put', ofWrites), valueLevelsMax, mayBeIdle },
  transactUpdate: { ...languagesOf('Update', ofWrites), valueLevelsMax },
  transactDelete: { ...languagesOf('Delete', ofWrites), valueLevelsMax, mayBeIdle },
}
