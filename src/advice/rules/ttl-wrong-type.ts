/** The attribute that items expire by is no number, and so it is ignored. */
import { nowCall } from '../code-to-copy.ts'
import { inText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { numberIn, ttlFaultRule } from '../ttl-values.ts'

export const ttlWrongTypeRule: Rule = {
  id: 'ttl-wrong-type',
  about: 'At least three writes gave the time-to-live attribute a value that is no number.',
  document: 'T1',
  open: () =>
    ttlFaultRule({
      // NULL is a way to say that an item is to stay.
      isWrong: (value) => numberIn(value) === undefined && !('NULL' in value),
      sentence: (attribute, times, table) =>
        `${inText(times)} items of ${table} got ${attribute} as something else than a number: it is ignored, and they never expire.`,
      change: (attribute) => ({
        text: 'Write a number (N) of seconds since 1970, and mend the items that are there.',
        code: `${attribute}: { N: String(Math.floor(${nowCall} / 1000) + days * 86400) }`,
      }),
    }),
}
