/**
 * Random histories of writes to a table with every kind of secondary index: what can be read afterwards, and what every write was
 * charged, is what a naive model says; also when commits fail and the process crashes. A failure prints the seed that replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Service } from '../../src/server/start.ts'
import type { Fault } from '../../src/storage/faulty/open-faulty-store.ts'
import { type Body, call, openTestService, type Reply, succeed } from '../harness/service.ts'
import { propertyRuns } from '../harness/test-storage.ts'
import { checkEverything, drawing } from './check-indexes.ts'
import { FaultyService } from './faulty-service.ts'
import {
  answersTo,
  apply,
  batchOf,
  definition,
  keyOf,
  keyText,
  type Model,
  outcomeOf,
  requestOf,
  type Step,
  steps,
  tableName,
  type Write,
} from './item-histories.ts'
import { type Item, indexes, indexUnits, units } from './naive-table.ts'

/** What the answer to a write must say: its units by arm, or that its condition failed. */
function assertCharged({ status, body }: Reply, write: Write, oldItem: Item | undefined): void {
  const outcome = outcomeOf(write, oldItem)
  if (outcome === 'refused') {
    assert.equal(body.__type, 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException')
    return
  }
  assert.equal(status, 200, JSON.stringify(body))
  const table = Math.max(units(oldItem), units(outcome), 1)
  assert.deepEqual(body.ConsumedCapacity, consumed(table, indexUnits(oldItem, outcome)))
}

function consumed(table: number, arms: { readonly [index: string]: number }): Body {
  const kind = (wanted: 'global' | 'local'): object | undefined => {
    const named = Object.entries(arms).filter(([name]) => indexes.some((keys) => keys.index === name && keys.kind === wanted))
    return named.length === 0 ? undefined : Object.fromEntries(named.map(([name, CapacityUnits]) => [name, { CapacityUnits }]))
  }
  const [globals, locals] = [kind('global'), kind('local')]
  return {
    TableName: tableName,
    CapacityUnits: Object.values(arms).reduce((sum, arm) => sum + arm, table),
    Table: { CapacityUnits: table },
    ...(globals && { GlobalSecondaryIndexes: globals }),
    ...(locals && { LocalSecondaryIndexes: locals }),
  }
}

async function play(service: Service, model: Model, { how, writes }: Step): Promise<void> {
  const before = new Map(model)
  for (const write of writes) apply(model, write)
  const oldItem = (write: Write): Item | undefined => before.get(keyText(keyOf(write)))
  const write = async (one: Write): Promise<void> => assertCharged(await call(service, ...requestOf(one)), one, oldItem(one))
  if (how === 'at once') await Promise.all(writes.map(write))
  else if (how === 'in turn') for (const one of writes) await write(one)
  else {
    const { ConsumedCapacity } = await succeed(service, 'BatchWriteItem', batchOf(writes))
    const arms: { [index: string]: number } = {}
    let table = 0
    for (const one of writes) {
      const outcome = outcomeOf(one, oldItem(one))
      assert.ok(outcome !== 'refused')
      table += Math.max(units(oldItem(one)), units(outcome), 1)
      for (const [name, arm] of Object.entries(indexUnits(oldItem(one), outcome))) arms[name] = (arms[name] ?? 0) + arm
    }
    assert.deepEqual(ConsumedCapacity, [consumed(table, arms)])
  }
}

test('Query, Scan, counts and charges after a random history are those of a naive model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), fc.nat(), async (history, seed) => {
      const service = await openTestService('any')
      try {
        await succeed(service, 'CreateTable', definition())
        const model: Model = new Map()
        for (const step of history) await play(service, model, step)
        await checkEverything(service, [...model.values()], drawing(seed))
      } finally {
        await service.close()
      }
    }),
    { numRuns: propertyRuns(60), seed: 20261122 },
  )
})

// Faults.

interface FaultyStep {
  readonly fault: Fault
  readonly step: Step
}

const faultySteps: fc.Arbitrary<FaultyStep> = fc.record({
  fault: fc.constantFrom<Fault[]>('none', 'none', 'commit-fails', 'crash-before', 'crash-after'),
  step: steps,
})

/** Plays the step and brings the model to what is acknowledged; what a crash left open is looked up, and must be before or after. */
async function playFaulty(faulty: FaultyService, model: Model, { fault, step }: FaultyStep): Promise<void> {
  faulty.nextFault = fault
  const answers = await answersTo(faulty.service, step)
  faulty.nextFault = 'none'
  const crashed = faulty.isCrashed
  if (crashed) await faulty.restart()
  for (const [write, { status, body }] of answers) {
    if (status !== 500) {
      apply(model, write)
      continue
    }
    assert.equal(body.__type, 'com.amazonaws.dynamodb.v20120810#InternalServerError')
    assert.notEqual(fault, 'none')
    const stored = await succeed(faulty.service, 'GetItem', { TableName: tableName, Key: keyOf(write), ConsistentRead: true })
    const before = model.get(keyText(keyOf(write)))
    const after = outcomeOf(write, before)
    const isOld = isDeepStrictEqual(stored.Item, before)
    if (!isOld) {
      assert.ok(crashed, 'a failed commit changes nothing')
      assert.ok(after !== 'refused')
      assert.deepEqual(stored.Item, after, 'an item is as before or as after')
      apply(model, write)
    }
  }
}

test('acknowledged writes and their index entries survive failed commits and crashes; failed ones leave nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultySteps, { minLength: 1, maxLength: 12 }), fc.nat(), async (history, seed) => {
      const faulty = await FaultyService.open()
      try {
        await succeed(faulty.service, 'CreateTable', definition())
        const model: Model = new Map()
        for (const step of history) await playFaulty(faulty, model, step)
        await checkEverything(faulty.service, [...model.values()], drawing(seed))
      } finally {
        await faulty.service.close()
      }
    }),
    { numRuns: propertyRuns(45), seed: 20261122 },
  )
})
