/**
 * What bulk operations ask of those who know items and expressions. Beside `Item` a record may have a condition of its own: AWS documents
 * that there can be one, not how it is written; here it is as in PutItem, with the same members [I].
 */
import { invalid } from '../../api/errors.ts'
import { operations } from '../../api/operations.ts'
import { type Conform, conformOf } from '../../api/wire-types.ts'
import type { BulkLanguage } from '../../engine/transfers/run-bulk-puts.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { RecordMembers } from '../../values/files/file-record.ts'
import { ionReader } from '../../values/files/read-ion.ts'
import { jsonLinesReader } from '../../values/files/read-json-lines.ts'
import { type ClauseInput, compileClauses, type Languages, readClauses } from '../request/request-clauses.ts'
import { itemOfRecord } from './import-language.ts'

const { wording } = operations.StartBulkPutItems
const languages: Languages = { legacy: [], expressions: ['ConditionExpression'], takesValues: true, wording }
let conformNames: Conform | undefined
let conformValues: Conform | undefined

export const bulkLanguage: BulkLanguage = {
  bulkItemOf: (table, members) => {
    const newItem = itemOfRecord(table, members)
    const condition = conditionOf(members)
    return { newItem, matches: (oldItem) => condition === undefined || condition.matches(oldItem?.attributes ?? {}) }
  },
  readerOf: ({ request }) => (request.InputS3Configuration.InputFormat === 'ION' ? ionReader : jsonLinesReader),
}

function conditionOf({
  ConditionExpression: text,
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: values,
}: RecordMembers): Condition | undefined {
  if (text === undefined && names === undefined && values === undefined) return undefined
  if (text !== undefined && typeof text !== 'string') throw invalid('Unable to parse the item: ConditionExpression is no text')
  conformNames ??= conformOf('ExpressionAttributeNameMap', 'member')
  conformValues ??= conformOf('ExpressionAttributeValueMap', 'member')
  const input = {
    ...(text !== undefined && { ConditionExpression: text }),
    ...(names !== undefined && { ExpressionAttributeNames: conformNames(names, 0) }),
    ...(values !== undefined && { ExpressionAttributeValues: conformValues(values, 0) }),
  } as ClauseInput
  return compileClauses(readClauses(input, languages)).condition
}
