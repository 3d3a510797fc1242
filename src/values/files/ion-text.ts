/**
 * Attribute values as Amazon Ion text, as exports have them (backup-export-import.md §5.4): numbers are decimals, sets are lists with an
 * annotation that names their type.
 *
 * | attribute value | Ion                                 |
 * | --------------- | ----------------------------------- |
 * | S, BOOL, NULL   | `"text"`, `true`, `null`            |
 * | N               | `103.`, `8.5`, `6d2`, `1d-7`        |
 * | B               | `{{aGVsbG8=}}`                      |
 * | L, M            | `[…]`, `{name:value}`               |
 * | SS, NS, BS      | `$dynamodb_SS::["a","b"]`           |
 */
import { unreachable } from '../../base/assert.ts'
import { type AttributeMap, type AttributeValue, typeOf } from '../attribute-value.ts'
import { decimalOf } from '../decimal.ts'

export function ionStruct(map: AttributeMap): string {
  const fields: string[] = []
  for (const name in map) fields.push(`${ionFieldName(name)}:${ionValue(map[name] as AttributeValue)}`)
  return `{${fields.join(',')}}`
}

function ionValue(value: AttributeValue): string {
  const type = typeOf(value)
  switch (type) {
    case 'S':
      return ionString((value as { readonly S: string }).S)
    case 'N':
      return ionDecimal((value as { readonly N: string }).N)
    case 'B':
      return ionBlob((value as { readonly B: string }).B)
    case 'BOOL':
      return String((value as { readonly BOOL: boolean }).BOOL)
    case 'NULL':
      return 'null'
    case 'SS':
      return set(type, (value as { readonly SS: readonly string[] }).SS.map(ionString))
    case 'NS':
      return set(type, (value as { readonly NS: readonly string[] }).NS.map(ionDecimal))
    case 'BS':
      return set(type, (value as { readonly BS: readonly string[] }).BS.map(ionBlob))
    case 'L':
      return `[${(value as { readonly L: readonly AttributeValue[] }).L.map(ionValue).join(',')}]`
    case 'M':
      return ionStruct((value as { readonly M: AttributeMap }).M)
    default:
      return unreachable(type)
  }
}

function set(type: 'SS' | 'NS' | 'BS', values: readonly string[]): string {
  return `$dynamodb_${type}::[${values.join(',')}]`
}

function ionBlob(base64: string): string {
  return `{{${base64}}}`
}

/** From a number in canonical text. A number below a millionth has an exponent, as Java writes decimals. */
export function ionDecimal(text: string): string {
  const { negative, digits, point } = decimalOf(text)
  const sign = negative ? '-' : ''
  const exponent = point - digits.length
  if (digits === '') return '0.'
  if (exponent === 0) return `${sign}${digits}.`
  if (exponent > 0 || point < plainPointMin) return `${sign}${digits}d${exponent}`
  return text
}

/** 0.000001 is 0.1 × 10^-5. */
const plainPointMin = -5

/** As it stands before a colon. What could be taken for something else is quoted. */
function ionFieldName(name: string): string {
  const isPlain = /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) && !/^(null|true|false|nan|\$[0-9]+)$/.test(name)
  return isPlain ? name : `'${escaped(name, "'")}'`
}

function ionString(text: string): string {
  return `"${escaped(text, '"')}"`
}

function escaped(text: string, quote: '"' | "'"): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be written in another way.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\\"']/g, (sign) => {
    if (sign === '"' || sign === "'") return sign === quote ? `\\${sign}` : sign
    return shortEscapes.get(sign) ?? `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])
