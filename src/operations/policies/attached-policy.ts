/** The policy of a table or a stream, as what it is attached to keeps it, and as the resource that has it is found and changed. */
import { ServiceError } from '../../api/errors.ts'
import { changeStreams } from '../../engine/catalog/change-streams.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { AttachedPolicy } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type CompiledPolicy, compilePolicy } from '../../policies/compile-policy.ts'
import { MalformedPolicy } from '../../policies/malformed-policy.ts'
import { parsePolicy } from '../../policies/parse-policy.ts'
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

const compiledPolicies = new WeakMap<AttachedPolicy, CompiledPolicy>()

/** What authorisation asks. Compiled when it is first asked for, once for each change. */
export function compiledPolicyOf(policy: AttachedPolicy): CompiledPolicy | undefined {
  const known = compiledPolicies.get(policy)
  if (known !== undefined) return known
  const compiled = compiledText(policy.text)
  if (compiled !== undefined) compiledPolicies.set(policy, compiled)
  return compiled
}

/** The policy of whatever this ARN is protected by: a table's is that of its indexes, too. Undefined where there is none. */
export function policyOfArn({ catalog }: Pick<MeteredEngine, 'catalog'>, arn: string): CompiledPolicy | undefined {
  const [, tableName, kind, label] = /:table\/([^/]+)(?:\/(index|stream)\/(.+))?$/.exec(arn) ?? []
  if (tableName === undefined) return undefined
  const holder =
    kind === 'stream' && label !== undefined ? catalog.streams.find(catalog.region, { tableName, label }) : catalog.find(tableName)
  return holder?.policy && compiledPolicyOf(holder.policy)
}

/** What an older Stator took of CreateTable need not be a policy: then it lets nobody. */
function compiledText(text: string): CompiledPolicy | undefined {
  try {
    return compilePolicy(parsePolicy('resource', text))
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
