/** One object of the file of `--iam-file`: its members are taken one by one, and none may be left that nobody knows. */
import type { Entity } from './entity.ts'
import { foldedName } from './identity-keys.ts'

interface TextPattern {
  readonly pattern: RegExp
  readonly wanted: string
}

type PatternName = 'name' | 'path' | 'accessKeyId' | 'status'

export const textPatterns: { readonly [Name in PatternName]: TextPattern } = {
  name: { pattern: /^[\w+=,.@-]{1,64}$/, wanted: '1 to 64 letters, digits or any of +=,.@_-' },
  path: { pattern: /^\/([\x21-\x7e]{1,510}\/)?$/, wanted: 'a path that begins and ends with /' },
  accessKeyId: { pattern: /^\w{16,128}$/, wanted: '16 to 128 letters, digits or underscores' },
  status: { pattern: /^(Active|Inactive)$/, wanted: 'Active or Inactive' },
}

const anyText: TextPattern = { pattern: /./s, wanted: 'a text that is not empty' }

export class FileMembers {
  readonly #members: Map<string, unknown>
  #what: string

  constructor(value: unknown, what: string) {
    this.#what = what
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.fail('must be a JSON object')
    this.#members = new Map(Object.entries(value))
  }

  static parse(text: string): FileMembers {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new Error('The file of identities is not JSON.')
    }
    return new FileMembers(value, 'file of identities')
  }

  /** What it is called from here on. */
  is(what: string): void {
    this.#what = what
  }

  fail(fault: string): never {
    throw new Error(`The ${this.#what} ${fault}.`)
  }

  names(): readonly string[] {
    return [...this.#members.keys()]
  }

  any(name: string): unknown {
    const value = this.#members.get(name)
    this.#members.delete(name)
    return value
  }

  text(name: string, { pattern, wanted }: TextPattern = anyText): string | undefined {
    const value = this.any(name)
    if (value === undefined) return undefined
    // What was given may be a secret in the wrong place.
    return typeof value === 'string' && pattern.test(value) ? value : this.fail(`has a member "${name}" that must be ${wanted}`)
  }

  needed(name: string, pattern?: TextPattern): string {
    return this.text(name, pattern) ?? this.fail(`needs a "${name}"`)
  }

  wholeNumber(name: string, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
    const value = this.any(name)
    if (value === undefined) return undefined
    const isOne = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    return isOne ? value : this.fail(`has a member "${name}" that must be a whole number from ${min} to ${max}`)
  }

  texts(name: string): readonly string[] {
    const value = this.any(name) ?? []
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'string')
    return isList ? value : this.fail(`has a member "${name}" that must be a list of texts`)
  }

  object(name: string): FileMembers | undefined {
    const value = this.any(name)
    return value === undefined ? undefined : new FileMembers(value, `${this.#what} with its "${name}"`)
  }

  list(name: string): readonly FileMembers[] {
    const value = this.any(name) ?? []
    if (!Array.isArray(value)) this.fail(`has a member "${name}" that must be a list`)
    return value.map((each, at) => new FileMembers(each, `element ${at + 1} of "${name}"`))
  }

  /** Nothing more is known of it. */
  end(): void {
    const [name] = this.#members.keys()
    if (name !== undefined) this.fail(`has a member ${JSON.stringify(name)} that nobody knows`)
  }
}

const shownKinds: ReadonlyMap<string, string> = new Map([
  ['access-key', 'access key'],
  ['oidc-provider', 'provider of identities'],
])

/** Names are not distinguished by case. */
export function checkUnique(entities: readonly Entity[]): void {
  const seen = new Set<string>()
  for (const { kind, name } of entities) {
    const key = `${kind} ${foldedName(name)}`
    if (seen.has(key)) throw new Error(`The file of identities has the ${shownKinds.get(kind) ?? kind} ${name} twice.`)
    seen.add(key)
  }
}
