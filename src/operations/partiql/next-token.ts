/**
 * The NextToken of ExecuteStatement: everything that the next page needs, so that it survives restarts. Its text is base64url of
 *
 *     [ version 1, digest of statement and parameters, number of the read, [ key values of the last item as text … ] ]
 *
 * The key values are those of the read's cursor in its order, whose types the schema knows; there are none when the read begins.
 */
import { base64Fault } from '../../api/base64.ts'
import { invalid, ServiceError } from '../../api/errors.ts'
import { digest } from '../../base/digest.ts'
import { setOwn } from '../../base/own.ts'
import { type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { checkAttributes, type RawAttributeValue } from '../../values/check.ts'
import type { ReadTarget } from '../reads/read-target.ts'

/** Where to go on. */
export interface Position {
  /** Number of the read, from 0. */
  readonly read: number
  /** Behind the entry with this cursor; undefined: at the beginning of the read. */
  readonly after: Item | undefined
}

/** A token whose key values nobody has understood yet. */
interface SentToken {
  readonly read: number
  readonly texts: readonly string[]
}

/** Equal for equal statements with equal parameters. */
export function statementDigest(statement: string, parameters: readonly AttributeValue[]): string {
  return digest(`${statement}\0${JSON.stringify(parameters)}`)
}

export function printToken(statement: string, { read, after }: Position, { cursor }: ReadTarget): string {
  const texts = after === undefined ? [] : cursor.map(({ name }) => textOf(attributeOf(after, name)))
  return Buffer.from(JSON.stringify([1, statement, read, texts])).toString('base64url')
}

/** `statement` is a digest. Throws for what is no token, and for the token of another statement. */
export function readToken(token: string, statement: string): SentToken {
  const [version, ofStatement, read, texts, ...others] = parse(token)
  if (version !== 1 || typeof ofStatement !== 'string' || others.length > 0) throw invalidToken()
  if (typeof read !== 'number' || !Number.isInteger(read) || read < 0 || !isTexts(texts)) throw invalidToken()
  if (ofStatement !== statement) throw invalid('NextToken does not match request')
  return { read, texts }
}

/** Throws for key values that could not be those of the target. */
export function positionOfToken({ read, texts }: SentToken, { cursor }: ReadTarget): Position {
  if (texts.length === 0) return { read, after: undefined }
  if (texts.length !== cursor.length) throw invalidToken()
  const raw: Record<string, RawAttributeValue> = {}
  for (const [at, { name, type }] of cursor.entries()) {
    const text = texts[at] ?? ''
    if (type === 'B' && base64Fault(text) !== undefined) throw invalidToken()
    setOwn(raw, name, { [type]: text })
  }
  try {
    return { read, after: checkAttributes(raw, 'older') }
  } catch (error) {
    if (error instanceof ServiceError) throw invalidToken()
    throw error
  }
}

export function invalidToken(): ServiceError {
  return invalid('Invalid NextToken')
}

function parse(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

/** Cursor attributes are strings, numbers or binaries: their content is one text. */
function textOf(value: AttributeValue | undefined): string {
  return value === undefined ? '' : String(Object.values(value)[0])
}
