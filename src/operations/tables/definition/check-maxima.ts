/**
 * What an account may ask for of throughput (data-model.md §8): for each table and index, and in a region altogether. Words:
 * faults/reported.json "account-maxima"; those of indexes and of the account are of the same family [I].
 */
import { ServiceError } from '../../../api/errors.ts'
import {
  accountReadUnitsPerSecondMax,
  accountWriteUnitsPerSecondMax,
  tableReadUnitsPerSecondMax,
  tableWriteUnitsPerSecondMax,
} from '../../../api/limits.ts'
import type { Table, TableDefinition, Throughput, UpcomingThroughput } from '../../../engine/schema/table.ts'
import type { OnDemandRequest, ThroughputRequest, WarmRequest } from './request.ts'

interface ThroughputAsked {
  readonly ProvisionedThroughput?: ThroughputRequest
  readonly OnDemandThroughput?: OnDemandRequest
  readonly WarmThroughput?: WarmRequest
}

interface MaximaAsked extends ThroughputAsked {
  readonly GlobalSecondaryIndexes?: readonly IndexAsked[]
  readonly GlobalSecondaryIndexUpdates?: readonly { readonly Create?: IndexAsked; readonly Update?: IndexAsked }[]
}

interface IndexAsked extends ThroughputAsked {
  readonly IndexName: string
}

const guide = 'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.'

/** LimitExceededException for what no table or index of the account may have: of CreateTable or UpdateTable. */
export function checkMaxima(region: string, asked: MaximaAsked): void {
  const { GlobalSecondaryIndexes = [], GlobalSecondaryIndexUpdates = [] } = asked
  const indexes = [...GlobalSecondaryIndexes, ...GlobalSecondaryIndexUpdates.flatMap(({ Create, Update }) => Create ?? Update ?? [])]
  checkUnits(region, asked, undefined)
  for (const index of indexes) checkUnits(region, index, index.IndexName)
}

function checkUnits(region: string, asked: ThroughputAsked, indexName: string | undefined): void {
  const { ProvisionedThroughput: provisioned, OnDemandThroughput: onDemand, WarmThroughput: warm } = asked
  const read = { name: 'ReadCapacityUnits', max: tableReadUnitsPerSecondMax }
  const write = { name: 'WriteCapacityUnits', max: tableWriteUnitsPerSecondMax }
  checkProvisioned(region, { ...read, units: provisioned?.ReadCapacityUnits }, indexName)
  checkProvisioned(region, { ...write, units: provisioned?.WriteCapacityUnits }, indexName)
  const ceilings = `OnDemandThroughput for ${indexName === undefined ? 'table' : `index : ${indexName}`}`
  checkOther(region, { ...read, units: onDemand?.MaxReadRequestUnits, of: `MaxReadRequestUnits for ${ceilings}` })
  checkOther(region, { ...write, units: onDemand?.MaxWriteRequestUnits, of: `MaxWriteRequestUnits for ${ceilings}` })
  const warmed = `WarmThroughput for ${indexName === undefined ? 'table' : `index ${indexName}`}`
  checkOther(region, { ...read, units: warm?.ReadUnitsPerSecond, of: `ReadUnitsPerSecond for ${warmed}` })
  checkOther(region, { ...write, units: warm?.WriteUnitsPerSecond, of: `WriteUnitsPerSecond for ${warmed}` })
}

interface Units {
  readonly name: string
  readonly max: number
  readonly units: number | undefined
}

function checkProvisioned(region: string, { name, max, units = 0 }: Units, indexName: string | undefined): void {
  if (units <= max) return
  const kind = indexName === undefined ? 'table' : 'index'
  throw new ServiceError(
    'LimitExceededException',
    `The requested ${name}${indexName === undefined ? '' : ` for index ${indexName}`}, ${units}, is above the per ${kind} maximum for the account in ${region}. Per ${kind} maximum: ${max}. ${guide}`,
  )
}

function checkOther(region: string, { name, max, units = 0, of }: Units & { readonly of: string }): void {
  if (units <= max) return
  throw new ServiceError(
    'LimitExceededException',
    `Subscriber limit exceeded: Requested ${of} exceeds TableMax${name} of the account in region ${region}`,
  )
}

/** LimitExceededException when `table` reserves more than before and the region more than it may. `all` are its tables before. */
export function checkAccountMaxima(region: string, all: Iterable<Table>, table: TableDefinition): void {
  let reserved = noUnits
  let before = noUnits
  for (const other of all) {
    reserved = sum(reserved, reservedBy(other))
    if (other.name === table.name) before = reservedBy(other)
  }
  const after = reservedBy(table)
  const checked = [
    { name: 'ReadCapacityUnits', member: 'readUnits', max: accountReadUnitsPerSecondMax },
    { name: 'WriteCapacityUnits', member: 'writeUnits', max: accountWriteUnitsPerSecondMax },
  ] as const
  for (const { name, member, max } of checked) {
    const added = after[member] - before[member]
    if (added <= 0 || reserved[member] + added <= max) continue
    throw new ServiceError(
      'LimitExceededException',
      `This request would have caused the ${name} limit to be exceeded for the account in ${region}. Current ${name} reserved by the account: ${reserved[member]}. Limit: ${max}. Requested: ${added}. ${guide}`,
    )
  }
}

const noUnits: Throughput = { readUnits: 0, writeUnits: 0 }

/** Of the table and its global indexes, with what they are being raised to. */
function reservedBy(table: TableDefinition & { readonly upcoming?: UpcomingThroughput }): Throughput {
  const spaces = [table, ...table.indexes.flatMap((index) => (index.kind === 'global' ? [index] : []))]
  return spaces.map(({ provisioned, upcoming }) => upcoming?.provisioned ?? provisioned ?? noUnits).reduce(sum, noUnits)
}

function sum(one: Throughput, other: Throughput): Throughput {
  return { readUnits: one.readUnits + other.readUnits, writeUnits: one.writeUnits + other.writeUnits }
}
