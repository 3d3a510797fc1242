/** UntagResource (operations.md §5.5): removes tags from a table. Keys that it does not have are no error. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTaggedArn, tableToTag, taggedTableName } from './tagged-table.ts'

export async function untagResource(
  engine: MeteredEngine,
  { ResourceArn, TagKeys }: InputOf<'UntagResource'>,
): Promise<OutputOf<'UntagResource'>> {
  checkTaggedArn(engine, ResourceArn)
  if (TagKeys.length === 0) throw invalid('Atleast one Tag Key needs to be provided as Input.')
  const name = taggedTableName(engine, 'UntagResource', ResourceArn)
  const removed = new Set(TagKeys)
  await changeTables(engine, [name], (tables) => {
    const table = tableToTag(tables, 'UntagResource', ResourceArn, name)
    tables.replace({ ...table, tags: table.tags.filter(({ key }) => !removed.has(key)) })
  })
  return {}
}
