/**
 * What an attribute value is inside Stator: the wire form itself, made canonical. Numbers are normalised text, base64 is
 * canonical, sets are sorted and without duplicates, so equal values have equal JSON and items are stored as they travel.
 * `checkAttributeValue` (check.ts) is the only maker of these types from what a client sent.
 */
import { getOwn } from '../base/own.ts'

export type AttributeValue =
  | { readonly S: string }
  /** Normalised decimal text: see number.ts. */
  | { readonly N: string }
  /** Canonical base64. */
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  /** In the order of their UTF-8 bytes. */
  | { readonly SS: readonly string[] }
  /** In numeric order. */
  | { readonly NS: readonly string[] }
  /** In the order of the bytes they stand for. */
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap }

/** Attributes by name. Read with `attributeOf`: names come from clients. */
export interface AttributeMap {
  readonly [name: string]: AttributeValue
}

/** A whole item, or the top level of a key. */
export type Item = AttributeMap

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M'

/** The types a key attribute can have. */
export type ScalarType = 'S' | 'N' | 'B'

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType
  throw new TypeError('an attribute value has exactly one type')
}

export function attributeOf(map: AttributeMap, name: string): AttributeValue | undefined {
  return getOwn(map, name)
}
