/**
 * Numbers of stream records on the wire: a SequenceNumber has 24 digits, `100000000` and then the number in 15. Numbers rise within a
 * shard (they are given by its log at commit) and from a shard to its children (schema/stream.ts).
 */

const wireOffset = 10n ** 23n
const wireDigits = 15
/** What fits into a store key. */
const numberMax = 2 ** 48 - 1

export function sequenceNumber(number: number): string {
  return `100000000${String(number).padStart(wireDigits, '0')}`
}

/** What a SequenceNumber stands for: 0 below all numbers there can be, `numberMax` above; undefined for text that is no number. */
export function numberOfSequence(text: string): number | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const number = BigInt(text) - wireOffset
  if (number < 0n) return 0
  return number > BigInt(numberMax) ? numberMax : Number(number)
}
