/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { blindOverwrite } from './blind-overwrite.ts'
import { checkThenCreate } from './check-then-create.ts'
import { clientTimeouts } from './client-timeouts.ts'
import { consistentReadMissing } from './consistent-read-missing.ts'
import { failedConditions } from './failed-conditions.ts'
import { lostUpdate } from './lost-update.ts'
import { nPlusOne } from './n-plus-one.ts'
import { pagesNotFollowed } from './pages-not-followed.ts'
import { partialFilterLimit } from './partial-filter-limit.ts'
import { retriedIncrement } from './retried-increment.ts'
import { retriesInStep } from './retries-in-step.ts'
import { returnValuesUnused } from './return-values-unused.ts'
import { singleTableUnjoined } from './single-table-unjoined.ts'
import { staleGsiRead } from './stale-gsi-read.ts'
import { tablesReadTogether } from './tables-read-together.ts'
import { transactionConflicts } from './transaction-conflicts.ts'
import { transactionOfOne } from './transaction-of-one.ts'
import { underProjected } from './under-projected.ts'
import { unprocessedDropped } from './unprocessed-dropped.ts'

export const rules: readonly Rule[] = [
  partialFilterLimit,
  pagesNotFollowed,
  nPlusOne,
  tablesReadTogether,
  singleTableUnjoined,
  consistentReadMissing,
  returnValuesUnused,
  staleGsiRead,
  lostUpdate,
  checkThenCreate,
  blindOverwrite,
  retriedIncrement,
  unprocessedDropped,
  transactionOfOne,
  transactionConflicts,
  failedConditions,
  retriesInStep,
  clientTimeouts,
  underProjected,
]
