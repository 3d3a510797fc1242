/** The Stator that all tests of a process begin with: its tables made, its items put, once. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { batchWriteRequestsMax } from '../api/limits.ts'
import type { InProcessStator, StatorOptions } from '../index.ts'
import { placeItem, placeOfItem } from '../infrastructure/documents/item-places.ts'
import { Refused } from '../infrastructure/server/sender.ts'
import type { Item } from '../values/attribute-value.ts'
import { attributeValueOf, isObject, parsePlainJson, typedItemIn } from '../values/files/plain-json.ts'
import { call } from './call.ts'
import type { PlacedConfig, SeedItem, TableDefinition } from './config.ts'
import { nativeItem } from './native-item.ts'

export type CreateStator = (options: StatorOptions) => Promise<InProcessStator>

/** Rejects with one sentence that says what of the configuration cannot be had. */
export async function prepare(createStator: CreateStator, { config, folder, name }: PlacedConfig): Promise<InProcessStator> {
  const {
    tables = [],
    tablesLenient = false,
    seeds = {},
    setup,
    port: _port,
    throughput,
    tableStateDelayMs,
    indexLagMs,
    ...options
  } = config
  const stator = await createStator({ ...options, inMemory: true })
  try {
    for (const table of tables) {
      if (typeof table === 'string') continue
      await makeTable(stator, table).catch((error: Error) => fail(`${name}: table ${table.TableName}`, error))
    }
    const paths = tables.filter((table) => typeof table === 'string').map((path) => resolve(folder, path))
    if (paths.length > 0) {
      const { makeTablesOfFiles } = await import('./tables-of-files.ts')
      await makeTablesOfFiles(stator, paths, tablesLenient).catch((error: Error) => fail(name, error))
    }
    for (const [table, seed] of Object.entries(seeds)) {
      await putItems(stator, table, seed, folder).catch((error: Error) => fail(`${name}: what ${table} begins with`, error))
    }
    // What slows requests down is for the tests.
    await stator.control.changeSettings({
      ...(throughput !== undefined && { throughput }),
      ...(tableStateDelayMs !== undefined && { tableStateDelayMs }),
      ...(indexLagMs !== undefined && { indexLagMs }),
    })
    await setup?.(stator)
    return stator
  } catch (error) {
    await stator.close()
    throw error
  }
}

function fail(what: string, error: Error): never {
  throw new Error(`${what}: ${error instanceof Refused ? `${error.type}: ` : ''}${error.message}`)
}

async function makeTable(stator: InProcessStator, definition: TableDefinition): Promise<void> {
  const { TimeToLiveSpecification, PointInTimeRecoverySpecification, ...input } = definition
  const { TableName } = input
  await call(stator, 'CreateTable', input)
  if (TimeToLiveSpecification !== undefined) await call(stator, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification })
  if (PointInTimeRecoverySpecification !== undefined) {
    await call(stator, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification })
  }
}

async function putItems(stator: InProcessStator, table: string, seed: readonly SeedItem[] | string, folder: string): Promise<void> {
  const items = typeof seed === 'string' ? itemsOfFile(resolve(folder, seed)) : seed.map(nativeItem)
  const put = (some: readonly Item[]): Promise<unknown> =>
    call(stator, 'BatchWriteItem', { RequestItems: { [table]: some.map((Item) => ({ PutRequest: { Item } })) } })
  for (let from = 0; from < items.length; from += batchWriteRequestsMax) {
    const batch = items.slice(from, from + batchWriteRequestsMax)
    await put(batch).catch(async (error: unknown) => {
      // Which of them it was for.
      if (!(error instanceof Refused && error.type === 'ValidationException')) throw error
      for (const item of batch) {
        await put([item]).catch((cause: Error) => fail(placeOfItem(item) ?? `item ${items.indexOf(item)}`, cause))
      }
      throw error
    })
  }
}

function itemsOfFile(file: string): readonly Item[] {
  const text = readFileSync(file, 'utf8')
  if (text.trimStart().startsWith('['))
    return (parsed(text, file) as readonly unknown[]).map((value, index) => itemOf(value, `${file}, item ${index}`))
  return text.split('\n').flatMap((line, index) => {
    const where = `${file}:${index + 1}`
    return line.trim() === '' ? [] : [itemOf(parsed(line, where), where)]
  })
}

function parsed(text: string, where: string): unknown {
  try {
    return parsePlainJson(text)
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`)
  }
}

function itemOf(value: unknown, where: string): Item {
  if (!isObject(value)) throw new Error(`${where} is no object of attributes`)
  try {
    return placeItem(typedItemIn(value) ?? (attributeValueOf(value) as { readonly M: Item }).M, where)
  } catch (error) {
    throw new Error(`${where} ${(error as Error).message}`)
  }
}
