/** Whether texts that stand for numbers or times sort as those do. What stands before the last `#` is a group, within which alone it matters. */
import { unsortableKey } from './limits.ts'

export interface SortedTexts {
  /** An example: this one sorts before that one, and should not. */
  readonly before: string
  readonly after: string
  /** Of neighbours, 0 to 1. */
  readonly outOfOrder: number
  /** Of numbers, the most digits; undefined of times. */
  readonly width: number | undefined
}

interface Sample {
  readonly text: string
  readonly value: number
}

const monthsOfYear = 12
const digitsForm = /^\d+$/
const dayForm = /^(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/
const monthForm = /^(?:[A-Z][a-z]{2},? )?(?:\d{1,2} [A-Z][a-z]{2}[a-z]*|[A-Z][a-z]{2}[a-z]* \d{1,2}),? \d{4}/
const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/

/** Undefined when they sort well, stand for nothing of the kind, or are too few. */
export function orderOf(texts: readonly string[]): SortedTexts | undefined {
  const groups = Map.groupBy(texts, (text) => text.slice(0, text.lastIndexOf('#') + 1))
  for (const [prefix, group] of groups) {
    if (group.length < unsortableKey.samplesMin) continue
    for (const readValue of [numberOf, timeOf]) {
      const samples = group.flatMap((text): readonly Sample[] => {
        const value = readValue(text.slice(prefix.length))
        return value === undefined ? [] : [{ text, value }]
      })
      if (samples.length < unsortableKey.shareMin * group.length) continue
      const widest = Math.max(...samples.map(({ text }) => text.length - prefix.length))
      const found = inversionsOf(samples, readValue === numberOf ? widest : undefined)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function inversionsOf(samples: readonly Sample[], width: number | undefined): SortedTexts | undefined {
  const sorted = samples.toSorted((a, b) => Buffer.compare(Buffer.from(a.text), Buffer.from(b.text)))
  const wrong = sorted.flatMap((sample, at) => {
    const next = sorted[at + 1]
    return next !== undefined && next.value < sample.value ? [{ before: sample.text, after: next.text }] : []
  })
  const [first] = wrong
  return first && { ...first, outOfOrder: wrong.length / (sorted.length - 1), width }
}

function numberOf(text: string): number | undefined {
  return digitsForm.test(text) ? Number(text) : undefined
}

/** In milliseconds. Of day and month nobody knows which comes first unless one is above 12; then the day is taken to. */
function timeOf(text: string): number | undefined {
  const [, first, , second, year, hour = '0', minute = '0', secondOfMinute = '0'] = dayForm.exec(text) ?? []
  if (first !== undefined) {
    const isMonthFirst = Number(second) > monthsOfYear
    const [day, month] = isMonthFirst ? [second, first] : [first, second]
    return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(secondOfMinute))
  }
  if (isoForm.test(text)) return Date.parse(text)
  if (!monthForm.test(text)) return undefined
  const timeMs = Date.parse(/(Z|UTC|GMT|[+-]\d{4})/.test(text) ? text : `${text} UTC`)
  return Number.isNaN(timeMs) ? undefined : timeMs
}
