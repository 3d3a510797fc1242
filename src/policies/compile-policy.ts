/**
 * A policy as functions, compiled once for each change of it: which of its statements are about an action, a resource, a principal, and
 * under which conditions (iam-and-sigv4.md §3).
 */
import type { AccessRequest } from './access-request.ts'
import { type CompiledCondition, compileCondition } from './compile-condition.ts'
import type { ContextKeys } from './context-keys.ts'
import { actionsRememberedMax } from './limits.ts'
import { type Naming, namingOf } from './match-principals.ts'
import { matcherOf, type Pattern, parsePattern, resolve } from './pattern.ts'
import type { Listed, PolicyDocument, Statement } from './policy-document.ts'

export interface CompiledPolicy {
  readonly document: PolicyDocument
  readonly statements: readonly CompiledStatement[]
  /** Those of the statements that are about an action, which is named in lower case. */
  readonly about: (actionKey: string) => StatementsAboutAction
}

export interface StatementsAboutAction {
  readonly allowing: readonly CompiledStatement[]
  readonly denying: readonly CompiledStatement[]
}

export interface CompiledStatement {
  readonly statement: Statement
  readonly isAboutAction: (actionKey: string) => boolean
  readonly isAboutResource: (resource: string, keys: ContextKeys) => boolean
  readonly conditions: readonly CompiledCondition[]
}

export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  const readsVariables = document.version === '2012-10-17'
  const statements = document.statements.map((statement) => compileStatement(statement, readsVariables))
  const remembered = new Map<string, StatementsAboutAction>()
  const about = (actionKey: string): StatementsAboutAction => {
    const known = remembered.get(actionKey)
    if (known !== undefined) return known
    const found = statements.filter((statement) => statement.isAboutAction(actionKey))
    const sorted = {
      allowing: found.filter(({ statement }) => statement.effect === 'Allow'),
      denying: found.filter(({ statement }) => statement.effect === 'Deny'),
    }
    // Names of actions come from clients, too.
    if (remembered.size < actionsRememberedMax) remembered.set(actionKey, sorted)
    return sorted
  }
  return { document, statements, about }
}

/** Whether a statement that is about the action applies to the request as a whole. */
export function applies(compiled: CompiledStatement, request: AccessRequest): boolean {
  return namingIn(compiled, request) !== undefined
}

/** How a statement that applies names the principal; `itself` in a policy that has no principals. */
export function namingIn(compiled: CompiledStatement, { resource, principal, keys }: AccessRequest): Naming | undefined {
  const { principals } = compiled.statement
  const naming = principals === undefined ? 'itself' : namingOf(principals, principal)
  if (naming === undefined || !compiled.isAboutResource(resource, keys)) return undefined
  for (const condition of compiled.conditions) if (!condition.holds(keys)) return undefined
  return naming
}

/** It allows nothing: what stands in the place of a limit that is not there any more. */
export const emptyPolicy: CompiledPolicy = compilePolicy({ version: '2012-10-17', statements: [] })

function compileStatement(statement: Statement, readsVariables: boolean): CompiledStatement {
  const { actions, resources, conditions } = statement
  return {
    statement,
    isAboutAction: actionTest(actions),
    isAboutResource: resources === undefined ? () => true : resourceTest(resources, readsVariables),
    conditions: conditions.map((condition) => compileCondition(condition, readsVariables)),
  }
}

function actionTest({ isNegated, patterns }: Listed): (actionKey: string) => boolean {
  const tests = patterns.map((pattern) => matcherOf(parsePattern(pattern.toLowerCase(), false).symbols ?? []))
  return (actionKey) => tests.some((test) => test(actionKey)) !== isNegated
}

/** A pattern with a variable that has no value matches nothing, and takes a whole `NotResource` with it. */
function resourceTest({ isNegated, patterns }: Listed, readsVariables: boolean): CompiledStatement['isAboutResource'] {
  const parsed = patterns.map((pattern) => parsePattern(pattern, readsVariables))
  const fixed = parsed.flatMap(({ symbols }) => (symbols === undefined ? [] : [matcherOf(symbols)]))
  const varying = parsed.filter(({ symbols }) => symbols === undefined)
  if (varying.length === 0) return (resource) => fixed.some((test) => test(resource)) !== isNegated
  return (resource, keys) => {
    if (fixed.some((test) => test(resource))) return !isNegated
    const found = varying.map((pattern) => isMatch(pattern, resource, keys))
    return isNegated ? found.every((match) => match === false) : found.includes(true)
  }
}

function isMatch(pattern: Pattern, resource: string, keys: ContextKeys): boolean | undefined {
  const symbols = resolve(pattern, keys)
  return symbols === undefined ? undefined : matcherOf(symbols)(resource)
}
