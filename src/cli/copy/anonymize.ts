/**
 * Items without what they say of people: a rule for each path, the same value always becoming the same other one within a domain, so that
 * keys, indexes and references still fit together. Rules are JSON:
 *
 *     { "key": "env:NAME" | "text", "default": { "S": rule, … }, "rules": { "PK": rule, "profile.name": rule, "tags[]": rule, "*.email": rule } }
 *     rule = "keep" | "drop" | "mask" | "email" | "name" | "hash" | { "id": DOMAIN } | { "email": DOMAIN } | { "const": TEXT }
 *          | { "round": NUMBER } | { "split": SEPARATOR, "parts": [ rule … ] }
 *
 * Key attributes must have a rule under which two values never become one: keep, id, hash, or split into such.
 */
import { keyedDigest } from '../../base/digest.ts'
import { setOwn } from '../../base/own.ts'
import type { AttributeMap, AttributeValue, Item } from '../../values/attribute-value.ts'
import { typeOf } from '../../values/attribute-value.ts'
import { pseudonymDigitsMax, pseudonymDigitsMin, pseudonymNameLength } from '../limits.ts'
import { UsageError } from '../read-arguments.ts'

type Rule =
  | 'keep'
  | 'drop'
  | 'mask'
  | 'email'
  | 'name'
  | 'hash'
  | { readonly id: string }
  | { readonly email: string }
  | { readonly const: string }
  | { readonly round: number }
  | { readonly split: string; readonly parts: readonly Rule[] }

interface Rules {
  readonly key?: string
  readonly default?: { readonly [type: string]: Rule }
  readonly rules?: { readonly [path: string]: Rule }
}

const defaults: { readonly [type: string]: Rule } = { S: 'mask', N: 'keep', B: 'drop', BOOL: 'keep', NULL: 'keep' }

export interface Anonymizer {
  /** Rejects what may be personal and is kept. */
  of(item: Item): Item
  /** How often each path was treated in which way. */
  readonly report: ReadonlyMap<string, number>
}

/** Throws UsageError for what is no rule, and for keys that could become one. */
export function anonymizerOf(
  text: string,
  keyNames: readonly string[],
  {
    env,
    isSure,
    random,
  }: {
    readonly env: { readonly [name: string]: string | undefined }
    readonly isSure: boolean
    /** For who names no key: then pseudonyms differ next time. */
    readonly random: string
  },
): Anonymizer {
  const given = parsed(text)
  const rules = Object.entries(given.rules ?? {})
  for (const [path, rule] of rules) checkRule(path, rule)
  const patterns = rules.map(([path, rule]) => ({ matches: patternOf(path), rule }))
  const ruleAt = (path: string, type: string): Rule =>
    patterns.find(({ matches }) => matches.test(path))?.rule ?? given.default?.[type] ?? defaults[type] ?? 'drop'
  for (const name of keyNames) {
    const rule = patterns.find(({ matches }) => matches.test(name))?.rule
    if (rule === undefined) throw new UsageError(`The key attribute ${name} has no rule.`)
    if (!isOneToOne(rule))
      throw new UsageError(`Two values of the key attribute ${name} could become one: its rule must be keep, id, hash or split.`)
  }
  const secret = given.key?.startsWith('env:') ? (env[given.key.slice(4)] ?? '') : (given.key ?? random)
  if (secret === '') throw new UsageError(`The variable ${given.key?.slice(4)} that holds the key of pseudonyms is not set.`)
  const work = new Work(ruleAt, secret, isSure)
  return { of: (item) => work.map(item, ''), report: work.report }
}

function parsed(text: string): Rules {
  try {
    const rules = JSON.parse(text) as Rules
    if (typeof rules === 'object' && rules !== null && !Array.isArray(rules)) return rules
  } catch {
    // Told below.
  }
  throw new UsageError('The rules for anonymising are no JSON object (docs/copy.md).')
}

function checkRule(path: string, rule: Rule): void {
  const isKnown =
    typeof rule === 'string'
      ? ['keep', 'drop', 'mask', 'email', 'name', 'hash'].includes(rule)
      : typeof rule === 'object' && rule !== null && ['id', 'email', 'const', 'round', 'split'].some((member) => member in rule)
  if (!isKnown) throw new UsageError(`The rule of ${path} is none: ${JSON.stringify(rule)}.`)
  if (typeof rule === 'object' && 'split' in rule) for (const part of rule.parts) checkRule(path, part)
}

/** `*` is a name, `[]` any element. */
function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll(/[.+?^${}()|\\]/g, '\\$&')
    .replaceAll('[]', '\\[\\]')
    .replaceAll('*', '[^.]+')
  return new RegExp(`^${pattern}$`)
}

function isOneToOne(rule: Rule): boolean {
  if (typeof rule === 'string') return rule === 'keep' || rule === 'hash'
  return 'id' in rule || ('split' in rule && rule.parts.every(isOneToOne))
}

/** What looks as if it were of a person: mail, card, IBAN, phone, token. */
const personal =
  /^[^\s@]+@[^\s@]+\.[a-z]{2,}$|^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$|^\+\d[\d ()-]{7,17}$|^(?:\d[ -]?){13,19}$|^eyJ[\w-]+\.[\w-]+\./i

class Work {
  readonly report = new Map<string, number>()
  readonly #ruleAt: (path: string, type: string) => Rule
  readonly #secret: string
  readonly #isSure: boolean

  constructor(ruleAt: (path: string, type: string) => Rule, secret: string, isSure: boolean) {
    this.#ruleAt = ruleAt
    this.#secret = secret
    this.#isSure = isSure
  }

  map(map: AttributeMap, prefix: string): AttributeMap {
    const result: Record<string, AttributeValue> = {}
    for (const [name, value] of Object.entries(map)) {
      const made = this.#value(value, `${prefix}${name}`)
      if (made !== undefined) setOwn(result, name, made)
    }
    return result
  }

  #value(value: AttributeValue, path: string): AttributeValue | undefined {
    if ('M' in value) return { M: this.map(value.M, `${path}.`) }
    if ('L' in value) return { L: value.L.flatMap((element) => this.#value(element, `${path}[]`) ?? []) }
    if ('SS' in value)
      return withMembers(
        'SS',
        value.SS.flatMap((text) => this.#texts({ S: text }, `${path}[]`)),
      )
    if ('NS' in value)
      return withMembers(
        'NS',
        value.NS.flatMap((text) => this.#texts({ N: text }, `${path}[]`)),
      )
    if ('BS' in value)
      return withMembers(
        'BS',
        value.BS.flatMap((text) => this.#texts({ B: text }, `${path}[]`)),
      )
    const rule = this.#ruleAt(path, typeOf(value))
    const told = `${path} ${typeof rule === 'string' ? rule : Object.keys(rule)[0]}`
    this.report.set(told, (this.report.get(told) ?? 0) + 1)
    return this.#apply(value, rule, path)
  }

  #texts(value: AttributeValue, path: string): readonly string[] {
    const made = this.#value(value, path)
    return made === undefined ? [] : [Object.values(made)[0] as string]
  }

  #apply(value: AttributeValue, rule: Rule, path: string): AttributeValue | undefined {
    if (rule === 'drop') return undefined
    if (rule === 'keep') return this.#kept(value, path)
    if (typeof rule === 'object' && 'const' in rule) return { S: rule.const }
    if ('N' in value) return this.#number(value.N, rule)
    if ('S' in value) return { S: this.#text(value.S, rule, path) }
    return value
  }

  #kept(value: AttributeValue, path: string): AttributeValue {
    if (!this.#isSure && 'S' in value && personal.test(value.S)) {
      throw new Error(`${path} is kept, and looks as if it were of a person: give it a rule, or say --yes.`)
    }
    return value
  }

  #number(text: string, rule: Rule): AttributeValue {
    if (typeof rule === 'object' && 'round' in rule) return { N: String(Math.round(Number(text) / rule.round) * rule.round) }
    if (typeof rule === 'object' && 'id' in rule) return { N: this.#digits(rule.id, text) }
    return rule === 'hash' ? { N: this.#digits('', text) } : { N: '0' }
  }

  #text(text: string, rule: Rule, path: string): string {
    if (rule === 'hash') return this.#pseudonym('', 'S', text)
    if (rule === 'email') return `p${this.#pseudonym('email', 'S', text)}@example.com`
    if (rule === 'name') return `Name ${this.#pseudonym('name', 'S', text).slice(0, pseudonymNameLength)}`
    if (typeof rule === 'object') {
      if ('id' in rule) return this.#likeness(rule.id, text)
      if ('email' in rule) return `p${this.#pseudonym(rule.email, 'S', text)}@example.com`
      if ('split' in rule) return this.#split(text, rule, path)
    }
    return text.replaceAll(/\p{L}/gu, 'x').replaceAll(/\p{N}/gu, '0')
  }

  /** What has more parts than rules is treated as the last part is. */
  #split(text: string, { split, parts }: { readonly split: string; readonly parts: readonly Rule[] }, path: string): string {
    return text
      .split(split)
      .map((part, at) => {
        const made = this.#apply({ S: part }, parts[at] ?? parts.at(-1) ?? 'mask', path)
        return made !== undefined && 'S' in made ? made.S : ''
      })
      .join(split)
  }

  /** A UUID stays one. */
  #likeness(domain: string, text: string): string {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return this.#pseudonym(domain, 'S', text)
    const hex = Buffer.from(keyedDigest(this.#secret, `${domain}\0S\0${text}`)).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }

  /** 80 bits in sixteen letters and digits. */
  #pseudonym(domain: string, type: string, text: string): string {
    const bytes = Buffer.from(keyedDigest(this.#secret, `${domain}\0${type}\0${text}`))
    return Array.from({ length: 16 }, (_, at) => alphabet[(bytes[at] ?? 0) % alphabet.length]).join('')
  }

  /** Fifteen digits, or as many as the number has if these are more. */
  #digits(domain: string, text: string): string {
    const bytes = Buffer.from(keyedDigest(this.#secret, `${domain}\0N\0${text}`))
    const length = Math.min(pseudonymDigitsMax, Math.max(pseudonymDigitsMin, text.replaceAll(/\D/g, '').length))
    return Array.from({ length }, (_, at) => (at === 0 ? 1 + ((bytes[at] ?? 0) % 9) : (bytes[at] ?? 0) % 10)).join('')
  }
}

/** Without those that look like others. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A set is never empty. */
function withMembers(type: 'SS' | 'NS' | 'BS', members: readonly string[]): AttributeValue | undefined {
  return members.length === 0 ? undefined : ({ [type]: [...new Set(members)] } as unknown as AttributeValue)
}
