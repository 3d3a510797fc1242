/** Variables of a shell that say what tables are called: as functions of the same files have them, and one for each other table. */
import type { Reading } from './tables/table-spec.ts'

/** Names and values, in the order of the tables. */
export function tableVariables({ tables, variables }: Reading): readonly (readonly [name: string, value: string])[] {
  const found = new Map<string, string>()
  for (const { id, input } of tables) {
    const named = [...variables].filter(([name, value]) => value === input.TableName && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    if (named.length === 0 && !variables.has(madeVariable(id))) named.push([madeVariable(id), input.TableName])
    for (const [name, value] of named) if (!found.has(name)) found.set(name, value)
  }
  return [...found]
}

/** `ORDERS_TABLE` of `Orders` and `ordersTable`. */
function madeVariable(id: string): string {
  const words = id
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
    .replace(/_?TABLE$/, '')
    .replace(/^(?=\d)/, '_')
  return words === '' ? 'TABLE' : `${words}_TABLE`
}
