/**
 * From what a protocol carried to the checked input of a CloudWatch operation (api/read-by-shape.ts): here is how CloudWatch reads
 * numbers and times, and its words. GetMetricStatistics and ListMetrics complain parameter by parameter, all others in the words of
 * `N validation errors detected`.
 */

import { type Leaf, type LeafShape, type Notation, readByShape, type Violation, validationErrors } from '../../../api/read-by-shape.ts'
import { CloudWatchError } from './errors.ts'
import { listElementsMax, timeSecondsMax, timeSecondsMin } from './limits.ts'
import type { CloudWatchOperation } from './operations.ts'
import { type CloudWatch, cloudWatchShapes } from './shapes.ts'

/** What an operation gets. */
export type CloudWatchInput<O extends CloudWatchOperation> = CloudWatch<`${O}Input`>

/** Forms: every leaf is text. Else numbers are numbers, and so are times, in seconds since 1970. */
const notations: { readonly [Writing in 'text' | 'typed']: Notation } = {
  text: {
    leaf: (shape, raw) => leafOf(shape, typedOf(shape, raw)),
    wanted: (kind) => `a ${kind}`,
    emptyList: '',
    elementsMax: listElementsMax,
  },
  typed: { leaf: leafOf, wanted: (kind) => `a ${kind}`, elementsMax: listElementsMax },
}

/** Throws CloudWatchError. Members that no shape names are left out. */
export function readCloudWatchInput<O extends CloudWatchOperation>(
  operation: O,
  raw: unknown,
  writing: keyof typeof notations,
): CloudWatchInput<O> {
  const { input, malformed, violations } = readByShape(cloudWatchShapes, `${operation}Input`, raw, notations[writing])
  // [I] AWS's text for a parameter that it cannot read.
  if (malformed !== undefined) {
    throw new CloudWatchError('SerializationException', `The parameter ${malformed.parameter} must be ${malformed.wanted}`)
  }
  if (violations.length > 0) throw complaint(operation, violations)
  return input as CloudWatchInput<O>
}

/** What the text of a form stands for, if it stands for anything of the kind. */
function typedOf({ kind }: LeafShape, raw: unknown): unknown {
  switch (kind) {
    case 'boolean':
      return raw === 'true' ? true : raw === 'false' ? false : raw
    case 'integer':
    case 'long':
    case 'double':
      // A number is none in a form.
      return typeof raw === 'string' ? numberIn(raw) : undefined
    default:
      return raw
  }
}

function leafOf({ kind }: LeafShape, raw: unknown): Leaf {
  switch (kind) {
    case 'string':
      // Half a surrogate pair is no text: neither the store nor XML has a way to say it.
      return typeof raw === 'string' ? { value: raw.toWellFormed() } : { wanted: 'a string' }
    case 'boolean':
      return typeof raw === 'boolean' ? { value: raw } : { wanted: 'a boolean' }
    case 'integer':
    case 'long':
    case 'double':
      if (typeof raw !== 'number' || !Number.isFinite(raw)) return { wanted: 'a number' }
      return kind === 'double' || (Number.isInteger(raw) && Math.abs(raw) < 2 ** 31) ? { value: raw } : { wanted: 'an integer' }
    case 'timestamp':
      return timeIn(raw)
    case 'blob':
      return { wanted: 'a known kind' }
  }
}

/** Seconds since 1970. Text is ISO 8601, or the number of seconds, which some clients write as text. */
function timeIn(raw: unknown): Leaf {
  const seconds = typeof raw === 'string' ? secondsIn(raw) : raw
  return typeof seconds === 'number' && seconds >= timeSecondsMin && seconds <= timeSecondsMax
    ? { value: seconds }
    : { wanted: 'a timestamp' }
}

function numberIn(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined
}

function secondsIn(text: string): number | undefined {
  if (numberIn(text) !== undefined) return Number(text)
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return undefined
  // Without a zone it is UTC.
  const timeMs = Date.parse(/T[^Z+-]*$/.test(text) ? `${text}Z` : text)
  return Number.isNaN(timeMs) ? undefined : timeMs / 1000
}

function complaint(operation: CloudWatchOperation, violations: readonly Violation[]): CloudWatchError {
  if (operation === 'GetMetricStatistics' || operation === 'ListMetrics') return parameterComplaint(violations)
  const shown = (value: unknown): string => (Array.isArray(value) ? 'a list' : String(value))
  return new CloudWatchError('ValidationError', validationErrors(violations, shown))
}

/** [V] Missing: github.com/yegor256/s3auth#134; values: github.com/sensu/sensu-community-plugins#1134. The others [I]. */
function parameterComplaint(violations: readonly Violation[]): CloudWatchError {
  const missing = violations.filter(({ kind }) => kind === 'null')
  if (missing.length > 0) {
    const text = missing.map(({ parameter }) => `The parameter ${parameter} is required.`).join('\n')
    return new CloudWatchError('MissingRequiredParameterException', text)
  }
  const text = violations.map(({ parameter, values, constraint }) => {
    if (values !== undefined) return `The parameter ${parameter} must be a value in the set [ ${values.join(', ')} ].`
    return `The parameter ${parameter} must be valid: ${constraint}.`
  })
  return new CloudWatchError('InvalidParameterValueException', text.join('\n'))
}
