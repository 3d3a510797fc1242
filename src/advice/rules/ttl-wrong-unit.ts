/** The attribute that items expire by holds milliseconds: as seconds they are thousands of years away, and nothing expires. */
import { nowCall } from '../code-to-copy.ts'
import { ttlFault } from '../limits.ts'
import { inText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { numberIn, ttlFaultRule } from '../ttl-values.ts'

export const ttlWrongUnitRule: Rule = {
  id: 'ttl-wrong-unit',
  about: 'At least three writes gave the time-to-live attribute a time in milliseconds.',
  document: 'T1',
  open: () =>
    ttlFaultRule({
      isWrong: (value) => (numberIn(value) ?? 0) >= ttlFault.secondsMax,
      sentence: (attribute, times, table) =>
        `${inText(times)} items of ${table} got ${attribute} in milliseconds: read as seconds, that is beyond the year 5000, and nothing will expire.`,
      change: (attribute) => ({
        text: 'Write seconds since 1970, and mend the items that are there.',
        code: `${attribute}: Math.floor(${nowCall} / 1000) + days * 86400`,
      }),
    }),
}
