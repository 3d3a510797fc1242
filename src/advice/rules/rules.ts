/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { expiredItemsReadRule } from './expired-items-read.ts'
import { filterDropsMostRule } from './filter-drops-most.ts'
import { hotKeyRule } from './hot-key.ts'
import { hotReadKeyRule } from './hot-read-key.ts'
import { lowCardinalityKeyRule } from './low-cardinality-key.ts'
import { scanAsAccessPathRule } from './scan-as-access-path.ts'
import { ttlOffRule } from './ttl-off.ts'
import { ttlTooOldRule } from './ttl-too-old.ts'
import { ttlWrongTypeRule } from './ttl-wrong-type.ts'
import { ttlWrongUnitRule } from './ttl-wrong-unit.ts'

export const rules: readonly Rule[] = [
  // Keys and heat.
  lowCardinalityKeyRule,
  hotKeyRule,
  hotReadKeyRule,
  // Reads.
  scanAsAccessPathRule,
  filterDropsMostRule,
  // Data.
  ttlWrongUnitRule,
  ttlWrongTypeRule,
  ttlTooOldRule,
  ttlOffRule,
  expiredItemsReadRule,
]
