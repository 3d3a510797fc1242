/** Which attributes an update sets to what the request brings, and which it computes from what is there: all that tells how safe it is. */
import { getOwn, setOwn } from '../base/own.ts'
import type { Attributes } from './value-hashes.ts'

export interface UpdateParts {
  /** Names at the top that become values of the request. */
  readonly assigned: readonly string[]
  /** Names at the top that are added to, taken from, or made of what the item holds. */
  readonly computed: readonly string[]
  /** What whole attributes become. */
  readonly values: Attributes
  /** An attribute is added to or subtracted from: done twice it has another result. */
  readonly isIncrement: boolean
}

interface UpdateInput {
  readonly UpdateExpression?: unknown
  readonly ExpressionAttributeNames?: { readonly [name: string]: string } | undefined
  readonly ExpressionAttributeValues?: Attributes | undefined
  readonly AttributeUpdates?: { readonly [name: string]: unknown } | undefined
}

interface Parts {
  readonly assigned: string[]
  readonly computed: string[]
  readonly values: { [name: string]: unknown }
  isIncrement: boolean
}

/** Of an input that was found right. */
export function updateParts(input: unknown): UpdateParts {
  const update = (input ?? {}) as UpdateInput
  const parts: Parts = { assigned: [], computed: [], values: {}, isIncrement: false }
  if (typeof update.UpdateExpression === 'string') {
    for (const { kind, text } of sectionsOf(update.UpdateExpression)) {
      for (const action of splitAtCommas(text)) addAction(parts, kind, action, update)
    }
  }
  for (const [name, action] of Object.entries(update.AttributeUpdates ?? {})) addLegacy(parts, name, action)
  return parts
}

const keyword = /(?<![#:.\w])(SET|REMOVE|ADD|DELETE)(?=\s)/gi

function sectionsOf(expression: string): readonly { readonly kind: string; readonly text: string }[] {
  const found = [...expression.matchAll(keyword)]
  return found.map((match, at) => ({
    kind: match[0].toUpperCase(),
    text: expression.slice(match.index + match[0].length, found[at + 1]?.index),
  }))
}

/** Those within brackets part arguments of a function. */
function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]
    if (letter === '(') depth += 1
    else if (letter === ')') depth -= 1
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

function addAction(parts: Parts, kind: string, action: string, { ExpressionAttributeNames, ExpressionAttributeValues }: UpdateInput): void {
  const equals = kind === 'SET' ? action.indexOf('=') : -1
  const path = (equals < 0 ? action : action.slice(0, equals)).trim().split(/\s/)[0] ?? ''
  const [first = ''] = path.split(/[.[]/)
  const name = first.startsWith('#') ? getOwn(ExpressionAttributeNames ?? {}, first) : first
  if (name === undefined) return
  if (kind === 'REMOVE') {
    parts.assigned.push(name)
    return
  }
  const value = action.slice(equals + 1).trim()
  if (kind !== 'SET' || !/^:\w+$/.test(value)) {
    parts.computed.push(name)
    parts.isIncrement ||= isNumber(kind, value, ExpressionAttributeValues)
    return
  }
  parts.assigned.push(name)
  if (path === first) setOwn(parts.values, name, getOwn(ExpressionAttributeValues ?? {}, value))
}

/** Sets can be added to twice, and stay as they are. */
function isNumber(kind: string, value: string, values: Attributes = {}): boolean {
  if (kind === 'SET') return /[+-]/.test(value.replaceAll(/[#:][\w-]+/g, ''))
  const placeholder = /:\w+/.exec(value)?.[0]
  return kind === 'ADD' && placeholder !== undefined && Object.hasOwn((getOwn(values, placeholder) ?? {}) as object, 'N')
}

function addLegacy(parts: Parts, name: string, action: unknown): void {
  const { Action = 'PUT', Value } = (action ?? {}) as { readonly Action?: string; readonly Value?: Attributes }
  if (Action === 'ADD') {
    parts.computed.push(name)
    parts.isIncrement ||= Object.hasOwn(Value ?? {}, 'N')
  } else if (Action === 'DELETE' && Value !== undefined) parts.computed.push(name)
  else {
    parts.assigned.push(name)
    if (Value !== undefined) setOwn(parts.values, name, Value)
  }
}
