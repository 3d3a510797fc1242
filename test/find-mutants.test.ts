/** What a mutation run (`npm run mutate`) changes in a text, and that a test meets the change while the file stays as it is. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { applied, findMutants } from '../scripts/mutate/find-mutants.ts'
import { runTest } from '../scripts/mutate/run-test.ts'
import { parseGolden } from './golden/conversation.ts'

const afters = (text: string): string[] => findMutants('sample.ts', text).map(({ after }) => after)

test('conditions, bounds, arithmetic, literals and statements are changed, one at a time', () => {
  const changes: readonly (readonly [string, readonly string[]])[] = [
    ['if (ready) go()', ['if (!(ready)) go()', 'if (ready) ;']],
    ['const a = !b', ['const a = b']],
    ['const a = b < c', ['const a = b <= c']],
    ['const a = b >= c ? d : e', ['const a = b > c ? d : e']],
    ['const a = b === c', ['const a = b !== c']],
    ['const a = b && c', ['const a = b || c']],
    ['const a = b + c * d', ['const a = b - c * d', 'const a = b + c / d']],
    ['count += size', ['count -= size', ';']],
    ['for (;;) index++', ['for (;;) index--', 'for (;;) ;']],
    ['const a = [0, true]', ['const a = [1, true]', 'const a = [0, false]']],
  ]
  for (const [text, expected] of changes) assert.deepEqual(afters(text).sort(), [...expected].sort(), text)
})

test('texts, types, imports and assertions stay as they are', () => {
  for (const text of [
    "const a = b + 'c' + d",
    'const a = `$' + '{b}` + c',
    'type A = 1 | true',
    "import a from 'b'",
    "assert(a < 1 && b, 'sound')",
    "'use strict'",
    'const a: Map<A, B> = b',
  ]) {
    const changed = afters(text).filter((after) => after !== ';')
    assert.deepEqual(changed, [], text)
  }
})

test('a mutant has an id of its own, which is another one when the file changes', () => {
  const ids = (text: string): string[] => findMutants('sample.ts', text).map(({ id }) => id)
  const text = 'const a = 1 + 1\n'
  assert.equal(new Set(ids(text)).size, 3)
  assert.deepEqual(ids(text), ids(text))
  assert.equal(new Set([...ids(text), ...ids(`${text}\n`)]).size, 6)
})

test('a test fails against a mutant that it covers, and the file is not touched', async () => {
  const path = 'src/values/equality.ts'
  const file = join(import.meta.dirname, '..', path)
  const text = readFileSync(file, 'utf8')
  const mutant = findMutants(path, text).find(({ operator }) => operator === 'equality')
  assert.ok(mutant !== undefined)
  assert.notEqual(applied(text, mutant), text)
  const options = { test: 'src/values/equality.test.ts', timeLimitMs: 60_000 }
  assert.equal((await runTest(options)).outcome, 'passed')
  assert.equal((await runTest({ ...options, mutant })).outcome, 'failed')
  assert.equal(readFileSync(file, 'utf8'), text)
})

test('of a test file that is taken apart those tests run that are described by the name, and a name that describes none has failed', async () => {
  const ran = async (name: string): Promise<string> => {
    const { outcome, output } = await runTest({ test: `test/golden/golden.test.ts#${name}`, timeLimitMs: 60_000 })
    const count = /^# tests (\d+)$/m.exec(output)?.[1]
    return `${outcome}: ${count}`
  }
  const { conversations } = parseGolden(readFileSync(join(import.meta.dirname, 'golden', 'odd-json.txt'), 'utf8'))
  assert.equal(await ran('odd-json.txt'), `passed: ${conversations.length}`)
  assert.equal(await ran('odd-json'), 'failed: 0')
})
