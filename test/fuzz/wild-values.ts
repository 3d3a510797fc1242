/**
 * Attribute values and JSON for fuzzing: sound ones of every type, and ones that are wrong in every way we could think of. What
 * JSON.stringify would not write (huge numbers, lone surrogates, great depth) is JsonText.
 */
import { JsonText } from '../../src/base/json-text.ts'
import type { Choices } from './choices.ts'

export type WildJson = JsonText | string | number | boolean | null | WildJson[] | WildObject

export interface WildObject {
  [name: string]: WildJson
}

/** The attributes that items of the fuzzed table have, by type; several are names that trap the careless. */
export const attributeNames: readonly string[] = [
  ...['title', 'tally', 'chunk', 'lit', 'gone', 'vocab', 'figures', 'chunks', 'series', 'tree'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a.b', 'naïve ☃', 'name', 'size'],
]

const texts = ['', 'a', 'b', 'abc', 'é☃𝔘', '\u0000', '__proto__', 'S', 'x'.repeat(200)]
const numbers = ['0', '-0', '1', '2', '-1.5', '1e10', '00042.10', '9.9999999999999999999999999999999999999E+125', '-1E-130', '1234567890']
const blobs = ['', 'AA==', 'AP8=', 'AAEC', '////']

/** A value that every check lets through. */
export function soundValue(choices: Choices, depth = 0): WildObject {
  const kinds = depth < 3 ? 10 : 8
  switch (choices.below(kinds)) {
    case 0:
      return { S: choices.pick(texts) }
    case 1:
      return { N: choices.pick(numbers) }
    case 2:
      return { B: choices.pick(blobs) }
    case 3:
      return { BOOL: choices.chance(50) }
    case 4:
      return { NULL: true }
    case 5:
      return { SS: subset(choices, texts) }
    case 6:
      return { NS: subset(choices, ['0', '1', '2', '-1.5', '1e10']) }
    case 7:
      return { BS: subset(choices, blobs) }
    case 8:
      return { L: choices.several(0, 4, () => soundValue(choices, depth + 1)) }
    default:
      return { M: Object.fromEntries(choices.several(0, 4, () => [choices.pick(attributeNames), soundValue(choices, depth + 1)])) }
  }
}

/** Most often a sound value, now and then a wrong one. */
export function anyValue(choices: Choices): WildJson {
  return choices.chance(99) ? soundValue(choices) : wrongValue(choices)
}

const wrongValues: readonly WildJson[] = [
  {},
  { S: 'two', N: '1' },
  { X: 'y' },
  { S: null },
  { S: 1 },
  { N: 1 },
  ...['', ' 1', '1 ', '+', '1e', '1e126', '1e-131', '1e400', '1e99999999999', `1e${'9'.repeat(30)}`, 'NaN', 'Infinity', '0x10', '1_0'].map(
    (N) => ({ N }),
  ),
  { N: '1'.repeat(39) },
  { N: `0.${'0'.repeat(5000)}1` },
  { N: `${'0'.repeat(5000)}1` },
  ...['A', 'AA', 'AA=', 'AB==', '!!!!', 'AA==AA==', 'é', '===='].map((B) => ({ B })),
  { NULL: false },
  { BOOL: 'true' },
  ...['SS', 'NS', 'BS'].map((type) => ({ [type]: [] })),
  { SS: ['a', 'a'] },
  { NS: ['1', '1.0'] },
  { NS: [''] },
  { BS: ['AA==', 'AA=='] },
  { SS: [1] },
  { SS: [null] },
  { L: {} },
  { L: [null] },
  { M: [] },
  { M: { '': { S: 'empty name' } } },
  new JsonText('{"S":"a","S":"b"}'),
  new JsonText('{"M":{"__proto__":{"S":"x"},"__proto__":{"N":"1"}}}'),
  new JsonText('{"__proto__":{"S":"x"}}'),
  new JsonText('{"S":"\\ud800"}'),
  new JsonText('{"SS":["\\ud800","\\udfff"]}'),
]

export function wrongValue(choices: Choices): WildJson {
  if (choices.chance(15)) return new JsonText(deepValue(choices.pick([31, 32, 33, 40, 63, 100, 1000, 20_000])))
  return fresh(choices.pick(wrongValues))
}

const wrongJson: readonly WildJson[] = [
  ...[null, true, false, 0, -1, 1.5, '', 'x', 'true', '1', 'NONE', 'ALL_OLD', '__proto__', [], {}],
  ...[[null], [[]], ['x'], { S: 'x' }, { '': '' }],
  ...['1e999', '-1e999', '1e-999', '12345678901234567890123', '-0', '2147483648', '9223372036854775808', '0.1e1'].map(
    (text) => new JsonText(text),
  ),
  ...['"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\\u00"', '"\\x"', '"\t"', '{"a":1,"a":2}', 'NaN', '01', '+1', "'x'"].map(
    (text) => new JsonText(text),
  ),
]

/** A JSON value of some other type than the place wants, or text that is no JSON at all. */
export function anyJson(choices: Choices): WildJson {
  switch (choices.below(12)) {
    case 0:
      return soundValue(choices)
    case 1:
      return wrongValue(choices)
    case 2: {
      const depth = choices.pick([10, 40, 100, 1000, 50_000])
      return choices.chance(50)
        ? new JsonText('['.repeat(depth) + ']'.repeat(depth))
        : new JsonText(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
    }
    case 3:
      return choices.pick(['x', 'é', '(', '[0]', ':v ', 'a.', '#']).repeat(choices.pick([255, 256, 1025, 2049, 4097, 70_000]))
    default:
      return fresh(choices.pick(wrongJson))
  }
}

/** Mutation changes what it is given: the tables above must stay as they are, or a seed would not replay. */
function fresh(json: WildJson): WildJson {
  return json instanceof JsonText ? json : structuredClone(json)
}

function deepValue(wrappers: number): string {
  return `${'{"L":['.repeat(wrappers)}{"S":"x"}${']}'.repeat(wrappers)}`
}

function subset<T>(choices: Choices, members: readonly T[]): T[] {
  const chosen = members.filter(() => choices.chance(40))
  return chosen.length > 0 ? chosen : members.slice(0, 1)
}
