/**
 * Access decided straight from the text of iam-and-sigv4.md §3, slowly and without looking at `src/policies`: what the compiled
 * policies are compared with.
 */

export interface NaiveCircumstances {
  readonly action: string
  readonly resource: string
  readonly caller: { readonly kind: string; readonly accountId: string; readonly arn: string; readonly principalArn: string }
  /** By key in lower case. */
  readonly keys: { readonly [key: string]: string | readonly string[] }
}

export interface NaivePolicies {
  readonly identity: readonly NaiveDocument[]
  readonly boundary?: NaiveDocument
  readonly session?: readonly NaiveDocument[]
  readonly resource?: NaiveDocument
  readonly resourceAccountId: string
}

type OneOrMore = string | readonly string[]

export interface NaiveStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: '*' | { readonly AWS: OneOrMore }
  readonly NotPrincipal?: { readonly AWS: OneOrMore }
  readonly Action?: OneOrMore
  readonly NotAction?: OneOrMore
  readonly Resource?: OneOrMore
  readonly NotResource?: OneOrMore
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: OneOrMore } }
}

export interface NaiveDocument {
  readonly Version?: '2012-10-17' | '2008-10-17'
  readonly Statement: readonly NaiveStatement[]
}

export function naiveIsAllowed(asked: NaiveCircumstances, policies: NaivePolicies): boolean {
  const { caller } = asked
  const own = [...policies.identity, ...(policies.boundary ? [policies.boundary] : []), ...(policies.session ?? [])]
  if (policies.resource && appliesAny(policies.resource, 'Deny', asked) !== undefined) return false
  const isRoot = caller.kind === 'root'
  if (!isRoot && own.some((document) => appliesAny(document, 'Deny', asked) !== undefined)) return false
  const granted = policies.resource && appliesAny(policies.resource, 'Allow', asked)
  const isForeign = caller.accountId !== policies.resourceAccountId
  if (isForeign && granted === undefined) return false
  if (isRoot) return true
  if (!isForeign && granted === 'directly') return true
  const hasIdentity = !(caller.kind === 'federated-user' && policies.session === undefined)
  const byIdentity = hasIdentity && policies.identity.some((document) => appliesAny(document, 'Allow', asked) !== undefined)
  if (!byIdentity && !(granted === 'role' && !isForeign)) return false
  if (policies.boundary && appliesAny(policies.boundary, 'Allow', asked) === undefined) return false
  return policies.session === undefined || policies.session.some((document) => appliesAny(document, 'Allow', asked) !== undefined)
}

type Granted = 'directly' | 'role' | 'account'

function appliesAny(document: NaiveDocument, effect: 'Allow' | 'Deny', asked: NaiveCircumstances): Granted | undefined {
  const reads = document.Version === '2012-10-17'
  const found = document.Statement.filter(({ Effect }) => Effect === effect).map((statement) => appliesOne(statement, asked, reads))
  for (const granted of ['directly', 'role', 'account'] as const) if (found.includes(granted)) return granted
  return undefined
}

function appliesOne(statement: NaiveStatement, asked: NaiveCircumstances, reads: boolean): Granted | undefined {
  const { action, resource } = asked
  const isAction = (pattern: string): boolean => globExpression(pattern, 'i').test(action)
  if (statement.Action !== undefined && !listOf(statement.Action).some(isAction)) return undefined
  if (statement.NotAction !== undefined && listOf(statement.NotAction).some(isAction)) return undefined
  const isResource = (pattern: string): boolean | undefined => {
    const expression = patternExpression(pattern, asked, reads)
    return expression === undefined ? undefined : new RegExp(`^${expression}$`, 's').test(resource)
  }
  if (statement.Resource !== undefined && !listOf(statement.Resource).some((pattern) => isResource(pattern) === true)) return undefined
  if (statement.NotResource !== undefined && !listOf(statement.NotResource).every((pattern) => isResource(pattern) === false))
    return undefined
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [key, values] of Object.entries(keys)) if (!conditionHolds(operator, key, listOf(values), asked, reads)) return undefined
  }
  return grantOf(statement, asked)
}

function grantOf({ Principal, NotPrincipal }: NaiveStatement, { caller }: NaiveCircumstances): Granted | undefined {
  const { arn, principalArn, accountId } = caller
  const account = [accountId, `arn:aws:iam::${accountId}:root`]
  if (NotPrincipal !== undefined) {
    const names = listOf(NotPrincipal.AWS)
    if (names.includes('*')) return undefined
    const isListed = account.some((name) => names.includes(name)) && names.includes(principalArn) && names.includes(arn)
    const isRootListed = caller.kind === 'root' && account.some((name) => names.includes(name))
    return isListed || isRootListed ? undefined : 'directly'
  }
  if (Principal === undefined) return 'directly'
  const names = Principal === '*' ? ['*'] : listOf(Principal.AWS)
  if (names.includes('*') || names.includes(arn)) return 'directly'
  if (names.includes(principalArn)) return 'role'
  return account.some((name) => names.includes(name)) ? 'account' : undefined
}

function conditionHolds(written: string, key: string, values: readonly string[], asked: NaiveCircumstances, reads: boolean): boolean {
  const [set, rest = written] = written.includes(':') ? written.split(':') : [undefined, written]
  const name = rest.replace(/IfExists$/, '')
  const given = asked.keys[key.toLowerCase()]
  const isAbsent = given === undefined || (typeof given !== 'string' && given.length === 0)
  if (name === 'Null') return values.some((value) => value.toLowerCase() === String(isAbsent))
  const isNegated = name.includes('Not')
  if (isAbsent) {
    if (rest !== name) return true
    if (set === 'ForAllValues') return true
    return set === undefined && isNegated
  }
  if (set === undefined && typeof given !== 'string') return false
  const takesVariables = /^(String|Arn|Bool)/.test(name)
  const resolved = values.map((value) => patternExpression(value, asked, reads && takesVariables))
  if (resolved.includes(undefined)) return false
  const expressions = resolved as readonly string[]
  const texts = values.map((value) => plainText(value, asked, reads && takesVariables))
  const holdsFor = (one: string): boolean => {
    if (!isComparable(name, one)) return false
    const isListed = texts.some((text, at) => compares(name, one, text, expressions[at] ?? ''))
    return isListed !== isNegated
  }
  const all = typeof given === 'string' ? [given] : given
  return set === 'ForAnyValue' ? all.some(holdsFor) : all.every(holdsFor)
}

function isComparable(name: string, one: string): boolean {
  if (name.startsWith('Numeric')) return one.trim() === one && one !== '' && Number.isFinite(Number(one))
  if (name === 'Bool') return ['true', 'false'].includes(one.toLowerCase())
  return !name.startsWith('Arn') || one.split(':').length >= 6
}

function compares(name: string, one: string, text: string, expression: string): boolean {
  if (name === 'StringEquals' || name === 'StringNotEquals') return one === text
  if (name === 'StringEqualsIgnoreCase' || name === 'StringNotEqualsIgnoreCase') return one.toLowerCase() === text.toLowerCase()
  if (name === 'StringLike' || name === 'StringNotLike') return new RegExp(`^${expression}$`, 's').test(one)
  if (name === 'Bool') return one.toLowerCase() === text.toLowerCase()
  if (name.startsWith('Arn')) return new RegExp(`^${expression.replaceAll('.*', '[^:]*')}$`, 's').test(one)
  const [a, b] = [Number(one), Number(text)]
  switch (name.replace('Numeric', '')) {
    case 'Equals':
    case 'NotEquals':
      return a === b
    case 'LessThan':
      return a < b
    case 'LessThanEquals':
      return a <= b
    case 'GreaterThan':
      return a > b
    default:
      return a >= b
  }
}

/** A regular expression for a pattern whose variables are filled in; undefined when one has no value. */
function patternExpression(pattern: string, asked: NaiveCircumstances, reads: boolean): string | undefined {
  let isWhole = true
  const parts = pattern.split(/(\$\{[^}]*\})/).map((part) => {
    if (!reads || !part.startsWith('${') || !part.endsWith('}')) return escaped(part).replaceAll('\\*', '.*').replaceAll('\\?', '.')
    const value = variable(part, asked)
    if (value === undefined) isWhole = false
    return escaped(value ?? '')
  })
  return isWhole ? parts.join('') : undefined
}

function plainText(pattern: string, asked: NaiveCircumstances, reads: boolean): string {
  return reads ? pattern.replaceAll(/\$\{[^}]*\}/g, (part) => variable(part, asked) ?? '') : pattern
}

function variable(part: string, asked: NaiveCircumstances): string | undefined {
  const inner = part.slice(2, -1)
  if (['*', '?', '$'].includes(inner)) return inner
  const [name = '', fallback] = inner.split(/,(.*)/s)
  const value = asked.keys[name.trim().toLowerCase()]
  return typeof value === 'string' ? value : value === undefined ? fallback?.trim().slice(1, -1) : undefined
}

function globExpression(pattern: string, flags: string): RegExp {
  return new RegExp(`^${escaped(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`, flags)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function listOf(values: OneOrMore): readonly string[] {
  return typeof values === 'string' ? [values] : values
}
