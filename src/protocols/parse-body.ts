/**
 * Bytes to JSON. It stands alone for its defences: text that is not UTF-8 is not JSON, and what has brackets without end or more values
 * than it can be right with is refused before the parser spends seconds on it.
 */
import { isUtf8 } from 'node:buffer'
import { ServiceError } from '../api/errors.ts'
import { Pace } from '../base/pace.ts'
import { BodyScan, type ScanBounds } from './body-scan.ts'
import { jsonDepthMax, jsonUncheckedBytesMax, scanWorkPerStep } from './limits.ts'
import { parseInSlices } from './sliced-json.ts'

/** What a large body may hold, and what is said of one that holds more: these are no words of JSON. */
export interface BodyBounds extends Omit<ScanBounds, 'depthMax'> {
  /** What is thrown for more. */
  readonly refusal: (excess: 'own' | 'values') => Error
}

/** The JSON value of `body`, or SerializationException without a message (errors.md §2, step 5). */
export function parseBody(body: Uint8Array): unknown {
  if (body.length > jsonUncheckedBytesMax && nestsTooDeep(body)) throw notJson()
  return parseText(body)
}

/** The same of a body that is looked through and parsed while others have their turns; rejects with the refusal of its bounds, too. */
export async function parseLargeBody(body: Uint8Array, bounds: BodyBounds, pace: Pace = new Pace()): Promise<unknown> {
  const scan = new BodyScan(body, { ...bounds, depthMax: jsonDepthMax })
  while (scan.step()) if (pace.isOver(scanWorkPerStep)) await pace.pause()
  const { excess } = scan
  if (excess === 'levels') throw notJson()
  if (excess !== undefined) throw bounds.refusal(excess)
  return parseInSlices(body, pace).catch((error: unknown) => {
    throw error instanceof SyntaxError ? notJson() : error
  })
}

/** What every body that cannot be read as JSON is answered with. */
export function notJson(): ServiceError {
  return new ServiceError('SerializationException', '')
}

function parseText(body: Uint8Array): unknown {
  const text = (Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length)).toString()
  // Decoding puts U+FFFD where the bytes are not UTF-8. The text rarely has one, and looking for it costs less than `isUtf8`.
  if (text.includes('\u{fffd}') && !isUtf8(body)) throw notJson()
  try {
    return JSON.parse(text)
  } catch {
    throw notJson()
  }
}

function nestsTooDeep(body: Uint8Array): boolean {
  const scan = new BodyScan(body, { depthMax: jsonDepthMax, valuesMax: Number.POSITIVE_INFINITY })
  while (scan.step());
  return scan.excess !== undefined
}
