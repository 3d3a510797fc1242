/** What is parsed in slices is what JSON.parse makes of the whole, however the slices fall. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Pace } from '../base/pace.ts'
import { type Random, seededRandom } from '../base/random.ts'
import { parseInSlices } from './sliced-json.ts'

/** How it ends: the value, or that there is none. */
function parsedAtOnce(body: Buffer): unknown {
  const text = body.toString()
  if (!Buffer.from(text).equals(body)) return 'no JSON'
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return 'no JSON'
  }
}

async function parsedInSlices(body: Buffer, sliceBytes: number): Promise<unknown> {
  try {
    return { value: await parseInSlices(body, new Pace(() => 0), sliceBytes) }
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error))
    return 'no JSON'
  }
}

class Texts {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  below(count: number): number {
    const [high = 0, low = 0] = this.#random.bytes(2)
    return ((high << 8) | low) % count
  }

  pick<T>(...from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  space(): string {
    return this.pick('', '', '', ' ', '\n', '\t\r ')
  }

  text(): string {
    const parts = Array.from({ length: this.below(6) }, () =>
      this.pick('a', 'longer text', '\\n', '\\\\', '\\"', '\\u00e9', '\\ud83d\\ude00', 'é', '€', '😀', '{', ']', ',', ':', '\u{fffd}'),
    )
    return `"${parts.join('')}"`
  }

  name(): string {
    return this.pick('"a"', '"b"', '"__proto__"', '"2"', '"1"', '"constructor"', '""', this.text())
  }

  value(levels: number): string {
    const kind = this.below(levels > 0 ? 8 : 5)
    const space = (): string => this.space()
    const several = (make: () => string): string => Array.from({ length: this.below(6) }, () => `${space()}${make()}${space()}`).join(',')
    if (kind < 2) return this.text()
    if (kind === 2) return this.pick('0', '-1.5e3', '12345678901234567890', '1E-7')
    if (kind === 3) return this.pick('true', 'false', 'null')
    if (kind === 4) return this.pick('[]', '{}', '[ ]', '{\n}')
    if (kind === 5) return `[${several(() => this.value(levels - 1))}]`
    return `{${several(() => `${this.name()}${space()}:${space()}${this.value(levels - 1)}`)}}`
  }
}

/** Sound half the time, and damaged in one byte otherwise. */
function someText(seed: number): Buffer {
  const texts = new Texts(seededRandom(seed))
  const body = Buffer.from(`${texts.space()}${texts.value(5)}${texts.space()}`)
  if (texts.below(2) === 0) {
    body[texts.below(body.length)] = texts.pick(0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d, 0x5c, 0x20, 0xff, 0x80, 0x30)
  }
  return body
}

test('Texts of all kinds, whole and damaged, in slices of all sizes', async () => {
  let sound = 0
  const isTheSame = fc.asyncProperty(fc.nat(), async (seed) => {
    const body = someText(seed)
    const expected = parsedAtOnce(body)
    if (expected !== 'no JSON') sound += 1
    for (const sliceBytes of [1, 2, 7, 20, 1000]) {
      assert.deepEqual(await parsedInSlices(body, sliceBytes), expected, `${body.toString()} in slices of ${sliceBytes}`)
    }
  })
  await fc.assert(isTheSame, { numRuns: 1500 })
  assert.ok(sound > 700, `${sound} were sound`)
})

test('What is no JSON at its edges is none', async () => {
  const texts = [
    '',
    ' ',
    '[',
    '{',
    '"',
    '[1',
    '[1,',
    '[1,]',
    '[1, ]',
    '[,1]',
    '{"a":1,}',
    '{"a":1, }',
    '{,"a":1}',
    '{"a"}',
    '{"a":}',
    '{1:2}',
    '[1}',
    '{"a":1]',
    '1 2',
    '[] []',
    '"a" "b"',
    '"\\',
    '"\\u00',
    '\u{feff}[]',
  ]
  for (const text of texts)
    for (const size of [1, 3, 100]) assert.equal(await parsedInSlices(Buffer.from(text), size), 'no JSON', `${text} in ${size}`)
})

test('The members of a name come in the order of JSON.parse, and the last of several counts', async () => {
  const text = '{"b":1,"a":2,"10":3,"b":4,"9":5,"__proto__":{"x":1}}'
  for (const size of [1, 8, 100]) {
    const object = (await parseInSlices(Buffer.from(text), new Pace(() => 0), size)) as object
    assert.equal(JSON.stringify(object), JSON.stringify(JSON.parse(text)))
    assert.equal(Object.getPrototypeOf(object), Object.prototype)
  }
})

test('Others have their turn between slices', async () => {
  let nowMs = 0
  let pauses = 0
  class CountedPace extends Pace {
    override async pause(): Promise<void> {
      pauses += 1
      await super.pause()
    }
  }
  const pace = new CountedPace(() => (nowMs += 1000))
  const item = JSON.stringify({ list: Array.from({ length: 100_000 }, (_, at) => ({ N: String(at) })), text: 'x'.repeat(1_000_000) })
  assert.deepEqual(await parseInSlices(Buffer.from(item), pace), JSON.parse(item))
  assert.ok(pauses > 20, `${pauses} pauses`)
})
