/**
 * Whether one text or byte string occurs in another, in time that grows with the sum of their lengths. What the language has for it is
 * faster for what people look for, and takes the product of both for what somebody might send: `a…aba…a` in `a…a`.
 */
import { shortPartUnitsMax } from './limits.ts'

/** UTF-16 units against UTF-16 units. */
export function textIncludes(text: string, part: string): boolean {
  if (part.length <= shortPartUnitsMax || part.length >= text.length) return text.includes(part)
  return unitsInclude(unitsOf(text), unitsOf(part))
}

export function bytesInclude(bytes: Uint8Array, part: Uint8Array): boolean {
  if (part.length <= shortPartUnitsMax || part.length >= bytes.length)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(part)
  return unitsInclude(bytes, part)
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  Buffer.from(units.buffer).write(text, 'utf16le')
  return units
}

type Units = Uint8Array | Uint16Array

/** Knuth, Morris and Pratt: no unit is looked at again once it has matched. */
function unitsInclude(units: Units, part: Units): boolean {
  const borders = bordersOf(part)
  let matched = 0
  for (let at = 0; at < units.length; at += 1) {
    const unit = units[at]
    while (matched > 0 && part[matched] !== unit) matched = borders[matched - 1] ?? 0
    if (part[matched] === unit) matched += 1
    if (matched === part.length) return true
  }
  return false
}

/** For each beginning of `part`: the length of the longest shorter beginning that it ends with. */
function bordersOf(part: Units): Int32Array {
  const borders = new Int32Array(part.length)
  let matched = 0
  for (let at = 1; at < part.length; at += 1) {
    while (matched > 0 && part[matched] !== part[at]) matched = borders[matched - 1] ?? 0
    if (part[matched] === part[at]) matched += 1
    borders[at] = matched
  }
  return borders
}
