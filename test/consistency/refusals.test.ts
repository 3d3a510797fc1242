/**
 * Negative controls of the whole chain: the same clients, recorder and checkers against a server that breaks one promise must find it.
 * A checker that lets one of these pass would let the real fault pass as well.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { askControl } from '../harness/control-endpoint.ts'
import { checkSums } from './account-asker.ts'
import { checkHistory } from './check-history.ts'
import { checkStream } from './check-stream.ts'
import { type Fault, faults, openFaultyFront } from './faulty-front.ts'
import { recordStream } from './record-stream.ts'
import { recordAccounts, recordIndexedItems, recordItems, type Scenario, tableName } from './scenarios.ts'
import { openTarget, type Target } from './settings.ts'

const operations = 600
let target: Target

before(async () => {
  target = await openTarget()
})

after(() => target.close())

type Control = (scenario: Scenario) => Promise<string | undefined>

const items: Control = async (scenario) => checkHistory(await recordItems(scenario))
const indexedItems: Control = async (scenario) => checkHistory(await recordIndexedItems(scenario))
const accounts: Control = async (scenario) => {
  const history = await recordAccounts(scenario)
  const [ofSums, ofHistory] = [checkSums(history), checkHistory(history)]
  return ofSums === undefined ? ofHistory : `${ofSums}\n${ofHistory}`
}
const stream: Control = async (scenario) => checkStream(await recordStream({ ...scenario, rounds: 0 }))[0]

const unexplained = /no order of these calls explains/

const controls: readonly (readonly [string, Control, RegExp])[] = [
  ['reads from a cache that is renewed now and then', items, unexplained],
  ['index reads from a cache that is renewed now and then', indexedItems, unexplained],
  ['puts that are acknowledged and lost now and then', items, unexplained],
  ['updates that are done twice now and then', items, unexplained],
  ['updates whose condition is checked before the write, not with it', items, unexplained],
  ['transactions that are done action by action', accounts, /together, not 400[\s\S]*no order of these calls explains/],
  ['snapshots that are read item by item', accounts, unexplained],
  ['repeated transactions that are done again', accounts, unexplained],
  ['records that are left out now and then', stream, /images do not follow|where there is/],
  ['records that come twice now and then', stream, /sequence numbers do not rise/],
]

test('there is a control for every fault', () => {
  assert.deepEqual(
    controls.map(([name]) => name),
    Object.keys(faults),
  )
})

async function through(fault: Fault, control: Control): Promise<string | undefined> {
  const front = await openFaultyFront(target.endpoints[0] ?? '', fault)
  try {
    return await control({ endpoints: [front.endpoint], operations })
  } finally {
    await front.close()
  }
}

for (const [name, control, told] of controls) {
  test(`found out are ${name}`, async () => {
    assert.match((await through((faults[name] ?? assert.fail())(), control)) ?? 'nothing was found', told)
  })
}

for (const control of [items, indexedItems, accounts, stream]) {
  test('nothing is found of a server that stands before the real one and breaks no promise', async () => {
    assert.equal(await through(async () => undefined, control), undefined)
  })
}

test('found out is a global index that lags behind', async () => {
  const lag = (): Promise<unknown> => {
    return askControl(target.endpoints[0] ?? '', 'PUT', `tables/${tableName}/indexes/by-color/lag`, { indexLagMs: 60_000 })
  }
  const told = checkHistory(await recordIndexedItems({ ...target, operations }, lag))
  assert.match(told ?? 'nothing was found', /\n> .*"kind":"query","index":"color"/)
})
