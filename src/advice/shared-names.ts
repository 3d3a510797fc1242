/** Lists of attributes' names: most items of a table have the same, and so they are kept once. For the whole process: there are no values in them. */
import { nameListsMax } from './limits.ts'
import { Recent } from './recent.ts'

const known = new Recent<string, readonly string[]>(nameListsMax)

/** The same list for the same names in the same order. */
export function sharedNames(names: readonly string[]): readonly string[] {
  const id = names.join('\n')
  const list = known.get(id)
  if (list !== undefined) return list
  known.set(id, names)
  return names
}
