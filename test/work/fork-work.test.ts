/** What a copy in process costs does not grow with what is copied: nothing of it is looked at, neither when it is made nor when its engine is opened. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { type FrozenTree, OrderedTree } from '../../src/storage/memory/ordered-tree.ts'
import type { KeyBytes } from '../../src/storage/store.ts'
import { openTestService, succeed } from '../harness/service.ts'
import { CountingStore, type Work } from './counting-store.ts'

const keyOf = (number: number): KeyBytes => Buffer.from(String(number).padStart(8, '0')) as Uint8Array as KeyBytes

/** The same tree, which counts whenever something of one of its nodes is read. */
function watched(tree: FrozenTree, touched: () => void): FrozenTree {
  const watch = <Node extends object>(node: Node): Node =>
    new Proxy(node, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name)
        if (typeof name === 'string' && name !== 'length' && !/^\d+$/.test(name)) touched()
        const isNode = typeof value === 'object' && value !== null && 'kind' in value
        return isNode || name === 'children' ? watch(value as object) : value
      },
    })
  return watch(tree)
}

/** How many reads of nodes a fork takes, and the first change of one. */
function forkOf(items: number): { readonly forking: number; readonly changing: number } {
  const tree = new OrderedTree()
  for (let number = 0; number < items; number += 1) tree.put(keyOf(number), 'x')
  let count = 0
  const fork = new OrderedTree(watched(tree.freeze(), () => (count += 1)))
  const second = new OrderedTree(fork.freeze())
  const forking = count
  second.put(keyOf(items >> 1), 'y')
  return { forking, changing: count }
}

test('A fork touches no item, and the first change of one touches those on its way', () => {
  const [small, large] = [forkOf(1000), forkOf(100_000)]
  assert.deepEqual([small.forking, large.forking], [0, 0])
  assert.ok(small.changing > 0, 'a change reads nodes')
  // A level more, at most.
  assert.ok(large.changing <= small.changing * 2, `${large.changing} reads of nodes of 100,000 items, ${small.changing} of 1,000`)
})

/** What is asked of a store that holds so many items to open an engine on it and to answer a request. */
async function openingOf(items: number): Promise<Work> {
  const store = new CountingStore()
  const open = () => openTestService({ kind: 'custom', open: () => store }, { random: seededRandom(2) })
  const first = await open()
  await succeed(first, 'CreateTable', {
    TableName: 'Shop',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  for (let number = 0; number < items; number += 1)
    await succeed(first, 'PutItem', { TableName: 'Shop', Item: { pk: { S: `k${number}` } } })
  store.takeWork()
  const second = await open()
  await succeed(second, 'GetItem', { TableName: 'Shop', Key: { pk: { S: 'k1' } } })
  return store.takeWork()
}

test('An engine is opened by as many reads, whatever it holds', async () => {
  const [few, many] = [await openingOf(2), await openingOf(500)]
  assert.ok(few.scans > 0 && few.gets > 0)
  assert.deepEqual(many, few)
})
