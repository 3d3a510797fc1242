/** The attribute that items expire by lies more than five years back: AWS ignores that, for it is more likely a mistake. */
import { expiryAgeSecondsMax } from '../../api/limits.ts'
import { nowCall } from '../code-to-copy.ts'
import { inText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { numberIn, ttlFaultRule } from '../ttl-values.ts'

export const ttlTooOldRule: Rule = {
  id: 'ttl-too-old',
  about: 'At least three writes gave the time-to-live attribute a time more than five years ago.',
  document: 'T1',
  open: () =>
    ttlFaultRule({
      isWrong: (value, nowSeconds) => (numberIn(value) ?? nowSeconds) < nowSeconds - expiryAgeSecondsMax,
      sentence: (attribute, times, table) =>
        `${inText(times)} items of ${table} got ${attribute} more than five years in the past: such items never expire.`,
      change: (attribute) => ({
        text: 'Delete what is to go at once. Leave the attribute out of what is to stay. Else write seconds since 1970.',
        code: `${attribute}: Math.floor(${nowCall} / 1000) + days * 86400`,
      }),
    }),
}
