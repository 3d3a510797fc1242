/** What PartiQL statements need: the action that says what they do, on the table or index that they name (iam-dynamodb-actions.md). */
import { ServiceError } from '../../api/errors.ts'
import type { InputOf } from '../../api/operations.ts'
import type { KeySchema, Table } from '../../engine/schema/table.ts'
import { attributesOf } from '../../expressions/condition-attributes.ts'
import type { BoundSelect, BoundStatement, BoundWrite } from '../../expressions/partiql/bound-statement.ts'
import { parsedStatement } from '../../expressions/partiql/parse-statement.ts'
import { planReads, type ReadPlan } from '../../expressions/partiql/plan-reads.ts'
import type { Returning } from '../../expressions/partiql/statement.ts'
import { conjuncts, equalitiesOn } from '../../expressions/partiql/where-terms.ts'
import type { ContextKeys, ContextValue } from '../../policies/context-keys.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import type { RawAttributeValue } from '../../values/check.ts'
import { checkParameters, readStatement } from '../partiql/read-statement.ts'
import { keyNames } from '../partiql/statement-key.ts'
import { type AccessHome, type AccessNeed, namedTable, readArn } from './access-need.ts'
import { returnedImages } from './item-needs.ts'
import { keyText } from './key-texts.ts'
import { attributesOfUpdate } from './named-attributes.ts'

export function needsOfExecuteStatement(home: AccessHome, input: InputOf<'ExecuteStatement'>): readonly AccessNeed[] {
  return needsOfStatement(home, input)
}

/** Each member may be refused by itself. */
export function needsOfBatchExecuteStatement(home: AccessHome, input: InputOf<'BatchExecuteStatement'>): readonly AccessNeed[] {
  return input.Statements.flatMap((each, member) => needsOfStatement(home, each).map((need) => ({ ...need, member })))
}

export function needsOfExecuteTransaction(home: AccessHome, input: InputOf<'ExecuteTransaction'>): readonly AccessNeed[] {
  return input.TransactStatements.flatMap((each) => needsOfStatement(home, each, 'ExecuteTransaction'))
}

interface Asked {
  readonly Statement: string
  readonly Parameters?: readonly RawAttributeValue[]
  readonly ReturnValuesOnConditionCheckFailure?: string
}

/** None of a statement that can't be read: it is refused for that before it touches anything. */
function needsOfStatement(home: AccessHome, asked: Asked, enclosingOperation?: string): readonly AccessNeed[] {
  const statement = boundStatement(home, asked)
  if (statement === undefined) return []
  const { tableName, indexName } = targetOf(statement)
  const { table } = namedTable(home, tableName)
  const schema = indexName === undefined ? table?.key : table?.indexes.find(({ name }) => name === indexName)?.key
  const base = statement.kind === 'update' || statement.kind === 'delete' ? returnValuesOf(statement.returning) : undefined
  const returned = statement.kind === 'select' ? [base] : returnedImages(base, asked.ReturnValuesOnConditionCheckFailure)
  return returned.map((returnValues) => {
    const keys: ContextKeys = (key) => {
      if (key === 'dynamodb:enclosingoperation') return enclosingOperation
      return key === 'dynamodb:returnvalues' ? returnValues : keyOf(key, statement, table, schema)
    }
    return { action: actions[statement.kind], resource: readArn(home, tableName, indexName), keys }
  })
}

const actions = {
  select: 'PartiQLSelect',
  insert: 'PartiQLInsert',
  update: 'PartiQLUpdate',
  delete: 'PartiQLDelete',
  exists: 'ConditionCheckItem',
} as const satisfies { readonly [kind in BoundStatement['kind']]: string }

function boundStatement(home: AccessHome, { Statement, Parameters }: Asked): BoundStatement | undefined {
  try {
    return readStatement(home, parsedStatement(Statement), checkParameters(Parameters))
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

function targetOf(statement: BoundStatement): { readonly tableName: string; readonly indexName: string | undefined } {
  if (statement.kind === 'select') return statement
  return { tableName: statement.kind === 'exists' ? statement.select.tableName : statement.tableName, indexName: undefined }
}

function keyOf(key: string, statement: BoundStatement, table: Table | undefined, schema: KeySchema | undefined): ContextValue | undefined {
  switch (key) {
    case 'dynamodb:leadingkeys':
      return schema && leadingKeys(statement, schema)
    case 'dynamodb:attributes':
      return [...new Set(attributesIn(statement))]
    case 'dynamodb:select':
      return statement.kind === 'select' ? selectOf(statement) : undefined
    case 'dynamodb:fulltablescan':
      return statement.kind === 'select' && table !== undefined && schema !== undefined
        ? String(planOf(statement, schema)?.kind !== 'keyed')
        : undefined
    default:
      return undefined
  }
}

/** Undefined when there are too many reads, for which the statement is refused. */
function planOf({ where }: BoundSelect, schema: KeySchema): ReadPlan | undefined {
  try {
    return planReads(where, keyNames(schema))
  } catch (error) {
    if (error instanceof ServiceError) return undefined
    throw error
  }
}

function leadingKeys(statement: BoundStatement, schema: KeySchema): readonly string[] | undefined {
  const values =
    statement.kind === 'select' || statement.kind === 'exists' ? hashValuesRead(statement, schema) : hashValues(statement, schema)
  return values?.flatMap((value) => keyText(value) ?? [])
}

function hashValuesRead(
  statement: Extract<BoundStatement, { kind: 'select' | 'exists' }>,
  schema: KeySchema,
): readonly AttributeValue[] | undefined {
  const plan = planOf(statement.kind === 'select' ? statement : statement.select, schema)
  return plan?.kind === 'keyed' ? plan.partitions.map(({ hash }) => hash) : undefined
}

function hashValues(write: BoundWrite, { hash: [first] }: KeySchema): readonly AttributeValue[] | undefined {
  if (first === undefined) return undefined
  const { name } = first
  if (write.kind === 'insert') return Object.hasOwn(write.item, name) ? [write.item[name] as AttributeValue] : undefined
  return conjuncts(write.where).flatMap((term) => equalitiesOn(name, term) ?? [])
}

function attributesIn(statement: BoundStatement): readonly string[] {
  switch (statement.kind) {
    case 'insert':
      return Object.keys(statement.item)
    case 'exists':
      return attributesIn(statement.select)
    case 'select':
      return [...(statement.projection?.paths ?? []), ...statement.orderBy.map(({ path }) => path)]
        .map(([name]) => String(name))
        .concat(statement.where === undefined ? [] : attributesOf(statement.where))
    default: {
      const inWhere = statement.where === undefined ? [] : attributesOf(statement.where)
      return statement.kind === 'update' ? [...attributesOfUpdate(statement.update), ...inWhere] : inWhere
    }
  }
}

function selectOf({ projection, indexName }: BoundSelect): string {
  if (projection !== undefined) return 'SPECIFIC_ATTRIBUTES'
  return indexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES'
}

function returnValuesOf(returning: Returning | undefined): string {
  return returning === undefined ? 'NONE' : `${returning.part === 'ALL' ? 'ALL' : 'UPDATED'}_${returning.image}`
}
