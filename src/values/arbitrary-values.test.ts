/** Random numbers, values and items for the properties of this floor. Has no tests of its own: named so to stay out of the build. */
import fc from 'fast-check'
import { setOwn } from '../base/own.ts'
import type { AttributeValue, Item } from './attribute-value.ts'
import { checkAttributes, checkAttributeValue, type RawAttributes, type RawAttributeValue } from './check.ts'

/** Few characters, chosen for their encodings, so that random strings often share a beginning. */
const characters = ['\0', '\u0001', 'a', 'b', '\u007f', '\u00ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}']

export const strings: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...characters), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed()),
)

export const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 0x10, 0x80, 0xff), { maxLength: 5 }).map((parts) => Uint8Array.from(parts)),
  fc.uint8Array({ maxLength: 12 }),
)

export const binaries: fc.Arbitrary<string> = bytes.map((content) => Buffer.from(content).toString('base64'))

/** Numbers in range as a client may write them: with sign, exponent, superfluous zeros. */
export const writtenNumbers: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.constantFrom('0', '-0', '0e125', '.5', '5.', '1e125', '-1e125', '1e-130', '-1e-130', '9'.repeat(38), `9.${'9'.repeat(37)}e125`),
  fc
    .record({
      sign: fc.constantFrom('', '+', '-'),
      digits: fc.stringMatching(/^[0-9]{1,38}$/),
      pointAt: fc.nat(38),
      magnitude: fc.integer({ min: -92, max: 87 }),
      mark: fc.constantFrom('e', 'E', 'e+', 'E+'),
    })
    .map(({ sign, digits, pointAt, magnitude, mark }) => {
      const at = Math.min(pointAt, digits.length)
      const exponent = magnitude < 0 ? `e${magnitude}` : `${mark}${magnitude}`
      return `${sign}${digits.slice(0, at)}.${digits.slice(at)}${exponent}`
    }),
)

export const names: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a', 'b', 'S', '1', '0'),
  strings.filter((name) => name !== ''),
)

function uniqueBy(members: fc.Arbitrary<string>, identity: (member: string) => unknown): fc.Arbitrary<string[]> {
  return fc.uniqueArray(members, { minLength: 1, maxLength: 5, selector: identity })
}

const { value: rawValueTree } = fc.letrec<{ value: RawAttributeValue; attributes: RawAttributes }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    strings.map((S) => ({ S })),
    writtenNumbers.map((N) => ({ N })),
    binaries.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true, Unknown: 1 } as RawAttributeValue),
    uniqueBy(strings, String).map((SS) => ({ SS })),
    uniqueBy(writtenNumbers, unitsOf).map((NS) => ({ NS })),
    uniqueBy(binaries, String).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    tie('attributes').map((M) => ({ M })),
  ),
  attributes: fc
    .uniqueArray(fc.tuple(names, tie('value')), { maxLength: 4, selector: ([name]) => name })
    .map((entries) => rawAttributesOf(entries)),
}))

function rawAttributesOf(entries: readonly (readonly [string, RawAttributeValue])[]): RawAttributes {
  const attributes: Record<string, RawAttributeValue> = {}
  for (const [name, value] of entries) setOwn(attributes, name, value)
  return attributes
}

/** Values without faults, as a client may send them. */
export const rawValues: fc.Arbitrary<RawAttributeValue> = rawValueTree

export const rawItems: fc.Arbitrary<RawAttributes> = fc
  .uniqueArray(fc.tuple(names, rawValues), { maxLength: 5, selector: ([name]) => name })
  .map(rawAttributesOf)

export const values: fc.Arbitrary<AttributeValue> = rawValues.map((raw) => checkAttributeValue(raw, 'current'))

export const items: fc.Arbitrary<Item> = rawItems.map((raw) => checkAttributes(raw, 'current'))

/** Canonical numbers. */
export const numbers: fc.Arbitrary<string> = writtenNumbers.map((written) => {
  const value = checkAttributeValue({ N: written }, 'current')
  return 'N' in value ? value.N : ''
})

/** The independent model of numbers: how many 10^-400 the text stands for, read by another way than the code under test. */
export function unitsOf(text: string): bigint {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)
  if (match === null) throw new Error(`not a number: ${text}`)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const units = BigInt(`${whole}${fraction}`) * 10n ** BigInt(Number(exponent) - fraction.length + 400)
  return sign === '-' ? -units : units
}

export function compareUnits(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
