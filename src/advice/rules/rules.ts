/** All rules, in the order in which docs/advice.md tells of them. */
import type { Rule } from '../rule.ts'
import { lostUpdate } from './lost-update.ts'
import { nPlusOne } from './n-plus-one.ts'
import { pagesNotFollowed } from './pages-not-followed.ts'
import { partialFilterLimit } from './partial-filter-limit.ts'
import { unprocessedDropped } from './unprocessed-dropped.ts'

export const rules: readonly Rule[] = [partialFilterLimit, pagesNotFollowed, nPlusOne, lostUpdate, unprocessedDropped]
