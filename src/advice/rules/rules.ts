/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { ascendingSortKeyRule } from './ascending-sort-key.ts'
import { countByReadingRule } from './count-by-reading.ts'
import { expiredItemsReadRule } from './expired-items-read.ts'
import { filterDropsMostRule } from './filter-drops-most.ts'
import { growingCollectionRule } from './growing-collection.ts'
import { gsiBackPressureRule } from './gsi-back-pressure.ts'
import { hotItemRule } from './hot-item.ts'
import { hotKeyRule } from './hot-key.ts'
import { hotReadKeyRule } from './hot-read-key.ts'
import { largeItemsRule } from './large-items.ts'
import { lowCardinalityKeyRule } from './low-cardinality-key.ts'
import { movingHotKeyRule } from './moving-hot-key.ts'
import { oneValuedIndexKeyRule } from './one-valued-index-key.ts'
import { overProjectedRule } from './over-projected.ts'
import { partiqlScanRule } from './partiql-scan.ts'
import { scanAsAccessPathRule } from './scan-as-access-path.ts'
import { ttlOffRule } from './ttl-off.ts'
import { ttlTooOldRule } from './ttl-too-old.ts'
import { ttlWrongTypeRule } from './ttl-wrong-type.ts'
import { ttlWrongUnitRule } from './ttl-wrong-unit.ts'
import { unusedIndexRule } from './unused-index.ts'

export const rules: readonly Rule[] = [
  // Keys and heat.
  lowCardinalityKeyRule,
  movingHotKeyRule,
  ascendingSortKeyRule,
  hotKeyRule,
  hotItemRule,
  hotReadKeyRule,
  // Reads.
  scanAsAccessPathRule,
  filterDropsMostRule,
  countByReadingRule,
  partiqlScanRule,
  // Indexes.
  unusedIndexRule,
  overProjectedRule,
  oneValuedIndexKeyRule,
  gsiBackPressureRule,
  // Data.
  largeItemsRule,
  growingCollectionRule,
  ttlWrongUnitRule,
  ttlWrongTypeRule,
  ttlTooOldRule,
  ttlOffRule,
  expiredItemsReadRule,
]
