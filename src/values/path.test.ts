import assert from 'node:assert/strict'
import test from 'node:test'
import type { Item } from './attribute-value.ts'
import { printPath, resolvePath } from './path.ts'

const item: Item = JSON.parse(
  '{"a":{"M":{"b":{"L":[{"N":"1"},{"M":{"c":{"S":"deep"}}}]},"__proto__":{"S":"p"}}},"s":{"S":"text"},"l":{"L":[]},"x.y":{"S":"dot"},"L":{"S":"named L"}}',
)

test('resolvePath follows names into maps and indexes into lists', () => {
  assert.deepEqual(resolvePath(item, ['s']), { S: 'text' })
  assert.deepEqual(resolvePath(item, ['x.y']), { S: 'dot' })
  assert.deepEqual(resolvePath(item, ['a', 'b', 0]), { N: '1' })
  assert.deepEqual(resolvePath(item, ['a', 'b', 1, 'c']), { S: 'deep' })
  assert.deepEqual(resolvePath(item, ['a', '__proto__']), { S: 'p' })
})

test('resolvePath finds nothing where the item has nothing or another type', () => {
  for (const path of [
    ['missing'],
    ['missing', 'b', 0],
    ['a', 'missing', 'c'],
    ['a', 0],
    ['a', 'b', 2],
    ['a', 'b', 'length'],
    ['a', 'b', 0, 'N'],
    ['l', 0],
    ['s', 'length'],
    ['s', 'S'],
    ['s', 0],
    ['__proto__'],
    ['constructor'],
    ['a', 'toString'],
    [],
  ]) {
    assert.equal(resolvePath(item, path), undefined, printPath(path))
  }
})

test('printPath brackets indexes', () => {
  assert.equal(printPath(['a']), '[a]')
  assert.equal(printPath(['a', 0, 'b']), '[a, [0], b]')
  assert.equal(printPath(['a.b', 12, 3]), '[a.b, [12], [3]]')
})
