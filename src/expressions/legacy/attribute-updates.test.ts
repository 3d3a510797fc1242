import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Item } from '../../values/attribute-value.ts'
import { Placeholders } from '../placeholders.ts'
import { compileUpdate } from '../update.ts'
import { type AttributeUpdates, checkAttributeUpdates, compileAttributeUpdates } from './attribute-updates.ts'

const old: Item = {
  k: { S: 'key' },
  n: { N: '5' },
  ss: { SS: ['a', 'b'] },
  ns: { NS: ['1'] },
  bs: { BS: ['AQ=='] },
  l: { L: [{ N: '1' }] },
  s: { S: 'x' },
}

function updated(updates: AttributeUpdates, item: Item = old): Item {
  checkAttributeUpdates(updates)
  return compileAttributeUpdates(updates, 'current')?.apply(item) ?? item
}

describe('AttributeUpdates', () => {
  test('refuses actions without a value they need or with one they do not take', () => {
    const prefix = 'One or more parameter values were invalid: '
    const cases: readonly [AttributeUpdates[string], string][] = [
      [{}, 'Only DELETE action is allowed when no attribute value is specified'],
      [{ Action: 'PUT' }, 'Only DELETE action is allowed when no attribute value is specified'],
      [{ Action: 'ADD' }, 'Only DELETE action is allowed when no attribute value is specified'],
      [{ Action: 'DELETE', Value: { N: '1' } }, 'DELETE action with value is not supported for the type N'],
      [{ Action: 'DELETE', Value: { L: [] } }, 'DELETE action with value is not supported for the type L'],
      [{ Action: 'ADD', Value: { S: 'x' } }, 'ADD action is not supported for the type S'],
      [{ Action: 'ADD', Value: { M: {} } }, 'ADD action is not supported for the type M'],
      [{ Action: 'ADD', Value: { BOOL: true } }, 'ADD action is not supported for the type BOOL'],
    ]
    for (const [update, message] of cases) {
      assert.throws(() => checkAttributeUpdates({ ok: { Value: { S: '' } }, a: update }), {
        message: `${prefix}${message}`,
        inRequest: true,
      })
    }
  })

  test('puts, adds and takes away', () => {
    const cases: readonly [AttributeUpdates, Item][] = [
      [{ s: { Value: { N: '1' } } }, { ...old, s: { N: '1' } }],
      [{ new: { Action: 'PUT', Value: { L: [] } } }, { ...old, new: { L: [] } }],
      [{ n: { Action: 'ADD', Value: { N: '-7' } } }, { ...old, n: { N: '-2' } }],
      [{ new: { Action: 'ADD', Value: { N: '3' } } }, { ...old, new: { N: '3' } }],
      [{ ss: { Action: 'ADD', Value: { SS: ['c', 'a'] } } }, { ...old, ss: { SS: ['a', 'b', 'c'] } }],
      [{ new: { Action: 'ADD', Value: { NS: ['2', '1'] } } }, { ...old, new: { NS: ['1', '2'] } }],
      [{ l: { Action: 'ADD', Value: { L: [{ S: 'y' }, { N: '1' }] } } }, { ...old, l: { L: [{ N: '1' }, { S: 'y' }, { N: '1' }] } }],
      [{ new: { Action: 'ADD', Value: { L: [{ S: 'y' }] } } }, { ...old, new: { L: [{ S: 'y' }] } }],
      [{ ss: { Action: 'DELETE', Value: { SS: ['a', 'z'] } } }, { ...old, ss: { SS: ['b'] } }],
      [{ none: { Action: 'DELETE' } }, old],
      [{ none: { Action: 'DELETE', Value: { SS: ['a'] } } }, old],
    ]
    for (const [updates, expected] of cases) assert.deepEqual(updated(updates), expected, JSON.stringify(updates))
    for (const updates of [{ ss: { Action: 'DELETE' } }, { ss: { Action: 'DELETE', Value: { SS: ['b', 'a'] } } }] as const) {
      assert.equal('ss' in updated(updates), false)
    }
  })

  test('does several things at once, to names that every object inherits too', () => {
    const updates: AttributeUpdates = JSON.parse(
      '{"__proto__":{"Value":{"N":"1"}},"constructor":{"Action":"ADD","Value":{"N":"2"}},"s":{"Action":"DELETE"},"n":{"Action":"ADD","Value":{"N":"1"}}}',
    )
    const { s: _, ...rest } = old
    const expected = { ...JSON.parse('{"__proto__":{"N":"1"},"constructor":{"N":"2"}}'), ...rest, n: { N: '6' } }
    assert.deepEqual(Object.entries(updated(updates)).sort(), Object.entries(expected).sort())
  })

  test('refuses to add to, or take from, another type than is stored', () => {
    const fault = { message: 'Type mismatch for attribute to update', inRequest: false }
    for (const updates of [
      { s: { Action: 'ADD', Value: { N: '1' } } },
      { n: { Action: 'ADD', Value: { NS: ['1'] } } },
      { ss: { Action: 'ADD', Value: { NS: ['1'] } } },
      { ss: { Action: 'ADD', Value: { L: [] } } },
      { n: { Action: 'ADD', Value: { L: [] } } },
      { n: { Action: 'DELETE', Value: { NS: ['5'] } } },
      { bs: { Action: 'DELETE', Value: { SS: ['AQ=='] } } },
    ] as const) {
      assert.throws(() => updated(updates), fault, JSON.stringify(updates))
    }
  })

  test('refuses a sum out of range in the words of arithmetic', () => {
    assert.throws(() => updated({ n: { Action: 'ADD', Value: { N: '9e125' } } }, { n: { N: `9${'0'.repeat(125)}` } }), {
      message: 'Number overflow. Attempting to store a number with magnitude larger than supported range',
    })
  })

  test('checks values as those of an item', () => {
    assert.throws(() => updated({ '': { Value: { S: 'x' } } }), { message: 'Empty attribute name' })
    assert.throws(() => updated({ a: { Value: {} } }), {
      message: 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    })
  })

  test('creates an item unless all it does is take away', () => {
    const creates = (updates: AttributeUpdates) => compileAttributeUpdates(updates, 'current')?.creates
    assert.equal(creates({ a: { Action: 'DELETE' } }), false)
    assert.equal(creates({ a: { Action: 'DELETE', Value: { SS: ['x'] } }, b: { Action: 'DELETE' } }), false)
    assert.equal(creates({ a: { Action: 'DELETE' }, b: { Value: { S: '' } } }), true)
    assert.equal(creates({ a: { Action: 'ADD', Value: { N: '1' } } }), true)
  })

  test('nothing to update is no update', () => {
    assert.equal(compileAttributeUpdates({}, 'current'), undefined)
  })

  test('is charged nothing, and names the attributes it changes', () => {
    const update = compileAttributeUpdates({ b: { Value: { S: 'x'.repeat(1000) } }, a: { Action: 'DELETE' } }, 'current')
    assert.equal(update?.chargeBytes, 0)
    assert.deepEqual(update.attributes, ['b', 'a'])
    assert.deepEqual(update.paths, [['b'], ['a']])
  })

  test('does what the expression does that it stands for', () => {
    const updates: AttributeUpdates = {
      s: { Value: { M: { k: { S: 'v' } } } },
      n: { Action: 'ADD', Value: { N: '0.1' } },
      ns: { Action: 'ADD', Value: { NS: ['-1', '10'] } },
      bs: { Action: 'DELETE', Value: { BS: ['AQ=='] } },
      l: { Action: 'DELETE' },
    }
    const placeholders = new Placeholders(
      { '#s': 's', '#l': 'l' },
      { ':s': { M: { k: { S: 'v' } } }, ':n': { N: '0.1' }, ':ns': { NS: ['-1', '10'] }, ':bs': { BS: ['AQ=='] } },
    )
    const modern = compileUpdate('SET #s = :s ADD n :n, ns :ns DELETE bs :bs REMOVE #l', placeholders)
    assert.deepEqual(updated(updates), modern.apply(old))
  })
})
