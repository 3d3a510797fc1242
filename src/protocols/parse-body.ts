/**
 * Bytes to JSON. It stands alone for its two defences: text that is not UTF-8 is not JSON, and brackets without end are refused
 * before the parser spends seconds on them.
 */
import { isUtf8 } from 'node:buffer'
import { ServiceError } from '../api/errors.ts'
import { jsonDepthMax, jsonUncheckedBytesMax } from './limits.ts'

/** The JSON value of `body`, or SerializationException without a message (errors.md §2, step 5). */
export function parseBody(body: Uint8Array): unknown {
  if (body.length > jsonUncheckedBytesMax && nestsDeeperThan(body, jsonDepthMax)) throw notJson()
  const text = (Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length)).toString()
  // Decoding puts U+FFFD where the bytes are not UTF-8. The text rarely has one, and looking for it costs less than `isUtf8`.
  if (text.includes('\u{fffd}') && !isUtf8(body)) throw notJson()
  try {
    return JSON.parse(text)
  } catch {
    throw notJson()
  }
}

/** What every body that cannot be read as JSON is answered with. */
export function notJson(): ServiceError {
  return new ServiceError('SerializationException', '')
}

function nestsDeeperThan(body: Uint8Array, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === 0x22 /* " */) at = endOfText(body, at + 1)
    else if (byte === 0x5b /* [ */ || byte === 0x7b /* { */) {
      depth += 1
      if (depth > limit) return true
    } else if (byte === 0x5d /* ] */ || byte === 0x7d /* } */) {
      depth -= 1
    }
  }
  return false
}

/** Where the quotation mark is that ends a text which begins at `start`. Long texts are looked through by the machine, not by this. */
function endOfText(body: Uint8Array, start: number): number {
  for (let end = body.indexOf(0x22, start); end >= 0; end = body.indexOf(0x22, end + 1)) {
    let before = end
    while (before > start && body[before - 1] === 0x5c /* \ */) before -= 1
    if ((end - before) % 2 === 0) return end
  }
  return body.length
}
