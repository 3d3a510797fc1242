/** A SELECT of PartiQL does not fix the partition key, and so it reads the whole table. */
import { readCounts } from '../../engine/changes/counts.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { SecondaryIndex, Table } from '../../engine/schema/table.ts'
import { bindWhere } from '../../expressions/partiql/bind-where.ts'
import { parsedStatement } from '../../expressions/partiql/parse-statement.ts'
import { planReads } from '../../expressions/partiql/plan-reads.ts'
import { ValueBinder } from '../../expressions/partiql/value-binder.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { partiqlScan, patternsHeardMax } from '../limits.ts'
import { inText, sizeText } from '../money.ts'
import type { Rule } from '../rule.ts'

export const partiqlScanRule: Rule = {
  id: 'partiql-scan',
  about: 'A SELECT that does not fix the partition key was asked at least 10 times of a table above 1 MB.',
  document: 'Q4',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    /** By pattern, whether it reads all there is. */
    const scans = new Map<number, boolean>()
    return {
      hear: (call) => {
        heard.hear(call)
        const { pattern } = call.usage
        if (call.operation !== 'ExecuteStatement' || pattern === undefined || pattern.name.isOther || scans.has(pattern.id)) return
        if (call.error !== undefined) return
        if (scans.size >= patternsHeardMax) scans.clear()
        scans.set(pattern.id, isScan(call))
      },
      find: async ({ engine, nowMs }) => {
        const drafts: Draft[] = []
        for (const { pattern, text, requests, readUnits } of heard.uses(engine, nowMs)) {
          if (scans.get(pattern.id) !== true || requests < partiqlScan.requestsMin) continue
          const table = engine.catalog.find(pattern.name.table)
          const index = table?.indexes.find(({ name }) => name === pattern.name.index)
          const [counts] = table === undefined ? [] : await readCounts(engine.store, [spaceOf(table, index)])
          const bytes = counts?.sizeBytes ?? 0
          if (table === undefined || bytes <= partiqlScan.bytesMin) continue
          const hash = (index ?? table).key.hash[0]?.name ?? ''
          drafts.push({
            severity: 'warning',
            ...{ region: engine.region, table: table.name, ...(index !== undefined && { index: index.name }) },
            ...{ patterns: [text], fromMs: heard.fromMs(nowMs), toMs: nowMs },
            evidence: { requests, readUnits, bytes },
            sentence: `${text} reads all of ${index?.name ?? table.name} (${sizeText(bytes)}): its WHERE does not fix ${hash}. It was asked ${inText(requests)} times for ${inText(readUnits)} units.`,
            change: {
              text: `Fix ${hash} by = or IN, joined by AND; or name an index whose partition key is fixed, as "${table.name}"."index". A policy with the condition dynamodb:FullTableScan denies such statements.`,
              code: `{ "Effect": "Deny", "Action": "dynamodb:PartiQLSelect", "Resource": "*", "Condition": { "Bool": { "dynamodb:FullTableScan": ["true"] } } }`,
            },
            wontHelp: 'LIMIT or ORDER BY.',
          })
        }
        return drafts
      },
      forget: () => {
        heard.forget()
        scans.clear()
      },
    }
  },
}

function isScan({ input, usage: { table, index } }: HeardCall): boolean {
  const { Statement: text, Parameters: parameters = [] } = input as {
    readonly Statement?: unknown
    readonly Parameters?: readonly AttributeValue[]
  }
  if (table === undefined || typeof text !== 'string') return false
  const { statement } = parsedStatement(text)
  if (statement.kind !== 'select') return false
  return readsAll(statement.where, parameters, table, index)
}

type Where = Parameters<typeof bindWhere>[0] | undefined

function readsAll(where: Where, parameters: readonly AttributeValue[], table: Table, index: SecondaryIndex | undefined): boolean {
  const { hash, range } = (index ?? table).key
  const bound = where && bindWhere(where, new ValueBinder(parameters))
  return planReads(bound, { hash: hash[0]?.name ?? '', range: range[0]?.name }).kind === 'scan'
}
