/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { hotKeyRule } from './hot-key.ts'
import { hotReadKeyRule } from './hot-read-key.ts'

export const rules: readonly Rule[] = [
  // Keys and heat.
  hotKeyRule,
  hotReadKeyRule,
]
