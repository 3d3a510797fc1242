/** Which file answers which operation. An operation without a handler is not built yet. */
import type { InputOf, OperationName, OutputOf } from '../api/operations.ts'
import type { Engine } from '../engine/engine.ts'
import { batchGetItem } from './batch-get-item.ts'
import { batchWriteItem } from './batch-write-item.ts'
import { createTable } from './create-table.ts'
import { deleteItem } from './delete-item.ts'
import { deleteTable } from './delete-table.ts'
import { describeEndpoints } from './describe-endpoints.ts'
import { describeLimits } from './describe-limits.ts'
import { describeTable } from './describe-table.ts'
import { getItem } from './get-item.ts'
import { listTables } from './list-tables.ts'
import { putItem } from './put-item.ts'
import { query } from './query.ts'
import { scan } from './scan.ts'
import { updateItem } from './update-item.ts'

export type Handlers = {
  readonly [Name in OperationName]?: (engine: Engine, input: InputOf<Name>) => Promise<OutputOf<Name>>
}

export const handlers: Handlers = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: createTable,
  DeleteItem: deleteItem,
  DeleteTable: deleteTable,
  DescribeEndpoints: describeEndpoints,
  DescribeLimits: describeLimits,
  DescribeTable: describeTable,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  UpdateItem: updateItem,
}
