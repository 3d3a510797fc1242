/**
 * Numbers of stream records on the wire: a SequenceNumber has 24 digits, `100000000` and then the number in 15. Numbers rise within a
 * shard (they are given by its log at commit) and from a shard to its children (schema/stream.ts).
 */
import { logNumberMax } from '../../storage/store.ts'

const wireOffset = 10n ** 23n
const wireDigits = 15

export function sequenceNumber(number: number): string {
  return `100000000${String(number).padStart(wireDigits, '0')}`
}

/** What a SequenceNumber stands for: 0 below all numbers there can be, `logNumberMax` above; undefined for text that is no number. */
export function numberOfSequence(text: string): number | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined
  const number = BigInt(text) - wireOffset
  if (number < 0n) return 0
  return number > BigInt(logNumberMax) ? logNumberMax : Number(number)
}
