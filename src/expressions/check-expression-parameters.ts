/**
 * What can be wrong with the expression parameters of a request before any expression is read: parameters that do not go
 * together, placeholder maps that are empty or misspelt, values that are no values (expressions.md §3, errors.md §4.3).
 */

import { invalidRequest, ServiceError } from '../api/errors.ts'
import { attributeNameBytesMax, placeholderSizeBytesMax, substitutionVariablesSizeBytesMax } from '../api/limits.ts'
import type { Wording } from '../api/wording.ts'
import { setOwn } from '../base/own.ts'
import type { AttributeMap, AttributeValue } from '../values/attribute-value.ts'
import { checkAttributeValue, type RawAttributes } from '../values/check.ts'
import { utf8SizeBytes, valueSizeBytes } from '../values/size.ts'
import type { ExpressionKind } from './ast.ts'
import type { AttributeNames } from './placeholders.ts'
import { isWord } from './tokenize.ts'

export interface ExpressionParameters {
  /** A member for every expression that the operation takes, undefined where the request has none. */
  readonly expressions: { readonly [kind in ExpressionKind]?: string | undefined }
  readonly names: AttributeNames | undefined
  readonly values: RawAttributes | undefined
  readonly wording: Wording
  /** How many levels a value may have, if that is not what an item may have. */
  readonly valueLevelsMax?: number | undefined
  /** Placeholders may be there without any expression to use them. */
  readonly mayBeIdle?: boolean | undefined
}

/** All but ProjectionExpression, in the order in which the older wording names them. */
const valueTakingKinds = [
  'UpdateExpression',
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'SearchConditionExpression',
] as const

/**
 * The consistency checks of expressions.md §3, in its order. The values themselves are checked by `checkExpressionValues`, which
 * comes after the legacy parameters and the item (errors.md §4.4).
 */
export function checkExpressionParameters(parameters: ExpressionParameters): void {
  const { names, values } = parameters
  if (names === undefined && values === undefined) return
  if (parameters.mayBeIdle !== true) checkNotIdle(parameters)
  if (names !== undefined && isEmpty(names)) throw invalidRequest('ExpressionAttributeNames must not be empty')
  if (values !== undefined && isEmpty(values)) throw invalidRequest('ExpressionAttributeValues must not be empty')
  if (names !== undefined) checkNames(names)
  if (values !== undefined) checkKeys('ExpressionAttributeValues', ':', values)
}

function checkNotIdle({ expressions, names, values, wording }: ExpressionParameters): void {
  if (names !== undefined && Object.values(expressions).every((text) => text === undefined)) {
    throw invalidRequest('ExpressionAttributeNames can only be specified when using expressions')
  }
  if (values !== undefined && valueTakingKinds.every((kind) => expressions[kind] === undefined)) {
    throw valuesWithoutExpression(expressions, wording)
  }
}

/**
 * The canonical values of ExpressionAttributeValues. Throws what is wrong with the first bad one; the older wording wraps that
 * and names the placeholder.
 */
export function checkExpressionValues(raw: RawAttributes | undefined, wording: Wording, levelsMax?: number): AttributeMap {
  const values: Record<string, AttributeValue> = {}
  if (raw === undefined) return values
  for (const [placeholder, value] of Object.entries(raw)) {
    try {
      setOwn(values, placeholder, checkAttributeValue(value, wording, levelsMax))
    } catch (error) {
      if (wording === 'current' || !(error instanceof ServiceError)) throw error
      throw invalidRequest(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${placeholder}`)
    }
  }
  return values
}

/** All substitution variables of a request together; of the guide only the bound is known, the words are ours [I]. */
export function checkVariablesSize(names: AttributeNames = {}, values: AttributeMap = {}): void {
  let sizeBytes = 0
  for (const [alias, name] of Object.entries(names)) sizeBytes += alias.length + utf8SizeBytes(name)
  for (const [placeholder, value] of Object.entries(values)) sizeBytes += placeholder.length + valueSizeBytes(value)
  if (sizeBytes <= substitutionVariablesSizeBytesMax) return
  throw invalidRequest(
    `ExpressionAttributeNames and ExpressionAttributeValues exceed the maximum size of ${substitutionVariablesSizeBytesMax} bytes; size: ${sizeBytes}`,
  )
}

export interface ParameterKinds {
  /** Legacy parameters by name in the order of declaration, undefined where the request has none; such as `Expected`. */
  readonly nonExpression: { readonly [parameter: string]: unknown }
  /** Expressions likewise; the placeholder maps are not among them. */
  readonly expression: { readonly [parameter: string]: unknown }
}

/** A request speaks the legacy language or that of expressions. */
export function checkNoMixing({ nonExpression, expression }: ParameterKinds): void {
  const legacy = given(nonExpression)
  const modern = given(expression)
  if (legacy.length === 0 || modern.length === 0) return
  throw invalidRequest(
    `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${modern.join(', ')}}`,
  )
}

function given(parameters: { readonly [parameter: string]: unknown }): string[] {
  return Object.keys(parameters).filter((parameter) => parameters[parameter] !== undefined)
}

function valuesWithoutExpression(expressions: ExpressionParameters['expressions'], wording: Wording): ServiceError {
  const possible = valueTakingKinds.filter((kind) => Object.hasOwn(expressions, kind))
  if (wording === 'current' || possible.length === 0) {
    return invalidRequest('ExpressionAttributeValues can only be specified when using expressions')
  }
  return invalidRequest(
    `ExpressionAttributeValues can only be specified when using expressions: ${possible.join(' and ')} ${possible.length === 1 ? 'is' : 'are'} null`,
  )
}

function checkNames(names: AttributeNames): void {
  checkKeys('ExpressionAttributeNames', '#', names)
  for (const [alias, name] of Object.entries(names)) {
    // [I] No attribute can have an empty name; the text is that of values.
    if (name === '') throw invalidRequest(`ExpressionAttributeNames contains invalid value: Empty attribute name for key ${alias}`)
    // [I] The words: only that they name the bound is known.
    if (name.length * 3 > attributeNameBytesMax && utf8SizeBytes(name) > attributeNameBytesMax) {
      throw invalidRequest(
        `ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than ${attributeNameBytesMax} bytes for key ${alias}`,
      )
    }
  }
}

function checkKeys(parameter: string, mark: '#' | ':', placeholders: object): void {
  for (const key of Object.keys(placeholders)) {
    const sizeBytes = Buffer.byteLength(key)
    if (sizeBytes > placeholderSizeBytesMax) {
      throw invalidRequest(
        `${parameter} contains invalid key: The expression attribute map contains a key that is too long; size of key: ${sizeBytes}`,
      )
    }
    if (!isPlaceholder(key, mark)) throw invalidRequest(`${parameter} contains invalid key: Syntax error; key: "${key}"`)
  }
}

function isPlaceholder(key: string, mark: '#' | ':'): boolean {
  if (key.length < 2 || key[0] !== mark) return false
  for (let at = 1; at < key.length; at += 1) if (!isWord(key.charCodeAt(at))) return false
  return true
}

function isEmpty(map: object): boolean {
  for (const _ in map) return false
  return true
}
