/**
 * Rules by which items are anonymised (docs/copy.md), read and checked before anything is made or copied:
 *
 *     { "key": "env:NAME" | "text", "default": { "S": rule, … }, "rules": { "PK": rule, "profile.name": rule, "tags[]": rule, "*.email": rule } }
 *     rule = "keep" | "drop" | "mask" | "email" | "name" | "hash" | { "id": DOMAIN } | { "email": DOMAIN } | { "const": TEXT }
 *          | { "round": NUMBER } | { "split": SEPARATOR, "parts": [ rule … ] }
 */
import { numberPointMax } from '../../api/limits.ts'
import { keyedDigest } from '../../base/digest.ts'
import { getOwn } from '../../base/own.ts'
import { type Environment, UsageError } from '../read-arguments.ts'

export type Rule =
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

export interface Rules {
  /** Of pseudonyms. */
  readonly secret: string
  /** The same for the same rules under the same secret. */
  readonly digest: string
  /** The rule that was given for a path. */
  at(path: string): Rule | undefined
  /** What values of a type become that have no rule: S, N, B, BOOL, NULL. */
  ofType(type: string): Rule
}

const ofTypes: { readonly [type: string]: Rule } = { S: 'mask', N: 'keep', B: 'drop', BOOL: 'keep', NULL: 'keep' }

/**
 * Throws UsageError for what are no rules. `random` is the key of those that name none: then pseudonyms are others each time, which
 * a copy that is to go on (`isResumed`) cannot have.
 */
export function readRules(
  text: string,
  { env, isResumed, random }: { readonly env: Environment; readonly isResumed: boolean; readonly random: string },
): Rules {
  const given = parsed(text)
  const byPath = Object.entries(objectIn(given, 'rules')).map(([path, rule]) => ({
    matches: patternOf(path),
    rule: checkedRule(path, rule),
  }))
  const byType = new Map(Object.entries(objectIn(given, 'default')).map(([type, rule]) => [type, ruleOfType(type, rule)]))
  const secret = secretOf(given['key'], env)
  if (secret === undefined && isResumed) {
    throw new UsageError('--resume needs a "key" in the rules: without one, pseudonyms would be others from there on (docs/copy.md).')
  }
  return {
    secret: secret ?? random,
    digest: Buffer.from(keyedDigest(secret ?? random, text)).toString('hex'),
    at: (path) => byPath.find(({ matches }) => matches.test(path))?.rule,
    ofType: (type) => byType.get(type) ?? getOwn(ofTypes, type) ?? 'drop',
  }
}

type Members = { readonly [name: string]: unknown }

function parsed(text: string): Members {
  let rules: unknown
  try {
    rules = JSON.parse(text)
  } catch {
    // Told below.
  }
  if (!isMembers(rules)) throw new UsageError('The rules for anonymising are no JSON object (docs/copy.md).')
  const odd = Object.keys(rules).find((name) => name !== 'key' && name !== 'default' && name !== 'rules')
  if (odd !== undefined) throw new UsageError(`The rules for anonymising have a member ${odd}: they have key, default and rules.`)
  return rules
}

function objectIn(rules: Members, name: string): Members {
  const members = rules[name] ?? {}
  if (!isMembers(members)) throw new UsageError(`The member ${name} of the rules for anonymising is no JSON object.`)
  return members
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function secretOf(key: unknown, env: Environment): string | undefined {
  if (key === undefined) return undefined
  if (typeof key !== 'string' || key === '') throw new UsageError('The key of pseudonyms must be a text, or env:NAME.')
  if (!key.startsWith('env:')) return key
  const name = key.slice('env:'.length)
  const secret = env[name]
  if (!secret) throw new UsageError(`The variable ${name} that holds the key of pseudonyms is not set.`)
  return secret
}

function ruleOfType(type: string, rule: unknown): Rule {
  if (getOwn(ofTypes, type) === undefined)
    throw new UsageError(`There is no default of ${type}: there are those of S, N, B, BOOL and NULL.`)
  return checkedRule(`default.${type}`, rule)
}

function checkedRule(path: string, rule: unknown): Rule {
  const wrong = wrongIn(rule)
  if (wrong !== undefined) throw new UsageError(`The rule of ${path} is none: ${JSON.stringify(rule)}${wrong}.`)
  if (isMembers(rule) && 'split' in rule) for (const part of rule['parts'] as readonly unknown[]) checkedRule(path, part)
  return rule as Rule
}

const words: ReadonlySet<unknown> = new Set(['keep', 'drop', 'mask', 'email', 'name', 'hash'])

/** What is wrong with it, as the rest of a sentence; of a split, but for its parts. */
function wrongIn(rule: unknown): string | undefined {
  if (words.has(rule)) return undefined
  if (!isMembers(rule)) return ''
  const [name = '', ...more] = Object.keys(rule).sort((a, b) => Number(a === 'parts') - Number(b === 'parts'))
  const value = rule[name]
  if (name === 'split') {
    if (typeof value !== 'string' || value === '') return ', whose separator is no text'
    const { parts } = rule
    return more.join() === 'parts' && Array.isArray(parts) && parts.length > 0
      ? undefined
      : ', which needs parts, a list of rules, and nothing else'
  }
  if (more.length > 0) return ', which has more than one member'
  if (name === 'round') return typeof value === 'number' && isStep(value) ? undefined : ', whose step is no number above 0'
  return (name === 'id' || name === 'email' || name === 'const') && typeof value === 'string' ? undefined : ''
}

/** No number that DynamoDB has overflows when it is divided by it. */
function isStep(value: number): boolean {
  return value > 0 && Number.isFinite(value) && Number.isFinite(10 ** numberPointMax / value)
}

/** `*` is a name, `[]` any element. */
function patternOf(path: string): RegExp {
  const pattern = path
    .replaceAll(/[.+?^${}()|\\]/g, '\\$&')
    .replaceAll('[]', '\\[\\]')
    .replaceAll('*', '[^.]+')
  return new RegExp(`^${pattern}$`)
}

/** Whether no two values of a type become one under it. `type`: undefined where it is not known. */
export function isOneToOne(rule: Rule, type: string | undefined): boolean {
  if (typeof rule === 'string') return rule === 'keep' || rule === 'hash'
  return 'id' in rule || ('split' in rule && (type === 'S' || type === undefined) && rule.parts.every((part) => isOneToOne(part, 'S')))
}
