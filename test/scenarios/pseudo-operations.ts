/**
 * What a scenario asks of a program rather than of the database: many calls, one result (real-world-patterns.md "How to read and
 * run").
 */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { alignWith } from '../harness/likeness.ts'
import type { TestStator } from '../harness/test-stator.ts'
import { type Attributes, generateItems, type Scenario, type Step } from './scenario.ts'
import { checkInvariants, compareRecords, toggleStream } from './stream-operations.ts'
import { loadWithinOneSecond, playDescribed } from './throttling-steps.ts'

export type PseudoOperation = (stator: TestStator, step: Step, scenario: Scenario) => Promise<void>

export interface PseudoOperations {
  readonly [name: string]: PseudoOperation
}

interface Page {
  readonly Items?: readonly Attributes[]
  readonly Count: number
  readonly ScannedCount: number
  readonly LastEvaluatedKey?: object
  readonly ConsumedCapacity?: { readonly CapacityUnits: number }
}

interface Batch {
  readonly Responses?: { readonly [table: string]: readonly Attributes[] }
  readonly UnprocessedItems?: { readonly [table: string]: readonly unknown[] }
  readonly UnprocessedKeys?: { readonly [table: string]: object }
  readonly ConsumedCapacity: readonly { readonly CapacityUnits: number }[]
}

export const pseudoOperations: PseudoOperations = {
  $merge: mergePages,
  $pages: walkPages,
  $batchLoad: loadInBatches,
  $batchGet: getInBatches,
  $ttlSweep: sweepExpired,
  $eventually: askUntilTrue,
  $streamRecords: compareRecords,
  $streamInvariants: checkInvariants,
  $streamToggle: toggleStream,
  $load: loadWithinOneSecond,
  $describe: playDescribed,
}

/** Runs all requests and merges their items by an attribute. */
async function mergePages(stator: TestStator, { request, expect }: Step): Promise<void> {
  const { op, requests, orderBy } = request as { op: string; requests: readonly object[]; orderBy: string }
  const values: string[] = []
  for (const input of requests) {
    const page = (await stator.succeed(op, input)) as unknown as Page
    values.push(...(page.Items ?? []).map((item) => String(Object.values(item[orderBy] ?? {})[0])))
  }
  assert.deepEqual({ values: values.sort() }, expect)
}

/** Follows LastEvaluatedKey to the end. */
async function walkPages(stator: TestStator, { request, expect = {} }: Step): Promise<void> {
  const { op, request: input } = request as { op: string; request: object }
  const pages: Page[] = []
  let start: object | undefined
  do {
    const page = (await stator.succeed(op, { ...input, ...(start && { ExclusiveStartKey: start }) })) as unknown as Page
    pages.push(page)
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  const found: { readonly [name: string]: unknown } = {
    pages: pages.length,
    totalCount: sum(pages, (page) => page.Count),
    totalScanned: sum(pages, (page) => page.ScannedCount),
    exactFirstPageByItemSizeRule: pages[0]?.Count,
    capacityUnitsSum: sum(pages, (page) => page.ConsumedCapacity?.CapacityUnits ?? 0),
  }
  const { firstPageCountBetween: _tolerated, ...exact } = expect
  assert.deepEqual(Object.fromEntries(Object.keys(exact).map((name) => [name, found[name]])), exact)
}

/** Writes the generated items, sending again what was left over. */
async function loadInBatches(stator: TestStator, { request, expect }: Step, scenario: Scenario): Promise<void> {
  const { TableName, batchSize } = request as { TableName: string; batchSize: number }
  const requests = generated(scenario, TableName).map((item) => ({ PutRequest: { Item: item } }))
  let capacityUnitsTotal = 0
  for (let at = 0; at < requests.length; at += batchSize) {
    let left: object | undefined = { [TableName]: requests.slice(at, at + batchSize) }
    while (left !== undefined) {
      const body = (await stator.succeed('BatchWriteItem', { RequestItems: left, ReturnConsumedCapacity: 'TOTAL' })) as unknown as Batch
      capacityUnitsTotal += sum(body.ConsumedCapacity, (capacity) => capacity.CapacityUnits)
      left = nonEmpty(body.UnprocessedItems)
    }
  }
  assert.deepEqual({ items: requests.length, capacityUnitsTotal }, expect)
}

/** Reads the first generated items by their keys, asking again for what was left over. */
async function getInBatches(stator: TestStator, { request, expect }: Step, scenario: Scenario): Promise<void> {
  const { TableName, keys: keyCount } = request as { TableName: string; keys: number }
  const keyNames = await keyNamesOf(stator, TableName)
  const keys = generated(scenario, TableName)
    .slice(0, keyCount)
    .map((item) => Object.fromEntries(keyNames.map((name) => [name, item[name]])))
  let items = 0
  let capacityUnits = 0
  let left: object | undefined = { [TableName]: { Keys: keys } }
  while (left !== undefined) {
    const body = (await stator.succeed('BatchGetItem', { RequestItems: left, ReturnConsumedCapacity: 'TOTAL' })) as unknown as Batch
    items += body.Responses?.[TableName]?.length ?? 0
    capacityUnits += sum(body.ConsumedCapacity, (capacity) => capacity.CapacityUnits)
    left = nonEmpty(body.UnprocessedKeys)
  }
  assert.deepEqual({ items, capacityUnits }, expect)
}

/** Makes it a certain second, and tells the keys of the items that are gone then. */
async function sweepExpired(stator: TestStator, { request, expect }: Step): Promise<void> {
  const { now, TableName } = request as { now: number; TableName: string }
  const keyNames = await keyNamesOf(stator, TableName)
  const keys = async (): Promise<Attributes[]> => {
    const page = (await stator.succeed('Scan', { TableName })) as unknown as Required<Page>
    return page.Items.map((item) => Object.fromEntries(keyNames.map((name) => [name, item[name] ?? {}])))
  }
  const before = await keys()
  await stator.setClock(now)
  const after = new Set((await keys()).map((key) => JSON.stringify(key)))
  assert.deepEqual({ deletedKeys: before.filter((key) => !after.has(JSON.stringify(key))) }, expect)
}

/** Repeats a request until its answer is as expected, for ten seconds of the server's time. */
async function askUntilTrue(stator: TestStator, { request, expect, unordered = [] }: Step): Promise<void> {
  const { op, request: input } = request as { op: string; request: object }
  for (let second = 0; ; second += 1) {
    const body = alignWith(expect, await stator.succeed(op, input), { unordered })
    if (second === 10) return assert.deepEqual(body, expect)
    if (isDeepStrictEqual(body, expect)) return
    await stator.advance(1000)
  }
}

async function keyNamesOf(stator: TestStator, tableName: string): Promise<string[]> {
  const { Table: table } = await stator.succeed('DescribeTable', { TableName: tableName })
  return (table as { KeySchema: { AttributeName: string }[] }).KeySchema.map((element) => element.AttributeName)
}

function generated({ seedGen = [] }: Scenario, tableName: string): Attributes[] {
  return seedGen.filter(({ TableName }) => TableName === tableName).flatMap(generateItems)
}

function nonEmpty(left: object | undefined): object | undefined {
  return left !== undefined && Object.keys(left).length > 0 ? left : undefined
}

function sum<T>(elements: readonly T[], measure: (element: T) => number): number {
  return elements.reduce((total, element) => total + measure(element), 0)
}
