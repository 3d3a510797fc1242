/**
 * From what a client sent to canonical attribute values: the one border where `AttributeValue` and `Item` are made. JSON
 * types are already right (the shape checker saw to it); everything that is left to say about a value is said here.
 *
 * Maps are walked with `for in`, which costs a fifth of Object.entries and gives own names only: what is read by such a
 * name is the map's own, also when it is called `__proto__`.
 */
import { invalid, invalidRequest } from '../api/errors.ts'
import { attributeNameBytesMax, nestingLevelsMax } from '../api/limits.ts'
import type { Wording } from '../api/wording.ts'
import { setOwn } from '../base/own.ts'
import type { AttributeMap, AttributeType, AttributeValue, Item } from './attribute-value.ts'
import { checkBinarySet, checkNumberSet, checkStringSet } from './check-set.ts'
import { parseNumber } from './number.ts'
import { utf8SizeBytes } from './size.ts'

/** Null is as good as absent. */
type Sent<T> = T | null | undefined

/** An attribute value as it was sent. Members that are null are absent, members with other names are ignored. */
export interface RawAttributeValue {
  readonly S?: Sent<string>
  readonly N?: Sent<string>
  /** Canonical base64. */
  readonly B?: Sent<string>
  readonly BOOL?: Sent<boolean>
  readonly NULL?: Sent<boolean>
  readonly SS?: Sent<readonly string[]>
  readonly NS?: Sent<readonly string[]>
  readonly BS?: Sent<readonly string[]>
  readonly L?: Sent<readonly Sent<RawAttributeValue>[]>
  readonly M?: Sent<RawAttributes>
}

/** Attributes as they were sent. A value that is null is taken for an empty one [I]. */
export interface RawAttributes {
  readonly [name: string]: Sent<RawAttributeValue>
}

/**
 * The canonical item, key or map of expression values. Throws what errors.md §4.3 says of a value: `invalid` for a value
 * without or with more than one type, `invalidRequest` for everything else. An empty name at the top comes before
 * values that are nested too deep (errors.md §5), and these before every other fault [I].
 */
export function checkAttributes(raw: RawAttributes, wording: Wording): Item {
  let tooDeep = false
  for (const name in raw) {
    checkName(name)
    tooDeep ||= nestsBeyond(raw[name], nestingLevelsMax)
  }
  if (tooDeep) throw nestedTooDeep()
  return checkedMap(raw, wording)
}

/** The canonical form of one value of at most so many levels. Throws as checkAttributes does. */
export function checkAttributeValue(raw: Sent<RawAttributeValue>, wording: Wording, levelsMax: number = nestingLevelsMax): AttributeValue {
  if (nestsBeyond(raw, levelsMax)) throw nestedTooDeep()
  return checkedValue(raw, wording)
}

/** As checkAttributeValue, but what is wrong is met in the order of the document: a value nested too deep when it is reached. */
export function checkInOrder(raw: Sent<RawAttributeValue>, wording: Wording): AttributeValue {
  return checkedValue(raw, wording, nestingLevelsMax)
}

/** Whether a value has more than `levels` levels. Goes no deeper than that itself, whatever was sent. */
function nestsBeyond(raw: Sent<RawAttributeValue>, levels: number): boolean {
  if (levels === 0) return true
  for (const member in raw) {
    if (member === 'L') {
      for (const element of raw.L ?? []) if (nestsBeyond(element, levels - 1)) return true
    } else if (member === 'M') {
      for (const name in raw.M) if (nestsBeyond(raw.M[name], levels - 1)) return true
    }
  }
  return false
}

/**
 * The depth is known to be within limits, or is held to `levels`, so this may recurse. Once the type is found its member is there:
 * the defaults are never taken. What was sent in its canonical form, as nearly everything is, is taken as it is.
 */
function checkedValue(raw: Sent<RawAttributeValue>, wording: Wording, levels: number = Number.POSITIVE_INFINITY): AttributeValue {
  if (levels === 0) throw nestedTooDeep()
  switch (typeOfRaw(raw)) {
    case 'S': {
      const text = (raw?.S ?? '').toWellFormed()
      return isCanonical(raw, text === raw?.S) ? raw : { S: text }
    }
    case 'N': {
      const number = parseNumber(raw?.N ?? '', wording)
      return isCanonical(raw, number === raw?.N) ? raw : { N: number }
    }
    case 'B':
      return isCanonical(raw, true) ? raw : { B: raw?.B ?? '' }
    case 'BOOL':
      return isCanonical(raw, true) ? raw : { BOOL: raw?.BOOL === true }
    case 'NULL':
      if (raw?.NULL === true) return { NULL: true }
      throw invalidRequest('One or more parameter values were invalid: Null attribute value types must have the value of true')
    case 'SS':
      return { SS: checkStringSet(raw?.SS ?? [], wording) }
    case 'NS':
      return { NS: checkNumberSet(raw?.NS ?? [], wording) }
    case 'BS':
      return { BS: checkBinarySet(raw?.BS ?? [], wording) }
    case 'L':
      return { L: (raw?.L ?? []).map((element) => checkedValue(element, wording, levels - 1)) }
    case 'M': {
      const map = checkedMap(raw?.M ?? {}, wording, levels - 1)
      return isCanonical(raw, map === raw?.M) ? raw : { M: map }
    }
  }
}

/** Whether a value whose one typed member is canonical, or is not, has no member besides. */
function isCanonical(raw: Sent<RawAttributeValue>, isMemberCanonical: boolean): raw is AttributeValue {
  if (!isMemberCanonical) return false
  let members = 0
  for (const _ in raw) members += 1
  return members === 1
}

function checkedMap(raw: RawAttributes, wording: Wording, levels: number = Number.POSITIVE_INFINITY): AttributeMap {
  let map: Record<string, AttributeValue> | undefined
  for (const name in raw) {
    checkName(name)
    const canonicalName = name.toWellFormed()
    const value = checkedValue(raw[name], wording, levels)
    if (map === undefined) {
      if (canonicalName === name && value === raw[name]) continue
      map = attributesBefore(raw, name)
    }
    setOwn(map, canonicalName, value)
  }
  return map ?? (raw as AttributeMap)
}

/** Those of canonical attributes that come before one that is not. */
function attributesBefore(raw: RawAttributes, end: string): Record<string, AttributeValue> {
  const map: Record<string, AttributeValue> = {}
  for (const name in raw) {
    if (name === end) break
    setOwn(map, name, raw[name] as AttributeValue)
  }
  return map
}

function typeOfRaw(raw: Sent<RawAttributeValue>): AttributeType {
  let found: AttributeType | undefined
  for (const member in raw) {
    if (!isType(member) || raw[member] === null || raw[member] === undefined) continue
    if (found !== undefined) {
      throw invalid('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes')
    }
    found = member
  }
  if (found === undefined) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  }
  return found
}

function isType(member: string): member is AttributeType {
  switch (member) {
    case 'S':
    case 'N':
    case 'B':
    case 'BOOL':
    case 'NULL':
    case 'SS':
    case 'NS':
    case 'BS':
    case 'L':
    case 'M':
      return true
    default:
      return false
  }
}

function checkName(name: string): void {
  if (name === '') throw invalidRequest('Empty attribute name')
  // A UTF-16 unit takes three bytes at most, so that the names of everyday are not measured.
  if (name.length * 3 > attributeNameBytesMax && utf8SizeBytes(name) > attributeNameBytesMax) {
    // [I]: the spec names the limit and not the text.
    throw invalidRequest('One or more parameter values were invalid: Attribute name exceeds the maximum size limit of 65535 bytes')
  }
}

function nestedTooDeep(): Error {
  return invalidRequest('Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit')
}
