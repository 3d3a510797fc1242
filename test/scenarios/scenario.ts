/** A scenario file as it is read: an application's tables, its data, and what it asks in order. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Attributes = { readonly [name: string]: { readonly [type: string]: unknown } }

export interface ExpectedError {
  /** Alternatives are separated by `|`; what follows in parentheses is a remark. */
  readonly type: string
  /** `*` or absent: any. */
  readonly message?: string
  /** The `Item` member; absent or null: the answer must have none. */
  readonly item?: Attributes | null
  readonly cancellationReasons?: readonly unknown[]
  readonly throttlingReasons?: readonly unknown[]
}

export interface Step {
  readonly n: number
  readonly name: string
  /** An operation, or a pseudo-operation that starts with `$`. */
  readonly op: string
  readonly request: { readonly [member: string]: unknown }
  readonly expect?: { readonly [member: string]: unknown }
  readonly expectError?: ExpectedError
  /** Dotted paths of lists in the answer that come in any order. */
  readonly unordered?: readonly string[]
}

/** `count` items made from one template: `${i:04}` is the running number in four digits, `${pad}` fills up to `totalSize` bytes. */
export interface GeneratedItems {
  readonly TableName: string
  readonly count: number
  readonly item: { readonly [name: string]: { readonly S: string } }
  readonly totalSize: number
}

export interface Scenario {
  readonly id: string
  readonly tables: readonly { readonly TableName: string }[]
  readonly seed: { readonly [table: string]: readonly Attributes[] }
  readonly seedGen?: readonly GeneratedItems[]
  /** What whoever plays the steps may do. Left out: everything. */
  readonly policy?: { readonly Statement: readonly object[] }
  readonly steps: readonly Step[]
}

/** Every scenario beside this file, with the account this server has. */
export function readScenarios(): Scenario[] {
  const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8')
    return JSON.parse(text.replaceAll('000000000000', '123456789012'))
  })
}

/** Item sizes: data-model.md §5. Templates hold strings only. */
export function generateItems({ count, item, totalSize }: GeneratedItems): Attributes[] {
  return Array.from({ length: count }, (_, index) => {
    const numbered = Object.entries(item).map(([name, { S: text }]) => [name, withNumber(text, index)] as const)
    const weight = numbered.reduce((sum, [name, text]) => sum + Buffer.byteLength(name + text.replace(padMark, '')), 0)
    const pad = 'x'.repeat(totalSize - weight)
    return Object.fromEntries(numbered.map(([name, text]) => [name, { S: text.replace(padMark, pad) }]))
  })
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the mark stands so in the files.
const padMark = '${pad}'

/** `${i}` or `${i:04}` replaced by the number. */
export function withNumber(text: string, index: number): string {
  return text.replace(/\$\{i(?::0(\d+))?\}/, (_mark, width?: string) => String(index).padStart(Number(width ?? 0), '0'))
}
