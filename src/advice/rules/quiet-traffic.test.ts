/** What holds for all rules: they say nothing of little traffic, and each is known by one name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallParts, indexOn, openBench } from '../../../test/harness/advice-bench.ts'
import { seededRandom } from '../../base/random.ts'
import { documentation } from '../documentation.ts'
import { rules } from './rules.ts'

const seeds = 5

/** Calls as programs make them, at random. */
function someCall(random: () => number): CallParts {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const id = String(Math.floor(random() * 20))
  const attributes = {
    pk: { S: id },
    sk: { S: `ORDER#${Math.floor(random() * 100)}` },
    state: { S: pick(['open', 'closed']) },
    price: { S: '9.5' },
  }
  const item = { keyHash: id, attributes }
  return pick<() => CallParts>([
    () => ({ operation: 'PutItem', writeUnits: 1, writes: [item] }),
    () => ({ operation: 'UpdateItem', writeUnits: 1, writes: [{ ...item, kind: 'update', computed: ['n'] }] }),
    () => ({ operation: 'GetItem', readUnits: 0.5, input: { ConsistentRead: true }, reads: [item] }),
    () => ({
      ...{ operation: 'Query', index: 'byState', readUnits: 1, evaluated: 20, returned: 1, reads: [item] },
      ...{ clauses: { keyCondition: 'state = ?', filter: 'price > ?' }, input: { Limit: 5 } },
    }),
    () => ({ operation: 'Scan', readUnits: 1, evaluated: 50, returned: 2, clauses: { filter: 'state = ?' }, input: { Select: 'COUNT' } }),
  ])()
}

test('no rule says anything of fewer than 100 requests at random', async () => {
  for (const rule of rules) {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const bytes = seededRandom(seed)
      const random = (): number => new DataView(bytes.bytes(4).buffer).getUint32(0) / 2 ** 32
      const bench = await openBench(rule, { range: 'sk', indexes: [indexOn('byState', 'state')] })
      for (let at = 0; at < 99; at += 1) {
        bench.hear(someCall(random))
        bench.pass(Math.floor(random() * 3000))
        bench.note('write', bench.key(String(at % 5)), 1)
      }
      assert.deepEqual(await bench.find(), [], rule.id)
    }
  }
})

test('each rule has an id, a section of the documentation, and causes that others have', () => {
  const ids = new Set(rules.map(({ id }) => id))
  assert.equal(ids.size, rules.length)
  for (const { id, about, document, causes = [] } of rules) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(about.endsWith('.'), id)
    assert.ok(documentation[document] !== undefined, id)
    for (const cause of causes) assert.ok(ids.has(cause) && cause !== id, `${id}: ${cause}`)
  }
})

test('rules that were forgotten begin anew', async () => {
  for (const rule of rules) {
    const bench = await openBench(rule)
    bench.hearTimes(500, (at) => ({
      operation: 'PutItem',
      writeUnits: 1,
      writes: [{ keyHash: `${at}`, attributes: { pk: { S: `${at}` } } }],
    }))
    bench.rule.forget?.()
    assert.deepEqual(await bench.find(), [], rule.id)
  }
})
