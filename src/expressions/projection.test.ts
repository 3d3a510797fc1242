import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Item } from '../values/attribute-value.ts'
import { type DocumentPath, resolvePath } from '../values/path.ts'
import { Placeholders } from './placeholders.ts'
import { compileProjection, parsedProjections, projectPaths } from './projection.ts'

const names = { '#a': 'a', '#b': 'b', '#x': 'a', '#p': '__proto__' }

const item: Item = {
  a: { M: { b: { L: [{ S: 'zero' }, { S: 'one' }, { S: 'two' }] }, c: { N: '1' }, d: { M: { e: { S: 'e' } } } } },
  l: {
    L: [
      { M: { x: { N: '1' }, y: { N: '2' }, z: { L: [{ S: 'p' }, { S: 'q' }] } } },
      { L: [{ S: 'i' }, { S: 'j' }] },
      { NULL: true },
      { S: 'end' },
    ],
  },
  s: { S: 'text' },
  ss: { SS: ['m'] },
}

const project = (text: string): Item => compileProjection(text, new Placeholders(names)).apply(item)

describe('Projection', () => {
  const cases: readonly (readonly [string, Item])[] = [
    ['s', { s: { S: 'text' } }],
    ['gone', {}],
    ['s, gone, ss[0], a.gone, a.c.x, l[9], l[0].gone, a.b.x', { s: { S: 'text' } }],
    ['s.x, a[0], l.x, gone.a.b', {}],
    ['s[0]', {}],
    ['a.b[1]', { a: { M: { b: { L: [{ S: 'one' }] } } } }],
    ['a.d.e, a.c', { a: { M: { d: { M: { e: { S: 'e' } } }, c: { N: '1' } } } }],
    ['l[3], l[1], l[2]', { l: { L: [{ L: [{ S: 'i' }, { S: 'j' }] }, { NULL: true }, { S: 'end' }] } }],
    ['l[0].y, l[0].x', { l: { L: [{ M: { y: { N: '2' }, x: { N: '1' } } }] } }],
    ['l[1][1], l[0].z[1], l[1][0]', { l: { L: [{ M: { z: { L: [{ S: 'q' }] } } }, { L: [{ S: 'i' }, { S: 'j' }] }] } }],
    ['l[0].gone, l[3]', { l: { L: [{ S: 'end' }] } }],
    ['#a.#b', { a: { M: { b: { L: [{ S: 'zero' }, { S: 'one' }, { S: 'two' }] } } } }],
    ['#p.#p', {}],
  ]
  for (const [text, expected] of cases) test(text, () => assert.deepEqual(project(text), expected))

  test('gives its paths in the order of the request, aliases replaced', () => {
    assert.deepEqual(compileProjection('s, #x.#b[2], l', new Placeholders(names)).paths, [['s'], ['a', 'b', 2], ['l']])
  })

  test('is parsed once however often it is compiled', () => {
    const before = parsedProjections.parseCount
    for (let count = 0; count < 5; count += 1) project('parsedOnlyOnce')
    assert.equal(parsedProjections.parseCount, before + 1)
  })

  test('leads to what the paths lead to and to nothing else', () => {
    const path = fc.constantFrom<DocumentPath>(
      ...(['s', 'gone'] as const).map((name) => [name]),
      ['a', 'c'],
      ['a', 'd', 'e'],
      ['a', 'd', 'none'],
      ['l', 3],
      ['l', 0, 'x'],
      ['l', 0, 'z', 1],
      ['l', 9],
    )
    fc.assert(
      fc.property(fc.uniqueArray(path, { selector: String }), (paths) => {
        const leaves = (value: unknown): string[] =>
          typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)]
        const found = paths.flatMap((each) => leaves(resolvePath(item, each)?.valueOf() ?? {}))
        assert.deepEqual(leaves(projectPaths(item, paths)).sort(), found.sort())
      }),
    )
  })
})

describe('Paths that meet are refused:', () => {
  const met = (relation: 'overlap' | 'conflict', one: string, two: string): string =>
    `Invalid ProjectionExpression: Two document paths ${relation} with each other; must remove or rewrite one of these paths; path one: ${one}, path two: ${two}`
  const cases: readonly (readonly [string, string])[] = [
    ['a, a', met('overlap', '[a]', '[a]')],
    ['a, #a', met('overlap', '[a]', '[a]')],
    ['#a, #a', met('overlap', '[a]', '[a]')],
    ['#a, #x', met('overlap', '[a]', '[a]')],
    ['a, a.b', met('overlap', '[a]', '[a, b]')],
    ['a.b, a', met('overlap', '[a, b]', '[a]')],
    ['a, a.b.c', met('overlap', '[a]', '[a, b, c]')],
    ['#a, #a.#b', met('overlap', '[a]', '[a, b]')],
    ['#x, #a.#b', met('overlap', '[a]', '[a, b]')],
    ['l, l[0]', met('overlap', '[l]', '[l, [0]]')],
    ['s, a.b[1].c, l, a.b[1]', met('overlap', '[a, b, [1], c]', '[a, b, [1]]')],
    ['a.b, a[0]', met('conflict', '[a, b]', '[a, [0]]')],
    ['a[0], a[1], a.b.c', met('conflict', '[a, [0]]', '[a, b, c]')],
    ['a.b, a[0], l, l', met('overlap', '[l]', '[l]')],
  ]
  for (const [text, message] of cases) {
    test(text, () => assert.throws(() => project(text), { exception: 'ValidationException', message, inRequest: true }))
  }

  test('but not paths that only look alike', () => {
    assert.doesNotThrow(() => compileProjection('ab, a.c, a.b[0], a.b[1], #c', new Placeholders({ '#c': 'a.b' })))
  })

  test('a thousand paths are compared in one walk', () => {
    const text = Array.from({ length: 800 }, (_, at) => `a${at}`).join(',')
    assert.equal(compileProjection(text, new Placeholders()).paths.length, 800)
  })
})
