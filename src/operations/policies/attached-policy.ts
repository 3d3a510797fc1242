/** The policy of a table or a stream, as what it is attached to keeps it, and as the resource that has it is found and changed. */
import { ServiceError } from '../../api/errors.ts'
import { changeStreams } from '../../engine/catalog/change-streams.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { Stream } from '../../engine/schema/stream.ts'
import type { AttachedPolicy, Table, Tag } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { boundDocument } from '../../policies/bound-principals.ts'
import { type CompiledPolicy, compilePolicy } from '../../policies/compile-policy.ts'
import { MalformedPolicy } from '../../policies/malformed-policy.ts'
import { parsePolicy } from '../../policies/parse-policy.ts'
import { policyActionsOfStream, policyActionsOfTable } from '../tables/definition/policy-actions.ts'
import { tableInUse } from '../tables/table-in-use.ts'
import type { TaggedResource } from '../tags/tagged-resource.ts'

/** Throws ResourceNotFoundException. */
export function policyOf({ catalog }: MeteredEngine, resource: TaggedResource): AttachedPolicy | undefined {
  const holder = resource.kind === 'table' ? catalog.find(resource.tableName) : catalog.streams.find(catalog.region, resource.address)
  if (holder === undefined) throw resourceNotFound(resource.arn)
  return holder.policy
}

/**
 * Gives the resource the policy that `change` makes of its own, which may throw; undefined for none. That of a table does not change while
 * the table goes.
 */
export function changePolicy(
  engine: MeteredEngine,
  resource: TaggedResource,
  change: (before: AttachedPolicy | undefined) => AttachedPolicy | undefined,
): Promise<void> {
  if (resource.kind === 'stream') return changePolicyOfStream(engine, resource, change)
  return changeTables(engine, [resource.tableName], (tables) => {
    const table = tables.find(resource.tableName)
    if (table === undefined) throw resourceNotFound(resource.arn)
    if (table.status === 'DELETING') throw tableInUse(table)
    const { policy: before, ...rest } = table
    const after = change(before)
    if (after !== before) tables.replace({ ...rest, ...(after !== undefined && { policy: after }) })
  })
}

function changePolicyOfStream(
  engine: MeteredEngine,
  { arn, address }: TaggedResource & { readonly kind: 'stream' },
  change: (before: AttachedPolicy | undefined) => AttachedPolicy | undefined,
): Promise<void> {
  const { region } = engine.catalog
  return changeStreams(engine, [{ ...address, region }], (turn) => {
    const stream = turn.streams.find(region, address)
    if (stream === undefined) throw resourceNotFound(arn)
    const { policy: before, ...rest } = stream
    const after = change(before)
    if (after !== before) turn.replace(stream, { ...rest, ...(after !== undefined && { policy: after }) })
  })
}

const compiledPolicies = new WeakMap<AttachedPolicy, CompiledPolicy | undefined>()

/** What authorisation asks. Compiled when it is first asked for, once for each change. */
function compiledPolicyOf(policy: AttachedPolicy): CompiledPolicy | undefined {
  if (compiledPolicies.has(policy)) return compiledPolicies.get(policy)
  const compiled = compiledText(policy)
  compiledPolicies.set(policy, compiled)
  return compiled
}

/**
 * What protects the resource of this ARN against an action: a table's policy is that of its indexes, too. Undefined where there is none,
 * and for actions that no policy of a resource can speak of.
 */
export function policyOfArn(engine: MeteredEngine, arn: string, action: string): CompiledPolicy | undefined {
  const actions = /\/stream\//.test(arn) ? policyActionsOfStream : policyActionsOfTable
  const policy = actions.has(action) ? holderOf(engine, arn)?.policy : undefined
  return policy && compiledPolicyOf(policy)
}

/** Of the table, also for its indexes, or of the stream. */
export function tagsOfArn(engine: MeteredEngine, arn: string): readonly Tag[] {
  return holderOf(engine, arn)?.tags ?? []
}

function holderOf({ account, catalog }: MeteredEngine, arn: string): Table | Stream | undefined {
  const [, arnAccount, tableName, kind, label] = protectedArn.exec(arn) ?? []
  if (arnAccount !== account || tableName === undefined) return undefined
  if (kind !== 'stream' || label === undefined) return catalog.find(tableName)
  return catalog.streams.find(catalog.region, { tableName, label })
}

const protectedArn = /^arn:[^:]+:dynamodb:[^:]+:(\d{12}):table\/([^/]+)(?:\/(index|stream)\/(.+))?$/

/** What an older Stator took of CreateTable need not be a policy: then it lets nobody. */
function compiledText({ text, boundIds }: AttachedPolicy): CompiledPolicy | undefined {
  try {
    return compilePolicy(boundDocument(parsePolicy('resource', text), boundIds))
  } catch (error) {
    if (error instanceof MalformedPolicy) return undefined
    throw error
  }
}

export function policyNotFound(detail: string): ServiceError {
  return new ServiceError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${detail}`)
}

function resourceNotFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: ResourceArn: ${arn} not found`)
}
