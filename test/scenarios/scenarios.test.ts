/**
 * Plays every scenario on a server of its own, step by step. Steps listed in pending.ts are played as well, are reported as to do,
 * and fail the suite once they pass.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { alignWith } from '../harness/likeness.ts'
import { TestIdentities } from '../harness/test-identities.ts'
import { TestStator } from '../harness/test-stator.ts'
import { assertError } from './assert-error.ts'
import { pending } from './pending.ts'
import { type PseudoOperations, pseudoOperations } from './pseudo-operations.ts'
import { readScenarios, type Scenario, type Step } from './scenario.ts'
import { loadAtOnce } from './throttling-steps.ts'

/** Scenarios about what is refused for want of throughput. */
const enforced: ReadonlySet<string> = new Set(['21-provisioned-throttling-and-burst'])
const scenarios = readScenarios()
for (const scenario of scenarios) playScenario(scenario)
for (const scenario of scenarios.filter(({ steps }) => steps.some(({ op }) => op === '$load'))) {
  playScenario(scenario, { title: `${scenario.id}, each load at one moment,`, operations: { ...pseudoOperations, $load: loadAtOnce } })
}

test('every pending step is a step of a scenario', () => {
  const steps = scenarios.flatMap(({ id, steps }) => steps.map(({ n }) => `${id} step ${n}`))
  const listed = Object.entries(pending).flatMap(([id, missing]) => Object.keys(missing).map((n) => `${id} step ${n}`))
  assert.deepEqual(
    listed.filter((step) => !steps.includes(step)),
    [],
  )
})

interface Play {
  readonly title: string
  readonly operations: PseudoOperations
}

function playScenario(scenario: Scenario, { title, operations }: Play = { title: scenario.id, operations: pseudoOperations }): void {
  let opening: Promise<TestStator> | undefined
  for (const step of scenario.steps) {
    const missing = pending[scenario.id]?.[step.n]
    test(`${title} step ${step.n}: ${step.name}`, async (t) => {
      opening ??= open(scenario)
      const stator = await opening
      if (missing === undefined) return playStep(stator, step, scenario, operations)
      const passed = await playStep(stator, step, scenario, operations).then(
        () => true,
        () => false,
      )
      assert.ok(!passed, `Remove step ${step.n} of ${scenario.id} from test/scenarios/pending.ts: it passes.`)
      t.todo(`needs ${missing}`)
    })
  }
  test(`${title} gives the advisor nothing to warn of`, async () => {
    assert.deepEqual((await (await opening)?.warnings()) ?? [], [])
  })
  after(async () => (await opening)?.close())
}

async function open({ id, tables, seed, policy }: Scenario): Promise<TestStator> {
  const identities = policy && new TestIdentities()
  const stator = await TestStator.open({ ...(enforced.has(id) && { throughput: 'enforce' }), ...(identities && { identities }) })
  for (const table of tables) await stator.createTable(table)
  for (const [tableName, items] of Object.entries(seed)) {
    for (const item of items) await stator.succeed('PutItem', { TableName: tableName, Item: item })
  }
  if (policy !== undefined) {
    identities?.setPolicies({ identity: policy.Statement })
    stator.actAs('user')
  }
  return stator
}

async function playStep(stator: TestStator, step: Step, scenario: Scenario, operations: PseudoOperations): Promise<void> {
  if (step.op.startsWith('$')) {
    const play = operations[step.op]
    assert.ok(play !== undefined, `${step.op} is not built yet`)
    return play(stator, step, scenario)
  }
  const reply = await stator.call(step.op, step.request)
  if (step.expectError !== undefined) return assertError(reply, step.expectError)
  assert.equal(reply.status, 200, `${reply.exception}: ${reply.message}`)
  const unordered = step.unordered ?? []
  assert.deepEqual(alignWith(step.expect, reply.body, { unordered }), step.expect)
}
