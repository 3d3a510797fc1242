/** Moments as conditions write them: the W3C profile of ISO 8601, or seconds since the epoch (iam-and-sigv4.md §3.2). */

const profile = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/
const epochSeconds = /^\d+(\.\d+)?$/

/** In milliseconds since the epoch. Four digits alone are a year. [I] */
export function parseInstant(text: string): number | undefined {
  const ms = profile.test(text) ? Date.parse(text) : epochSeconds.test(text) ? Number(text) * 1000 : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
