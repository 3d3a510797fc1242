/** Why somebody may or may not do something, and what those who ask were seen to need (docs/security.md). */

import { actionsOf, operations } from '../../api/operations.ts'
import { engineOf } from '../../engine/regions.ts'
import { policyActionsOfTable } from '../../operations/tables/definition/policy-actions.ts'
import { type Caller, rootOf } from '../../policies/caller.ts'
import type { ContextKeys, ContextValue } from '../../policies/context-keys.ts'
import { type AccessExplanation, explainAccess } from '../../policies/explain-access.ts'
import { type LeastPolicy, leastPolicy } from '../../policies/least-policy.ts'
import { weighing } from '../auth/weigh-need.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type ControlContext, type InRegion, type Route, region } from './route.ts'

export type { AccessExplanation, LeastPolicy }

export interface AccessQuestion extends InRegion {
  readonly as: string
  readonly action: string
  readonly resource?: string
  readonly keys?: { readonly [key: string]: ContextValue }
}

export interface RecordAccess {
  readonly recording: boolean
}

export interface SeenAccessReport {
  readonly recording: boolean
  readonly principals: readonly {
    readonly arn: string
    readonly needs: number
    readonly forgotten: number
  }[]
}

export interface OfPrincipal {
  readonly as?: string
}

export const accessRoutes: {
  readonly authorize: Route<AccessQuestion, AccessExplanation>
  readonly seenAccess: Route<Readonly<Record<never, never>>, SeenAccessReport>
  readonly recordAccess: Route<RecordAccess, SeenAccessReport>
  readonly leastPolicy: Route<OfPrincipal, LeastPolicy>
} = {
  authorize: {
    method: 'POST',
    isRead: true,
    path: `${controlRoot}/authorize`,
    does: 'Why somebody may or may not do something: what every statement about the action made of it. With `--auth iam`.',
    answers: '`{ allowed, message, statements, wouldAllow }`: docs/security.md',
    members: {
      as: { kind: 'name', required: true, does: 'whom: the ARN of a user or role, its name, or `root`' },
      action: { kind: 'name', required: true, does: 'what, such as `dynamodb:GetItem`' },
      resource: { kind: 'name', does: 'on which ARN; on none in particular when it is left out' },
      keys: { kind: 'object', does: 'condition keys of the request: texts, or lists of texts for those that have several values' },
      region,
    },
    run: explain,
  },
  seenAccess: {
    method: 'GET',
    path: `${controlRoot}/access`,
    does: 'Whose needs are remembered since they were to be recorded, on this server.',
    answers: '`{ recording, principals }`',
    members: {},
    run: ({ seenAccess }) => report(seenAccess),
  },
  recordAccess: {
    method: 'PUT',
    path: `${controlRoot}/access`,
    does: 'Records from now on what those who ask need to be allowed, or no longer. What was recorded before is forgotten when it begins.',
    answers: '`{ recording, principals }`',
    members: { recording: { kind: 'boolean', required: true, does: 'whether it is recorded' } },
    run: ({ seenAccess }, { recording }) => {
      seenAccess.record(recording)
      return report(seenAccess)
    },
  },
  leastPolicy: {
    method: 'GET',
    path: `${controlRoot}/access/policy`,
    does: 'The least policy that allows what a user or role was seen to need.',
    answers: 'a policy document',
    members: { as: { kind: 'name', does: 'whose: the ARN or name; may be left out while there is one' } },
    run: leastPolicyOf,
  },
}

function explain(context: ControlContext, { as, action, resource = '*', keys = {}, region: name }: AccessQuestion): AccessExplanation {
  const { identities } = context
  if (identities?.policiesOf === undefined) {
    throw new ControlError(404, 'This server goes by no policies: whoever is answered may do everything.')
  }
  checkForm(action, resource)
  // Regions that share their tables are one, also for whoever names one of them.
  const engine = name === undefined ? context.engine : engineOf(context.engine, name)
  const caller = callerNamed(context, as)
  const policies = identities.policiesOf(caller)
  const weighed = weighing({ engine, caller, policies, circumstances: { headers: {} } })({ action, resource, keys: keysOf(keys) })
  return explainAccess(weighed.request, policies, weighed.resource)
}

/** Of what no statement could be about nothing is to be explained. */
function checkForm(action: string, resource: string): void {
  const [service = '', name, ...more] = action.split(':')
  if (!/^[A-Za-z0-9-]+$/.test(service) || name === undefined || !/^[A-Za-z0-9]+$/.test(name) || more.length > 0) {
    throw new ControlError(400, `"action" must be one action with its service, such as dynamodb:GetItem, not ${JSON.stringify(action)}.`)
  }
  if (service.toLowerCase() === 'dynamodb' && !dynamodbActions.has(name.toLowerCase())) {
    throw new ControlError(400, `DynamoDB has no action ${JSON.stringify(name)}.`)
  }
  if (resource !== '*' && !/^arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:[\x20-\xff]+$/.test(resource)) {
    throw new ControlError(400, `"resource" must be an ARN or *, not ${JSON.stringify(resource)}.`)
  }
}

const dynamodbActions: ReadonlySet<string> = new Set(
  [...Object.values(operations).flatMap(actionsOf), ...policyActionsOfTable].map((name) => name.toLowerCase()),
)

/** Names in whatever case, and nothing but texts. */
function keysOf(given: { readonly [key: string]: unknown }): ContextKeys {
  const values = new Map<string, ContextValue>()
  for (const [key, value] of Object.entries(given)) {
    const isText = typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    if (!isText) throw new ControlError(400, `"keys" must have texts and lists of texts: ${key} has something else.`)
    values.set(key.toLowerCase(), value as ContextValue)
  }
  return (key) => values.get(key)
}

/** A role before a user of the same name. */
function callerNamed({ engine: { account }, identities }: ControlContext, as: string): Caller {
  if (as === 'root' || as === rootOf(account).arn) return rootOf(account)
  const arns = as.startsWith('arn:') ? [as] : ['role', 'user'].map((kind) => `arn:aws:iam::${account}:${kind}/${as}`)
  for (const arn of arns) {
    const caller = identities?.callerOf?.(arn)
    if (caller !== undefined) return caller
  }
  throw new ControlError(404, `There is no user or role ${JSON.stringify(as)}.`)
}

function report(seenAccess: ControlContext['seenAccess']): SeenAccessReport {
  const principals = seenAccess.all().map(({ arn, needs, forgotten }) => ({ arn, needs: needs.length, forgotten }))
  return { recording: seenAccess.isRecording, principals }
}

function leastPolicyOf({ seenAccess }: ControlContext, { as }: OfPrincipal): LeastPolicy {
  const principals = seenAccess.all()
  const found =
    as === undefined ? principals : principals.filter(({ arn }) => arn === as || arn.endsWith(`/${as}`) || arn.endsWith(`:${as}`))
  const [principal, ...others] = found
  if (principal === undefined) {
    throw new ControlError(404, 'Nothing was seen of it yet. PUT /_stator/access with {"recording": true} begins to look.')
  }
  if (others.length > 0) throw new ControlError(400, `Say whose: ${found.map(({ arn }) => arn).join(', ')}.`)
  return leastPolicy(principal.needs)
}
