/** `stator copy --anonymize`, from a file to another one: what becomes of values of each type, and which rules are refused. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { anonymizerOf } from '../../src/cli/copy/anonymize.ts'
import { readRules } from '../../src/cli/copy/anonymize-rules.ts'
import { UsageError } from '../../src/cli/read-arguments.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'stator-anonymize-'))
after(() => rmSync(folder, { recursive: true }))
const [source, target, rulesFile] = ['source.json', 'target.json', 'rules.json'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]

type Json = { readonly [name: string]: unknown }

function copy(rules: unknown, items: readonly Json[], words: readonly string[] = []): Promise<Ended> {
  rmSync(target, { force: true })
  writeFileSync(rulesFile, JSON.stringify(rules))
  writeFileSync(source, items.map((Item) => `${JSON.stringify({ Item })}\n`).join(''))
  return new StatorProcess(['copy', source, target, '--anonymize', rulesFile, ...words]).ended
}

async function copied(rules: unknown, items: readonly Json[], words: readonly string[] = []): Promise<readonly Json[]> {
  const { code, err } = await copy(rules, items, words)
  assert.deepEqual([code, err], [0, ''])
  return readFileSync(target, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly Item: Json }).Item)
}

const bytes = (...values: readonly number[]): string => Buffer.from(values).toString('base64')

test('Bytes and truth values pass no rule but keep', () => {
  const values = { B: { B: bytes(1, 2, 3) }, BS: { BS: [bytes(1), bytes(2)] }, yes: { BOOL: true } }
  for (const rule of ['mask', 'email', 'name', 'hash', { id: 'a' }, { email: 'a' }, { round: 10 }, { split: '#', parts: ['keep'] }]) {
    const rules = readRules(JSON.stringify({ key: 'k', rules: { B: rule, 'BS[]': rule, yes: rule } }), {
      env: {},
      isResumed: false,
      random: 'r',
    })
    const item: Json = anonymizerOf(rules, [], { isSure: false }).of(values)
    assert.notDeepEqual(item?.['B'], values.B, JSON.stringify(rule))
    assert.ok(!JSON.stringify(item?.['BS']).includes(`"${bytes(1)}"`), JSON.stringify(rule))
    assert.deepEqual(item?.['yes'], { BOOL: false })
  }
})

test('Bytes have pseudonyms, the same for the same in every attribute, and masked they are as many', async () => {
  const rules = { key: 'k', rules: { id: { id: 'a' }, 'all[]': { id: 'a' }, masked: 'mask' } }
  const [item] = await copied(
    rules,
    [{ id: { B: bytes(1) }, all: { BS: [bytes(1), bytes(2)] }, masked: { B: bytes(1, 2, 3) } }],
    ['--key', 'id'],
  )
  assert.ok(item !== undefined)
  const { B: id } = item['id'] as { readonly B: string }
  const { BS: all } = item['all'] as { readonly BS: readonly string[] }
  assert.deepEqual([Buffer.from(id, 'base64').length, all.length, all[0]], [16, 2, id])
  assert.deepEqual(item?.['masked'], { B: bytes(0, 0, 0) })
})

test('A rule of a map, a list or a set is that of all in it', async () => {
  const rules = {
    key: 'k',
    rules: { gone: 'drop', text: { const: 'x' }, home: 'mask', 'home.city': 'keep', tags: { id: 't' }, const: { const: 'y' } },
  }
  const inner = { M: { street: { S: 'Abc 12' }, number: { N: '7' }, city: { S: 'Rome' } } }
  const [item] = await copied(rules, [{ gone: inner, text: inner, home: inner, tags: { SS: ['a', 'b'] }, const: { NS: ['1', '2'] } }])
  assert.equal(item?.['gone'], undefined)
  assert.deepEqual(item?.['text'], { S: 'x' })
  assert.deepEqual(item?.['home'], { M: { street: { S: 'xxx 00' }, number: { N: '0' }, city: { S: 'Rome' } } })
  assert.match(JSON.stringify(item?.['tags']), /^{"SS":\["[a-z0-9]{16}","[a-z0-9]{16}"\]}$/)
  assert.deepEqual(item?.['const'], { S: 'y' })
})

test('Members of a set that become one text are a set of that', async () => {
  const [item] = await copied({ rules: { 'a[]': { const: 'x' } } }, [{ a: { NS: ['1', '2'] } }])
  assert.deepEqual(item, { a: { SS: ['x'] } })
})

test('A number has one pseudonym, however it is written', async () => {
  const rules = { key: 'k', rules: { id: { id: 'a' }, other: { id: 'a' } } }
  const items = await copied(
    rules,
    ['1', '1.0', '10e-1'].map((N) => ({ id: { N }, other: { N } })),
    ['--key', 'id'],
  )
  assert.equal(new Set(items.flatMap((item) => Object.values(item).map((value) => JSON.stringify(value)))).size, 1)
})

test('A rounded number is a number of DynamoDB', async () => {
  const numbers = { a: { N: '17' }, b: { N: '0.34' }, c: { N: '1e125' } }
  const [item] = await copied({ rules: { a: { round: 10 }, b: { round: 0.1 }, c: { round: 10 } } }, [numbers])
  assert.deepEqual([item?.['a'], item?.['b'], item?.['c']], [{ N: '20' }, { N: '0.3' }, { N: `1${'0'.repeat(125)}` }])
})

test('What is no rule is refused, wherever it stands', () => {
  for (const [rules, says] of [
    [{ default: { S: 'msk' } }, /^The rule of default\.S is none: "msk"\./],
    [{ default: { B: { split: '#', parts: ['kep'] } } }, /^The rule of default\.B is none: "kep"\./],
    [{ default: { SS: 'mask' } }, /^There is no default of SS/],
    [{ rules: { a: { round: 0 } } }, /^The rule of a is none: {"round":0}, whose step is no number above 0/],
    [{ rules: { a: { round: -1 } } }, /whose step/],
    [{ rules: { a: { round: '10' } } }, /whose step/],
    [{ rules: { a: { round: 1e-300 } } }, /whose step/],
    [{ rules: { a: { split: '', parts: ['keep'] } } }, /whose separator is no text/],
    [{ rules: { a: { split: '#' } } }, /which needs parts/],
    [{ rules: { a: { split: '#', parts: [] } } }, /which needs parts/],
    [{ rules: { a: { split: '#', parts: 'keep' } } }, /which needs parts/],
    [{ rules: { a: { split: '#', parts: [{ split: '-', parts: [7] }] } } }, /^The rule of a is none: 7\./],
    [{ rules: { a: { id: 7 } } }, /^The rule of a is none: {"id":7}\./],
    [{ rules: { a: { const: null } } }, /^The rule of a is none/],
    [{ rules: { a: { id: 'x', email: 'y' } } }, /more than one member/],
    [{ rules: ['keep'] }, /^The member rules .* is no JSON object/],
    [{ rule: {} }, /have a member rule: they have key, default and rules/],
    [{ key: 7 }, /^The key of pseudonyms must be a text/],
    [{ key: 'env:NOT_SET' }, /^The variable NOT_SET/],
  ] as const) {
    assert.throws(
      () => readRules(JSON.stringify(rules), { env: {}, isResumed: false, random: 'r' }),
      (error: Error) => error instanceof UsageError && says.test(error.message),
      JSON.stringify(rules),
    )
  }
})

test('Rules are read before anything is made', async () => {
  const { code, err } = await copy({ default: { S: 'msk' } }, [{ a: { S: 'x' } }])
  assert.deepEqual([code, err, existsSync(target)], [2, 'The rule of default.S is none: "msk".\n', false])
})

test('Keys that could become one are refused, and those that do end the copy', async () => {
  const split = { split: '#', parts: ['keep'] }
  const number = await copy({ rules: { id: split } }, [{ id: { N: '1' } }, { id: { N: '2' } }], ['--key', 'id'])
  assert.deepEqual([number.code, /^The key attribute id is no text that could be split/.test(number.err)], [1, true], number.err)
  for (const rule of [{ round: 10 }, 'mask', { const: 'x' }, { split: '#', parts: ['keep', 'drop'] }]) {
    const { code, err } = await copy({ rules: { id: rule } }, [{ id: { S: 'a#b' } }], ['--key', 'id'])
    assert.deepEqual([code, /^Two values of the key attribute id could become one/.test(err)], [2, true], err)
  }
})

test('A sample by a key that items have not ends the copy with its name', async () => {
  const { code, err } = await copy({ rules: { id: 'keep' } }, [{ other: { S: 'a' } }], ['--key', 'id', '--sample', '50%'])
  assert.deepEqual([code, err], [1, 'Line 1 has no attribute id, by which the sample is taken.\n'])
})
