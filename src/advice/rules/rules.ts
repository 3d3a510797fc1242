/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { lostUpdate } from './lost-update.ts'

export const rules: readonly Rule[] = [lostUpdate]
