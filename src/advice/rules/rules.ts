/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { lostUpdate } from './lost-update.ts'
import { pagesNotFollowed } from './pages-not-followed.ts'
import { partialFilterLimit } from './partial-filter-limit.ts'

export const rules: readonly Rule[] = [partialFilterLimit, pagesNotFollowed, lostUpdate]
