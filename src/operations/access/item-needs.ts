/** What requests about items need: single ones, batches and transactions (iam-dynamodb-actions.md §1, §2). */
import type { InputOf } from '../../api/operations.ts'
import type { KeySchema, Table } from '../../engine/schema/table.ts'
import type { Clauses } from '../../expressions/clauses.ts'
import type { ContextKeys } from '../../policies/context-keys.ts'
import type { RawAttributes } from '../../values/check.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import type { ClauseInput, Languages } from '../request/request-clauses.ts'
import { sentAttributes } from '../request/sent-items.ts'
import { type AccessHome, type AccessNeed, namedTable, readArn } from './access-need.ts'
import { keyText, leadingTexts } from './key-texts.ts'
import { attributesOfClauses, clausesOf } from './named-attributes.ts'

interface ItemRequest {
  readonly table: Table | undefined
  /** The keys and items that it addresses. */
  readonly maps: readonly RawAttributes[]
  readonly clauses?: { readonly input: ClauseInput; readonly languages: Languages }
  readonly select?: string
  readonly returnValues?: string | undefined
  readonly returnConsumedCapacity: string | undefined
  readonly enclosingOperation?: string
}

/** Nothing is looked at before a policy asks for it. */
function itemKeys({ table, maps, clauses, ...said }: ItemRequest): ContextKeys {
  return (key) => {
    switch (key) {
      case 'dynamodb:leadingkeys':
        return table === undefined ? undefined : leadingTexts(table.key, maps)
      case 'dynamodb:attributes': {
        const compiled = clauses && clausesOf(clauses.input, clauses.languages)
        return distinct([...maps.flatMap((map) => Object.keys(map)), ...(compiled === undefined ? [] : attributesOfClauses(compiled))])
      }
      case 'dynamodb:select':
        return said.select
      case 'dynamodb:returnvalues':
        return said.returnValues
      case 'dynamodb:returnconsumedcapacity':
        return said.returnConsumedCapacity ?? 'NONE'
      case 'dynamodb:enclosingoperation':
        return said.enclosingOperation
      default:
        return undefined
    }
  }
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}

function selectOf({ ProjectionExpression, AttributesToGet }: ClauseInput): string {
  return ProjectionExpression === undefined && AttributesToGet === undefined ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES'
}

export function needsOfGetItem(home: AccessHome, input: InputOf<'GetItem'>): readonly AccessNeed[] {
  const { table, arn } = namedTable(home, input.TableName)
  const keys = itemKeys({
    table,
    maps: [input.Key],
    clauses: { input, languages: clauseLanguages.get },
    select: selectOf(input),
    returnConsumedCapacity: input.ReturnConsumedCapacity,
  })
  return [{ action: 'GetItem', resource: arn, keys }]
}

type WriteInput = ClauseInput & {
  readonly TableName: string
  readonly ReturnValues?: string
  readonly ReturnValuesOnConditionCheckFailure?: string
  readonly ReturnConsumedCapacity?: string
}

function needsOfWrite(
  home: AccessHome,
  action: string,
  input: WriteInput,
  { map, language }: { readonly map: RawAttributes; readonly language: Languages },
): readonly AccessNeed[] {
  const { table, arn } = namedTable(home, input.TableName)
  const clauses = { input, languages: language }
  const { ReturnValues = 'NONE', ReturnConsumedCapacity: returnConsumedCapacity } = input
  const returned = returnedImages(ReturnValues, input.ReturnValuesOnConditionCheckFailure)
  return returned.map((returnValues) => ({
    action,
    resource: arn,
    keys: itemKeys({ table, maps: [map], clauses, returnValues, returnConsumedCapacity }),
  }))
}

/** [I] What is answered when the condition fails is an answer, too: who may be given no old item is given none that way either. */
export function returnedImages<Base extends string | undefined>(base: Base, whenRefused: string | undefined): readonly (Base | string)[] {
  return whenRefused === undefined || whenRefused === 'NONE' || whenRefused === base ? [base] : [base, whenRefused]
}

export function needsOfPutItem(home: AccessHome, input: InputOf<'PutItem'>): readonly AccessNeed[] {
  return needsOfWrite(home, 'PutItem', input, { map: sentAttributes(input.Item), language: clauseLanguages.put })
}

export function needsOfUpdateItem(home: AccessHome, input: InputOf<'UpdateItem'>): readonly AccessNeed[] {
  return needsOfWrite(home, 'UpdateItem', input, { map: input.Key, language: clauseLanguages.update })
}

export function needsOfDeleteItem(home: AccessHome, input: InputOf<'DeleteItem'>): readonly AccessNeed[] {
  return needsOfWrite(home, 'DeleteItem', input, { map: input.Key, language: clauseLanguages.delete })
}

type ReadInput = InputOf<'Query'> | InputOf<'Scan'>

export function needsOfQuery(home: AccessHome, input: InputOf<'Query'>): readonly AccessNeed[] {
  return needsOfRead(home, 'Query', input)
}

export function needsOfScan(home: AccessHome, input: InputOf<'Scan'>): readonly AccessNeed[] {
  return needsOfRead(home, 'Scan', input)
}

function needsOfRead(home: AccessHome, action: 'Query' | 'Scan', input: ReadInput): readonly AccessNeed[] {
  const { TableName, IndexName } = input
  const { table } = namedTable(home, TableName)
  const compiled = (): Clauses | undefined => clausesOf(input, action === 'Query' ? clauseLanguages.query : clauseLanguages.scan)
  const keys: ContextKeys = (key) => {
    switch (key) {
      case 'dynamodb:attributes':
        return distinct(attributesOfClauses(compiled() ?? noClauses))
      case 'dynamodb:select':
        return effectiveSelect(input)
      case 'dynamodb:returnconsumedcapacity':
        return input.ReturnConsumedCapacity ?? 'NONE'
      default:
        return action === 'Query' ? partitionKeyValues(key, keySchemaOf(table, IndexName), compiled) : undefined
    }
  }
  return [{ action, resource: readArn(home, TableName, IndexName), keys }]
}

const noClauses: Clauses = { update: undefined, condition: undefined, keyCondition: undefined, filter: undefined, projection: undefined }

function effectiveSelect({ Select, IndexName, ProjectionExpression, AttributesToGet }: ReadInput): string {
  if (Select !== undefined) return Select
  if (ProjectionExpression !== undefined || AttributesToGet !== undefined) return 'SPECIFIC_ATTRIBUTES'
  return IndexName === undefined ? 'ALL_ATTRIBUTES' : 'ALL_PROJECTED_ATTRIBUTES'
}

function keySchemaOf(table: Table | undefined, indexName: string | undefined): KeySchema | undefined {
  return indexName === undefined ? table?.key : table?.indexes.find(({ name }) => name === indexName)?.key
}

const placesOfKeys: ReadonlyMap<string, number> = new Map([
  ['dynamodb:leadingkeys', 0],
  ['dynamodb:firstpartitionkeyvalues', 0],
  ['dynamodb:secondpartitionkeyvalues', 1],
  ['dynamodb:thirdpartitionkeyvalues', 2],
  ['dynamodb:fourthpartitionkeyvalues', 3],
])

/** What the key condition says that the partition key equals; of a key of several attributes each by itself. [I] */
function partitionKeyValues(
  key: string,
  schema: KeySchema | undefined,
  compiled: () => Clauses | undefined,
): readonly string[] | undefined {
  const place = placesOfKeys.get(key)
  if (place === undefined || schema === undefined) return undefined
  if (key !== 'dynamodb:leadingkeys' && schema.hash.length === 1) return undefined
  const name = schema.hash[place]?.name
  const clause = compiled()?.keyCondition?.find(({ attribute, operator }) => attribute === name && operator === '=')
  return clause?.values.flatMap((value) => keyText(value) ?? [])
}

/** One for each table. */
export function needsOfBatchGetItem(home: AccessHome, input: InputOf<'BatchGetItem'>): readonly AccessNeed[] {
  return Object.entries(input.RequestItems).map(([name, asked]) => {
    const { table, arn } = namedTable(home, name)
    const keys = itemKeys({
      table,
      maps: asked.Keys,
      clauses: { input: asked, languages: clauseLanguages.batchGet },
      select: selectOf(asked),
      returnConsumedCapacity: input.ReturnConsumedCapacity,
    })
    return { action: 'BatchGetItem', resource: arn, keys }
  })
}

export function needsOfBatchWriteItem(home: AccessHome, input: InputOf<'BatchWriteItem'>): readonly AccessNeed[] {
  return Object.entries(input.RequestItems).map(([name, requests]) => {
    const { table, arn } = namedTable(home, name)
    const maps = requests.flatMap(({ PutRequest, DeleteRequest }): RawAttributes[] => {
      const map = PutRequest === undefined ? DeleteRequest?.Key : sentAttributes(PutRequest.Item)
      return map === undefined ? [] : [map]
    })
    return {
      action: 'BatchWriteItem',
      resource: arn,
      keys: itemKeys({ table, maps, returnConsumedCapacity: input.ReturnConsumedCapacity }),
    }
  })
}

export function needsOfTransactGetItems(home: AccessHome, input: InputOf<'TransactGetItems'>): readonly AccessNeed[] {
  return input.TransactItems.map(({ Get }) => {
    const { table, arn } = namedTable(home, Get.TableName)
    const keys = itemKeys({
      table,
      maps: [Get.Key],
      clauses: { input: Get, languages: clauseLanguages.transactGet },
      select: selectOf(Get),
      returnConsumedCapacity: input.ReturnConsumedCapacity,
      enclosingOperation: 'TransactGetItems',
    })
    return { action: 'GetItem', resource: arn, keys }
  })
}

/** An element that is not one of the four is refused later. */
export function needsOfTransactWriteItems(home: AccessHome, input: InputOf<'TransactWriteItems'>): readonly AccessNeed[] {
  return input.TransactItems.flatMap(({ ConditionCheck, Put, Update, Delete }) => {
    const need = (
      action: string,
      member: ClauseInput & { readonly TableName: string; readonly ReturnValuesOnConditionCheckFailure?: string },
      map: RawAttributes,
      language: Languages,
    ): AccessNeed => {
      const { table, arn } = namedTable(home, member.TableName)
      const keys = itemKeys({
        table,
        maps: [map],
        clauses: { input: member, languages: language },
        returnValues: member.ReturnValuesOnConditionCheckFailure ?? 'NONE',
        returnConsumedCapacity: input.ReturnConsumedCapacity,
        enclosingOperation: 'TransactWriteItems',
      })
      return { action, resource: arn, keys }
    }
    return [
      ...(ConditionCheck === undefined
        ? []
        : [need('ConditionCheckItem', ConditionCheck, ConditionCheck.Key, clauseLanguages.transactCheck)]),
      ...(Put === undefined ? [] : [need('PutItem', Put, Put.Item, clauseLanguages.transactPut)]),
      ...(Update === undefined ? [] : [need('UpdateItem', Update, Update.Key, clauseLanguages.transactUpdate)]),
      ...(Delete === undefined ? [] : [need('DeleteItem', Delete, Delete.Key, clauseLanguages.transactDelete)]),
    ]
  })
}
