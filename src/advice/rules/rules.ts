/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { filterDropsMostRule } from './filter-drops-most.ts'
import { hotKeyRule } from './hot-key.ts'
import { hotReadKeyRule } from './hot-read-key.ts'
import { lowCardinalityKeyRule } from './low-cardinality-key.ts'

export const rules: readonly Rule[] = [
  // Keys and heat.
  lowCardinalityKeyRule,
  hotKeyRule,
  hotReadKeyRule,
  // Reads.
  filterDropsMostRule,
]
