/** What stands beside keys, indexes and capacity: tags, time to live, recovery, policies, protection. */
import type { TableSpec, Tag } from '../tables/table-spec.ts'
import type { CurrentTable, Described } from './current-table.ts'
import { type Step, updateTable } from './step.ts'

export interface SettingSteps {
  readonly before: readonly Step[]
  readonly after: readonly Step[]
  readonly protection: readonly Step[]
}

export function settingSteps(spec: TableSpec, current: CurrentTable): SettingSteps {
  const { TableName, DeletionProtectionEnabled: isProtected = false, Tags } = spec.input
  return {
    before: Tags === undefined ? [] : tagSteps(Tags, current),
    after: [...ttlSteps(spec, current), ...recoverySteps(spec, current), ...policySteps(spec, current)],
    protection:
      isProtected === (current.table.DeletionProtectionEnabled ?? false)
        ? []
        : [updateTable('deletion protection', { TableName, DeletionProtectionEnabled: isProtected })],
  }
}

function step(what: string, operation: string, input: Step['input'], waits = false): Step {
  return { what, service: 'dynamodb', operation, input, waits }
}

function tagSteps(wanted: readonly Tag[], { tags, table: { TableArn: ResourceArn } }: CurrentTable): readonly Step[] {
  const there = new Map(tags.map(({ Key, Value }) => [Key, Value]))
  const set = wanted.filter(({ Key, Value }) => there.get(Key) !== Value)
  const gone = tags.map(({ Key }) => Key).filter((name) => !wanted.some(({ Key }) => Key === name))
  return [
    ...(gone.length > 0 ? [step('tags', 'UntagResource', { ResourceArn, TagKeys: gone })] : []),
    ...(set.length > 0 ? [step('tags', 'TagResource', { ResourceArn, Tags: set })] : []),
  ]
}

/** Another attribute: off, and on again, which DynamoDB refuses within the hour. */
function ttlSteps({ ttl, input: { TableName } }: TableSpec, { ttl: there }: CurrentTable): readonly Step[] {
  if (ttl === undefined) return []
  const set = (Enabled: boolean, AttributeName: string): Step =>
    step('time to live', 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled, AttributeName } })
  const { AttributeName: wanted = '' } = ttl
  const { AttributeName: name = '' } = there
  const isSame = ttl.Enabled === there.Enabled && (!ttl.Enabled || wanted === name)
  if (isSame) return []
  return [...(there.Enabled ? [set(false, name)] : []), ...(ttl.Enabled ? [set(true, wanted)] : [])]
}

function recoverySteps({ recovery, input: { TableName } }: TableSpec, { recovery: there }: CurrentTable): readonly Step[] {
  if (recovery === undefined) return []
  const { PointInTimeRecoveryEnabled: isOn, RecoveryPeriodInDays: days } = recovery
  const isSame = isOn === there.PointInTimeRecoveryEnabled && (!isOn || days === undefined || days === there.RecoveryPeriodInDays)
  return isSame ? [] : [step('recovery', 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: recovery })]
}

function policySteps(spec: TableSpec, { policy: there, streamPolicy: thereToo, table: { TableArn } }: CurrentTable): readonly Step[] {
  const { policy, streamPolicy } = spec
  const steps: Step[] = []
  if (policy !== undefined && !isSamePolicy(policy, there)) {
    const input = { ResourceArn: TableArn }
    steps.push(
      policy === null ? step('policy', 'DeleteResourcePolicy', input) : step('policy', 'PutResourcePolicy', { ...input, Policy: policy }),
    )
  }
  if (streamPolicy !== undefined && !isSamePolicy(streamPolicy, thereToo)) {
    steps.push(streamPolicy === null ? step('stream policy', 'DeleteResourcePolicy', ofStream) : streamPolicyStep(streamPolicy))
  }
  return steps
}

export function streamPolicyStep(Policy: string): Step {
  return step('stream policy', 'PutResourcePolicy', (table: Described) => ({ ...ofStream(table), Policy }))
}

/** Perhaps of a stream that the steps before made. */
function ofStream({ LatestStreamArn }: Described): object {
  return { ResourceArn: LatestStreamArn }
}

function isSamePolicy(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b))
  } catch {
    return a === b
  }
}
