/** How each of the three PartiQL operations begins with a statement: its parameters, its meaning, and one refusal by the table. */
import { invalid } from '../../api/errors.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { bindStatement } from '../../expressions/partiql/bind-statement.ts'
import type { BoundStatement } from '../../expressions/partiql/bound-statement.ts'
import type { ParsedStatement } from '../../expressions/partiql/statement.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { checkInOrder, type RawAttributeValue } from '../../values/check.ts'

/** Throws for the first that is no value, before the statement is looked at (partiql.md §6). */
export function checkParameters(raw: readonly RawAttributeValue[] | undefined): readonly AttributeValue[] {
  return raw === undefined ? none : raw.map((value) => checkInOrder(value, 'older'))
}

/** What the statement means. Throws whatever is wrong with it that does not depend on a table being there. */
export function readStatement(
  engine: Pick<MeteredEngine, 'catalog'>,
  parsed: ParsedStatement,
  parameters: readonly AttributeValue[],
): BoundStatement {
  return bindStatement(parsed, parameters, (tableName, indexName) => {
    if (indexName !== undefined) refuseSeveralKeyAttributes(engine, tableName, indexName)
  })
}

const none: readonly AttributeValue[] = []

function refuseSeveralKeyAttributes({ catalog }: Pick<MeteredEngine, 'catalog'>, tableName: string, indexName: string): void {
  const table = catalog.find(tableNameOf(tableName))
  const index = table?.indexes.find(({ name }) => name === indexName)
  if (index === undefined || (index.key.hash.length === 1 && index.key.range.length <= 1)) return
  throw invalid('PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.')
}
