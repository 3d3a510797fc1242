/** Scalable targets, their policies and schedules, as far as the server has them otherwise. */
import type { ScalingSpec, TableSpec } from '../tables/table-spec.ts'
import type { CurrentScaling } from './current-table.ts'
import type { Step } from './step.ts'

export function scalingSteps({ scaling, input: { TableName } }: TableSpec, there: readonly CurrentScaling[]): readonly Step[] {
  return scaling.flatMap((each) => targetSteps(each, TableName, there))
}

function targetSteps(
  { indexName, kind, min, max, policies, schedules }: ScalingSpec,
  tableName: string,
  there: readonly CurrentScaling[],
): readonly Step[] {
  const ResourceId = indexName === undefined ? `table/${tableName}` : `table/${tableName}/index/${indexName}`
  const ScalableDimension = `dynamodb:${indexName === undefined ? 'table' : 'index'}:${kind}CapacityUnits`
  const named = { ServiceNamespace: 'dynamodb', ResourceId, ScalableDimension }
  const current = there.find((each) => each.resourceId === ResourceId && each.dimension === ScalableDimension)
  const what = `scaling of ${kind.toLowerCase()}s${indexName === undefined ? '' : ` of ${indexName}`}`
  const step = (operation: string, input: object): Step => ({
    what,
    service: 'scaling',
    operation,
    input: { ...named, ...input },
    waits: false,
  })
  const changed = policies.filter(({ name, configuration }) => !holds(configuration, current?.policies.get(name)))
  return [
    ...(current?.min === min && current.max === max ? [] : [step('RegisterScalableTarget', { MinCapacity: min, MaxCapacity: max })]),
    ...changed.map(({ name, configuration }) =>
      step('PutScalingPolicy', {
        PolicyName: name,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: configuration,
      }),
    ),
    // They are told apart by nothing that a description would not change: put again they are the same.
    ...(current === undefined ? schedules.map((each) => step('PutScheduledAction', each)) : []),
  ]
}

/** Whether all that is wanted is there, whatever is there besides. */
function holds(wanted: unknown, there: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === there
  if (typeof there !== 'object' || there === null) return false
  return Object.entries(wanted).every(([name, value]) => holds(value, (there as { readonly [name: string]: unknown })[name]))
}
