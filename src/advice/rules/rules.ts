/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { ascendingSortKeyRule } from './ascending-sort-key.ts'
import { autoScalingPinnedRule } from './auto-scaling-pinned.ts'
import { cheaperModeRule } from './cheaper-mode.ts'
import { collectionNearLimitRule } from './collection-near-limit.ts'
import { consistentReadUnneededRule } from './consistent-read-unneeded.ts'
import { countByReadingRule } from './count-by-reading.ts'
import { expiredItemsReadRule } from './expired-items-read.ts'
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
import { lowCardinalityKeyRule } from './low-cardinality-key.ts'
import { movingHotKeyRule } from './moving-hot-key.ts'
import { noDeletionProtectionRule } from './no-deletion-protection.ts'
import { noPitrRule } from './no-pitr.ts'
import { numbersAsTextRule } from './numbers-as-text.ts'
import { oneValuedIndexKeyRule } from './one-valued-index-key.ts'
import { overProjectedRule } from './over-projected.ts'
import { overProvisionedRule } from './over-provisioned.ts'
import { partiqlScanRule } from './partiql-scan.ts'
import { scanAsAccessPathRule } from './scan-as-access-path.ts'
import { sparseIndexCandidateRule } from './sparse-index-candidate.ts'
import { streamBehindRule } from './stream-behind.ts'
import { streamNotReadRule } from './stream-not-read.ts'
import { ttlOffRule } from './ttl-off.ts'
import { ttlTooOldRule } from './ttl-too-old.ts'
import { ttlWrongTypeRule } from './ttl-wrong-type.ts'
import { ttlWrongUnitRule } from './ttl-wrong-unit.ts'
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
  countByReadingRule,
  partiqlScanRule,
  consistentReadUnneededRule,
  // Indexes.
  unusedIndexRule,
  overProjectedRule,
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
