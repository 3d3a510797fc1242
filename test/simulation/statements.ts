/** The same writes and reads in PartiQL, as far as it can say them (partiql.md §4). */
import type { Write } from './item-writes.ts'
import { type Item, keyOf, type Value } from './tables.ts'

export interface Statement {
  readonly Statement: string
  readonly Parameters: readonly Value[]
}

/**
 * Undefined for what no statement says: puts that may replace, updates that may create, and deletions with conditions, which PartiQL takes
 * for done where there is no item. `before` is what the item is known to be: one that counts is counted on.
 */
export function statementOf(table: string, write: Write, before: Item | undefined): Statement | undefined {
  const key = Object.values(keyOf(write.key))
  switch (write.kind) {
    case 'put': {
      if (write.condition !== 'absent') return undefined
      const members = Object.keys(write.item).map((name) => `'${name}': ?`)
      return { Statement: `INSERT INTO "${table}" VALUE {${members.join(', ')}}`, Parameters: Object.values(write.item) }
    }
    case 'delete':
      return write.condition === undefined ? { Statement: `DELETE FROM "${table}" ${ofKey}`, Parameters: key } : undefined
    case 'check':
      if (write.condition !== 'present') return undefined
      return { Statement: `EXISTS(SELECT * FROM "${table}" ${ofKey} AND attribute_exists(n))`, Parameters: key }
    case 'update':
      return updateStatement(table, write, before)
  }
}

const ofKey = 'WHERE pk = ? AND sk = ?'

function updateStatement(
  table: string,
  { key, set, remove, members, condition }: Extract<Write, { kind: 'update' }>,
  before: Item | undefined,
): Statement | undefined {
  if (condition === undefined || condition === 'absent' || (condition !== 'present' && condition.kind === 'lacks')) return undefined
  const clauses = [
    ...Object.keys(set).map((name) => `SET ${name} = ?`),
    before?.['c'] === undefined ? 'SET c = ?' : 'SET c = c + ?',
    ...(members === undefined ? [] : [`SET s = ${members.kind === 'add' ? 'set_add' : 'set_delete'}(s, ?)`]),
    ...remove.map((name) => `REMOVE ${name}`),
  ]
  return {
    Statement: `UPDATE "${table}" ${clauses.join(' ')} ${ofKey}${condition === 'present' ? '' : ' AND contains(s, ?)'}`,
    Parameters: [
      ...Object.values(set),
      { N: '1' },
      ...(members === undefined ? [] : [{ SS: members.members }]),
      ...Object.values(keyOf(key)),
      ...(condition === 'present' ? [] : [{ S: condition.member }]),
    ],
  }
}

export function selectOne(table: string, key: string): Statement {
  return { Statement: `SELECT * FROM "${table}" ${ofKey}`, Parameters: Object.values(keyOf(key)) }
}

/** All whose attribute is this; of the index, if one is named. */
export function selectWhere(table: string, { index, name, value }: { index?: string; name: string; value: Value }): Statement {
  return { Statement: `SELECT * FROM "${table}"${index === undefined ? '' : `."${index}"`} WHERE ${name} = ?`, Parameters: [value] }
}
