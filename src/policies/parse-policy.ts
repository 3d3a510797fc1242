/**
 * A policy's text as a checked document, or IAM's words for what is wrong with it. Where the words of AWS are not known, `guess` marks
 * ours (decision 26).
 */
import { checkStatement } from './check-statement.ts'
import { duplicateKey } from './duplicate-key.ts'
import { MalformedPolicy, syntaxError, UnknownPrincipal } from './malformed-policy.ts'
import type { Condition, Listed, ListedPrincipals, PolicyDocument, PolicyKind, PrincipalEntry, Statement } from './policy-document.ts'
import { type Members, readMembers, readObject, readText, readTexts } from './policy-json.ts'

/** TAB, LF, CR and U+0020 to U+00FF: all that a policy may consist of. */
const forbiddenCharacter = /[^\t\n\r\u0020-\u00ff]/

const documentMembers = ['Version', 'Id', 'Statement'] as const
const statementMembers = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] as const
const principalTypes = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

/** Throws MalformedPolicy. */
export function parsePolicy(kind: PolicyKind, text: string): PolicyDocument {
  const { Version, Id, Statement: written } = readMembers(parseJson(text), documentMembers)
  const version = Version === undefined ? '2008-10-17' : Version
  if (version !== '2012-10-17' && version !== '2008-10-17') throw new MalformedPolicy('The policy must contain a valid version string')
  const parts = Array.isArray(written) ? written : [written]
  // guess: no statement at all
  if (written === undefined || parts.length === 0) throw syntaxError()
  const statements = parts.map((part) => readStatement(readMembers(part, statementMembers), kind))
  const sids = statements.flatMap(({ sid }) => sid ?? [])
  if (new Set(sids).size < sids.length) throw new MalformedPolicy('Statement IDs (SID) in a single policy must be unique.')
  return { version, ...(Id !== undefined && { id: readText(Id) }), statements }
}

function parseJson(text: string): unknown {
  if (forbiddenCharacter.test(text)) throw syntaxError()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw syntaxError()
  }
  if (duplicateKey(text) !== undefined) throw syntaxError()
  return value
}

function readStatement(written: Members<(typeof statementMembers)[number]>, kind: PolicyKind): Statement {
  const { Sid, Effect, Condition: conditions } = written
  const resources = readListed(written.Resource, written.NotResource)
  const principals = readPrincipals(written.Principal, written.NotPrincipal)
  const actions = readListed(written.Action, written.NotAction)
  if (Effect === undefined) throw new MalformedPolicy('Missing required field Effect')
  // guess: another effect
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new MalformedPolicy(`Invalid effect: ${readText(Effect)}`)
  if (actions === undefined) throw new MalformedPolicy('Policy statement must contain actions.')
  const statement: Statement = {
    ...(Sid !== undefined && { sid: readText(Sid) }),
    effect: Effect,
    actions,
    ...(resources !== undefined && { resources }),
    ...(principals !== undefined && { principals }),
    conditions: conditions === undefined ? [] : readConditions(conditions),
  }
  checkStatement(kind, statement)
  return statement
}

/** An element or its complement, of which one may be there. */
function readListed(plain: unknown, negated: unknown): Listed | undefined {
  if (plain !== undefined && negated !== undefined) throw syntaxError()
  if (plain === undefined && negated === undefined) return undefined
  return { isNegated: plain === undefined, patterns: readTexts(plain ?? negated) }
}

function readPrincipals(plain: unknown, negated: unknown): ListedPrincipals | undefined {
  if (plain !== undefined && negated !== undefined) throw syntaxError()
  const written = plain ?? negated
  if (written === undefined) return undefined
  return { isNegated: plain === undefined, entries: readEntries(written) }
}

function readEntries(written: unknown): readonly PrincipalEntry[] {
  if (typeof written === 'string') {
    if (written !== '*') throw new UnknownPrincipal(`Invalid principal in policy: "STATIC":"${written}"`)
    return [{ type: 'AWS', name: '*' }]
  }
  const members = readMembers(written, principalTypes)
  const entries = principalTypes.flatMap((type) => {
    const names = members[type]
    return names === undefined ? [] : readTexts(names).map((name) => ({ type, name }))
  })
  if (entries.length === 0) throw syntaxError()
  return entries
}

function readConditions(written: unknown): readonly Condition[] {
  return Object.entries(readObject(written)).flatMap(([operator, keys]) =>
    Object.entries(readObject(keys)).map(([key, values]) => ({ operator, key, values: readTexts(values, 'scalars') })),
  )
}
