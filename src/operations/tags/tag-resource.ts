/** TagResource (operations.md §5.5): adds tags to a table, or gives those it has new values. */
import { invalid } from '../../api/errors.ts'
import { tagsMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTags } from '../tables/definition/check-settings.ts'
import { checkTaggedArn, tableToTag, taggedTableName } from './tagged-table.ts'

export async function tagResource(engine: MeteredEngine, { ResourceArn, Tags }: InputOf<'TagResource'>): Promise<OutputOf<'TagResource'>> {
  checkTaggedArn(engine, ResourceArn)
  if (Tags.length === 0) throw invalid('Atleast one Tag needs to be provided as Input.')
  checkTags(Tags)
  const name = taggedTableName(engine, 'TagResource', ResourceArn)
  await changeTables(engine, [name], (tables) => {
    const table = tableToTag(tables, 'TagResource', ResourceArn, name)
    const values = new Map(table.tags.map(({ key, value }) => [key, value]))
    for (const { Key, Value } of Tags) values.set(Key, Value)
    if (values.size > tagsMax) throw invalid('Number of Tags exceed the current limit for the provided ResourceArn')
    tables.replace({ ...table, tags: [...values].map(([key, value]) => ({ key, value })) })
  })
  return {}
}
