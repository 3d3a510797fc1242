/** ListTagsOfResource (operations.md §5.5): the tags of a table by key, a page at a time. A token names the last key told. */
import { invalid } from '../../api/errors.ts'
import { tagsPageMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTaggedArn, taggedTableName, taggedTableNotFound } from './tagged-table.ts'

export async function listTagsOfResource(
  engine: MeteredEngine,
  { ResourceArn, NextToken }: InputOf<'ListTagsOfResource'>,
): Promise<OutputOf<'ListTagsOfResource'>> {
  checkTaggedArn(engine, ResourceArn)
  const lastKey = NextToken === undefined ? undefined : keyIn(NextToken)
  const name = taggedTableName(engine, 'ListTagsOfResource', ResourceArn)
  const table = engine.catalog.find(name)
  if (table === undefined) throw taggedTableNotFound('ListTagsOfResource', ResourceArn)
  const rest = table.tags.filter(({ key }) => lastKey === undefined || key > lastKey).sort((a, b) => (a.key < b.key ? -1 : 1))
  const page = rest.slice(0, tagsPageMax)
  const last = page.at(-1)
  return {
    Tags: page.map(({ key, value }) => ({ Key: key, Value: value })),
    ...(last === undefined || page.length === rest.length ? {} : { NextToken: tokenOf(last.key) }),
  }
}

function tokenOf(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

/** The words are ours [I]. */
function keyIn(token: string): string {
  const key = Buffer.from(token, 'base64url').toString('utf8')
  if (key === '' || tokenOf(key) !== token) throw invalid('One or more parameter values were invalid: Invalid NextToken')
  return key
}
