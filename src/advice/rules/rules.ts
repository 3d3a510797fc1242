/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { ascendingSortKeyRule } from './ascending-sort-key.ts'
import { autoScalingPinnedRule } from './auto-scaling-pinned.ts'
import { blindOverwriteRule } from './blind-overwrite.ts'
import { cheaperModeRule } from './cheaper-mode.ts'
import { checkThenCreateRule } from './check-then-create.ts'
import { clientTimeoutsRule } from './client-timeouts.ts'
import { collectionNearLimitRule } from './collection-near-limit.ts'
import { consistentReadMissingRule } from './consistent-read-missing.ts'
import { consistentReadUnneededRule } from './consistent-read-unneeded.ts'
import { countByReadingRule } from './count-by-reading.ts'
import { expiredItemsReadRule } from './expired-items-read.ts'
import { failedConditionsRule } from './failed-conditions.ts'
import { filterDropsMostRule } from './filter-drops-most.ts'
import { growingCollectionRule } from './growing-collection.ts'
import { gsiBackPressureRule } from './gsi-back-pressure.ts'
import { hotCounterRule } from './hot-counter.ts'
import { hotItemRule } from './hot-item.ts'
import { hotKeyRule } from './hot-key.ts'
import { hotReadKeyRule } from './hot-read-key.ts'
import { hotShardConsumerRule } from './hot-shard-consumer.ts'
import { largeItemsRule } from './large-items.ts'
import { longNamesRule } from './long-names.ts'
import { lostUpdateRule } from './lost-update.ts'
import { lowCardinalityKeyRule } from './low-cardinality-key.ts'
import { movingHotKeyRule } from './moving-hot-key.ts'
import { nPlusOneRule } from './n-plus-one.ts'
import { noDeletionProtectionRule } from './no-deletion-protection.ts'
import { noPitrRule } from './no-pitr.ts'
import { numbersAsTextRule } from './numbers-as-text.ts'
import { oneValuedIndexKeyRule } from './one-valued-index-key.ts'
import { overProjectedRule } from './over-projected.ts'
import { overProvisionedRule } from './over-provisioned.ts'
import { pagesNotFollowedRule } from './pages-not-followed.ts'
import { partialFilterLimitRule } from './partial-filter-limit.ts'
import { partiqlScanRule } from './partiql-scan.ts'
import { retriedIncrementRule } from './retried-increment.ts'
import { retriesInStepRule } from './retries-in-step.ts'
import { returnValuesUnusedRule } from './return-values-unused.ts'
import { scanAsAccessPathRule } from './scan-as-access-path.ts'
import { singleTableUnjoinedRule } from './single-table-unjoined.ts'
import { sparseIndexCandidateRule } from './sparse-index-candidate.ts'
import { staleGsiReadRule } from './stale-gsi-read.ts'
import { streamBehindRule } from './stream-behind.ts'
import { streamNotReadRule } from './stream-not-read.ts'
import { tablesReadTogetherRule } from './tables-read-together.ts'
import { transactionConflictsRule } from './transaction-conflicts.ts'
import { transactionOfOneRule } from './transaction-of-one.ts'
import { ttlOffRule } from './ttl-off.ts'
import { ttlTooOldRule } from './ttl-too-old.ts'
import { ttlWrongTypeRule } from './ttl-wrong-type.ts'
import { ttlWrongUnitRule } from './ttl-wrong-unit.ts'
import { underProjectedRule } from './under-projected.ts'
import { unprocessedDroppedRule } from './unprocessed-dropped.ts'
import { unsortableSortKeyRule } from './unsortable-sort-key.ts'
import { unusedIndexRule } from './unused-index.ts'

export const rules: readonly Rule[] = [
  // Keys and heat.
  lowCardinalityKeyRule,
  movingHotKeyRule,
  ascendingSortKeyRule,
  hotKeyRule,
  hotItemRule,
  hotCounterRule,
  hotReadKeyRule,
  // Reads.
  scanAsAccessPathRule,
  filterDropsMostRule,
  partialFilterLimitRule,
  pagesNotFollowedRule,
  countByReadingRule,
  partiqlScanRule,
  nPlusOneRule,
  tablesReadTogetherRule,
  singleTableUnjoinedRule,
  consistentReadUnneededRule,
  consistentReadMissingRule,
  returnValuesUnusedRule,
  staleGsiReadRule,
  // Writes at the same time.
  lostUpdateRule,
  checkThenCreateRule,
  blindOverwriteRule,
  retriedIncrementRule,
  unprocessedDroppedRule,
  transactionOfOneRule,
  transactionConflictsRule,
  failedConditionsRule,
  retriesInStepRule,
  clientTimeoutsRule,
  // Indexes.
  unusedIndexRule,
  overProjectedRule,
  underProjectedRule,
  oneValuedIndexKeyRule,
  gsiBackPressureRule,
  sparseIndexCandidateRule,
  // Data.
  largeItemsRule,
  growingCollectionRule,
  longNamesRule,
  numbersAsTextRule,
  unsortableSortKeyRule,
  ttlWrongUnitRule,
  ttlWrongTypeRule,
  ttlTooOldRule,
  ttlOffRule,
  expiredItemsReadRule,
  collectionNearLimitRule,
  // Capacity and safety.
  cheaperModeRule,
  overProvisionedRule,
  autoScalingPinnedRule,
  noDeletionProtectionRule,
  noPitrRule,
  // Streams.
  streamNotReadRule,
  streamBehindRule,
  hotShardConsumerRule,
]
