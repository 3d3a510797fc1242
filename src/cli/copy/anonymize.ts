/**
 * Items without what they say of people: a rule for each path (anonymize-rules.ts), the same value always becoming the same other one
 * within a domain, so that keys, indexes and references still fit together. A rule of a map, a list or a set is that of all in it which
 * has none of its own. What a rule does not fit is masked: nothing passes but by `keep`.
 *
 * Key attributes must have a rule under which two values never become one: keep, id, hash, or split into such.
 */
import { keyedDigest } from '../../base/digest.ts'
import { setOwn } from '../../base/own.ts'
import type { AttributeMap, AttributeValue, Item } from '../../values/attribute-value.ts'
import { typeOf } from '../../values/attribute-value.ts'
import { doubleDigitsMax, pseudonymBytes, pseudonymDigitsMax, pseudonymDigitsMin, pseudonymNameLength } from '../limits.ts'
import { UsageError } from '../read-arguments.ts'
import { isOneToOne, type Rule, type Rules } from './anonymize-rules.ts'
import { canonicalNumber } from './canonical-keys.ts'

export interface Anonymizer {
  /** Rejects what may be personal and is kept. */
  of(item: Item): Item
  /** How often each path was treated in which way. */
  readonly report: ReadonlyMap<string, number>
}

/** Of an item. */
export interface KeyAttribute {
  readonly name: string
  /** Undefined when no table says. */
  readonly type?: string
}

/** Throws UsageError when keys could become one. `told`: the report of the part that was copied before. */
export function anonymizerOf(
  rules: Rules,
  keys: readonly KeyAttribute[],
  { isSure, told = {} }: { readonly isSure: boolean; readonly told?: { readonly [path: string]: number } },
): Anonymizer {
  for (const { name, type } of keys) {
    const rule = rules.at(name)
    if (rule === undefined) throw new UsageError(`The key attribute ${name} has no rule.`)
    if (!isOneToOne(rule, type))
      throw new UsageError(
        `Two values of the key attribute ${name} could become one: its rule must be keep, id or hash, or split of a text into such.`,
      )
  }
  const work = new Work(rules, { isSure, told, keyNames: new Set(keys.map(({ name }) => name)) })
  return { of: (item) => work.map(item, '', undefined), report: work.report }
}

/** What looks as if it were of a person: mail, card, IBAN, phone, token. */
const personal =
  /^[^\s@]+@[^\s@]+\.[a-z]{2,}$|^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$|^\+\d[\d ()-]{7,17}$|^(?:\d[ -]?){13,19}$|^eyJ[\w-]+\.[\w-]+\./i

/** A member of a set, as a value of its own. */
type Member = { readonly S: string } | { readonly N: string } | { readonly B: string }

class Work {
  readonly report: Map<string, number>
  readonly #rules: Rules
  readonly #isSure: boolean
  readonly #keyNames: ReadonlySet<string>

  constructor(
    rules: Rules,
    {
      isSure,
      told,
      keyNames,
    }: { readonly isSure: boolean; readonly told: { readonly [path: string]: number }; readonly keyNames: ReadonlySet<string> },
  ) {
    this.#rules = rules
    this.#isSure = isSure
    this.#keyNames = keyNames
    this.report = new Map(Object.entries(told))
  }

  map(map: AttributeMap, prefix: string, above: Rule | undefined): AttributeMap {
    const result: Record<string, AttributeValue> = {}
    for (const [name, value] of Object.entries(map)) {
      const made = this.#value(value, `${prefix}${name}`, above)
      if (made !== undefined) setOwn(result, name, made)
    }
    return result
  }

  /** `above`: the rule of what it is in. */
  #value(value: AttributeValue, path: string, above: Rule | undefined): AttributeValue | undefined {
    const given = this.#rules.at(path) ?? above
    const members = membersOf(value)
    if ('M' in value || 'L' in value || members !== undefined) {
      if (given !== undefined && isOfWhole(given)) return this.#told(path, given, () => this.#whole(given))
      if ('M' in value) return { M: this.map(value.M, `${path}.`, given) }
      if ('L' in value) return { L: value.L.flatMap((element) => this.#value(element, `${path}[]`, given) ?? []) }
      return setOf((members ?? []).flatMap((member) => this.#value(member, `${path}[]`, given) ?? []))
    }
    const rule = given ?? this.#rules.ofType(typeOf(value))
    return this.#told(path, rule, () => this.#apply(value, rule, path))
  }

  #told<T>(path: string, rule: Rule, make: () => T): T {
    const told = `${path} ${typeof rule === 'string' ? rule : Object.keys(rule)[0]}`
    this.report.set(told, (this.report.get(told) ?? 0) + 1)
    return make()
  }

  #whole(rule: Rule): AttributeValue | undefined {
    return typeof rule === 'object' && 'const' in rule ? { S: rule.const } : undefined
  }

  #apply(value: AttributeValue, rule: Rule, path: string): AttributeValue | undefined {
    if (isOfWhole(rule)) return this.#whole(rule)
    if (rule === 'keep') return this.#kept(value, path)
    if (typeof rule === 'object' && 'split' in rule && !('S' in value) && this.#keyNames.has(path)) {
      throw new Error(`The key attribute ${path} is no text that could be split: its rule must be keep, id or hash.`)
    }
    if ('S' in value) return { S: this.#text(value.S, rule, path) }
    if ('N' in value) return { N: this.#number(canonicalNumber(value.N), rule) }
    if ('B' in value) return { B: this.#bytes(value.B, rule) }
    // A bit has no pseudonym.
    return 'BOOL' in value ? { BOOL: false } : value
  }

  #kept(value: AttributeValue, path: string): AttributeValue {
    if (!this.#isSure && 'S' in value && personal.test(value.S)) {
      throw new Error(`${path} is kept, and looks as if it were of a person: give it a rule, or say --yes.`)
    }
    return value
  }

  #number(text: string, rule: Rule): string {
    if (rule === 'hash') return this.#digits('', text)
    if (typeof rule === 'object' && 'id' in rule) return this.#digits(rule.id, text)
    if (typeof rule !== 'object' || !('round' in rule)) return '0'
    return canonicalNumber(String(Number((Math.round(Number(text) / rule.round) * rule.round).toPrecision(doubleDigitsMax))))
  }

  /** As many, all of them 0, where there is no domain. */
  #bytes(base64: string, rule: Rule): string {
    const bytes = Buffer.from(base64, 'base64')
    const domain = rule === 'hash' ? '' : typeof rule === 'object' && 'id' in rule ? rule.id : undefined
    const made = domain === undefined ? Buffer.alloc(bytes.length) : Buffer.from(this.#digest(domain, 'B', bytes.toString('base64')))
    return (domain === undefined ? made : made.subarray(0, pseudonymBytes)).toString('base64')
  }

  #text(text: string, rule: Rule, path: string): string {
    if (rule === 'hash') return this.#pseudonym('', text)
    if (rule === 'email') return `p${this.#pseudonym('email', text)}@example.com`
    if (rule === 'name') return `Name ${this.#pseudonym('name', text).slice(0, pseudonymNameLength)}`
    if (typeof rule === 'object') {
      if ('id' in rule) return this.#likeness(rule.id, text)
      if ('email' in rule) return `p${this.#pseudonym(rule.email, text)}@example.com`
      if ('split' in rule) return this.#split(text, rule, path)
    }
    return text.replaceAll(/\p{L}|\p{M}/gu, 'x').replaceAll(/\p{N}/gu, '0')
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
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return this.#pseudonym(domain, text)
    const hex = Buffer.from(this.#digest(domain, 'S', text)).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }

  /** 79 bits in sixteen letters and digits. */
  #pseudonym(domain: string, text: string): string {
    const bytes = Buffer.from(this.#digest(domain, 'S', text))
    return Array.from({ length: 16 }, (_, at) => alphabet[(bytes[at] ?? 0) % alphabet.length]).join('')
  }

  /** Fifteen digits, or as many as the number has if these are more. */
  #digits(domain: string, text: string): string {
    const bytes = Buffer.from(this.#digest(domain, 'N', text))
    const length = Math.min(pseudonymDigitsMax, Math.max(pseudonymDigitsMin, text.replaceAll(/\D/g, '').length))
    return Array.from({ length }, (_, at) => (at === 0 ? 1 + ((bytes[at] ?? 0) % 9) : (bytes[at] ?? 0) % 10)).join('')
  }

  #digest(domain: string, type: string, text: string): Uint8Array {
    return keyedDigest(this.#rules.secret, `${domain}\0${type}\0${text}`)
  }
}

/** Without those that look like others. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Under which it does not matter what the value is. */
function isOfWhole(rule: Rule): boolean {
  return rule === 'drop' || (typeof rule === 'object' && 'const' in rule)
}

function membersOf(value: AttributeValue): readonly Member[] | undefined {
  if ('SS' in value) return value.SS.map((S) => ({ S }))
  if ('NS' in value) return value.NS.map((N) => ({ N }))
  return 'BS' in value ? value.BS.map((B) => ({ B })) : undefined
}

/** Of one type, as one rule made them. A set is never empty. */
function setOf(members: readonly AttributeValue[]): AttributeValue | undefined {
  const [first] = members
  if (first === undefined) return undefined
  return { [`${typeOf(first)}S`]: [...new Set(members.map((member) => Object.values(member)[0] as string))] } as unknown as AttributeValue
}
