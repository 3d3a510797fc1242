/** Which value a Query asks of an attribute of a key, read from its input as it was sent. */
import type { AttributeValue } from '../values/attribute-value.ts'
import { scalarText } from './key-text.ts'

interface QueryInput {
  readonly KeyConditionExpression?: unknown
  readonly ExpressionAttributeNames?: { readonly [name: string]: unknown }
  readonly ExpressionAttributeValues?: { readonly [name: string]: AttributeValue }
  readonly KeyConditions?: {
    readonly [name: string]: { readonly ComparisonOperator?: unknown; readonly AttributeValueList?: readonly AttributeValue[] }
  }
}

const equalForm = /([#\w.-]+)\s*=\s*(:\w+)/g

/** Undefined where it can't be told. */
export function queriedText(input: unknown, attribute: string): string | undefined {
  const {
    KeyConditionExpression: expression,
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
    KeyConditions,
  } = input as QueryInput
  const legacy = KeyConditions?.[attribute]
  if (legacy !== undefined) {
    const [value] = legacy.AttributeValueList ?? []
    return legacy.ComparisonOperator === 'EQ' && value !== undefined ? scalarText(value) : undefined
  }
  if (typeof expression !== 'string') return undefined
  for (const [, name = '', placeholder = ''] of expression.matchAll(equalForm)) {
    const value = values[placeholder]
    if ((names[name] ?? name) === attribute && value !== undefined) return scalarText(value)
  }
  return undefined
}
