/**
 * Plays every scenario on a server of its own, step by step. Steps listed in pending.ts are played as well, are reported as to do,
 * and fail the suite once they pass.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Reply } from '../harness/check-answer.ts'
import { alignWith } from '../harness/likeness.ts'
import { TestStator } from '../harness/test-stator.ts'
import { pending } from './pending.ts'
import { pseudoOperations } from './pseudo-operations.ts'
import { type ExpectedError, readScenarios, type Scenario, type Step } from './scenario.ts'

const scenarios = readScenarios()
for (const scenario of scenarios) playScenario(scenario)

test('every pending step is a step of a scenario', () => {
  const steps = scenarios.flatMap(({ id, steps }) => steps.map(({ n }) => `${id} step ${n}`))
  const listed = Object.entries(pending).flatMap(([id, missing]) => Object.keys(missing).map((n) => `${id} step ${n}`))
  assert.deepEqual(
    listed.filter((step) => !steps.includes(step)),
    [],
  )
})

function playScenario(scenario: Scenario): void {
  let opening: Promise<TestStator> | undefined
  for (const step of scenario.steps) {
    const missing = pending[scenario.id]?.[step.n]
    test(`${scenario.id} step ${step.n}: ${step.name}`, async (t) => {
      opening ??= open(scenario)
      const stator = await opening
      if (missing === undefined) return playStep(stator, step, scenario)
      const passed = await playStep(stator, step, scenario).then(
        () => true,
        () => false,
      )
      assert.ok(!passed, `Remove step ${step.n} of ${scenario.id} from test/scenarios/pending.ts: it passes.`)
      t.todo(`needs ${missing}`)
    })
  }
  after(async () => (await opening)?.close())
}

async function open({ tables, seed }: Scenario): Promise<TestStator> {
  const stator = await TestStator.open()
  for (const table of tables) await stator.createTable(table)
  for (const [tableName, items] of Object.entries(seed)) {
    for (const item of items) await stator.succeed('PutItem', { TableName: tableName, Item: item })
  }
  return stator
}

async function playStep(stator: TestStator, step: Step, scenario: Scenario): Promise<void> {
  if (step.op.startsWith('$')) {
    const play = pseudoOperations[step.op]
    assert.ok(play !== undefined, `${step.op} is not built yet`)
    return play(stator, step, scenario)
  }
  const reply = await stator.call(step.op, step.request)
  if (step.expectError !== undefined) return assertError(reply, step.expectError)
  assert.equal(reply.status, 200, `${reply.exception}: ${reply.message}`)
  const unordered = step.unordered ?? []
  assert.deepEqual(alignWith(step.expect, reply.body, { unordered }), step.expect)
}

function assertError(reply: Reply, { type, message = '*', item, cancellationReasons, throttlingReasons }: ExpectedError): void {
  const types = type.split('|').map((alternative) => alternative.replace(/\(.*\)$/, ''))
  assert.ok(types.includes(String(reply.exception)), `${reply.exception} instead of ${type}: ${reply.message}`)
  if (message !== '*') assert.equal(reply.message, message)
  const { Item, CancellationReasons, ThrottlingReasons, throttlingReasons: lowerCaseReasons } = reply.body
  assert.deepEqual(Item, item ?? undefined)
  if (cancellationReasons !== undefined) assert.deepEqual(CancellationReasons, cancellationReasons)
  if (throttlingReasons !== undefined) assert.deepEqual(ThrottlingReasons ?? lowerCaseReasons, throttlingReasons)
}
