/** Capacity of a global table: a number, or what it begins with and how it follows the load. */
import { memberOf, numberOf, type Tree } from '../documents/tree.ts'
import type { ScalingSpec } from '../tables/table-spec.ts'

/** The units of the settings of one kind, and the scaling when it is asked for. */
export function scalingOf(
  kind: 'Read' | 'Write',
  settings: Tree | undefined,
  indexName: string | undefined,
): { readonly units: Tree | undefined; readonly scaling?: ScalingSpec } {
  const scaled = memberOf(settings, `${kind}CapacityAutoScalingSettings`)
  if (scaled === undefined) return { units: memberOf(settings, `${kind}CapacityUnits`) }
  const [min, max] = ['MinCapacity', 'MaxCapacity'].map((name) => numberOf(memberOf(scaled, name)))
  const units = memberOf(scaled, 'SeedCapacity') ?? memberOf(scaled, 'MinCapacity')
  const target = memberOf(scaled, 'TargetTrackingScalingPolicyConfiguration')
  if (min === undefined || max === undefined) return { units }
  return {
    units,
    scaling: {
      ...(indexName !== undefined && { indexName }),
      kind,
      min,
      max,
      policies: policiesOf(kind, target, indexName),
      schedules: [],
    },
  }
}

function policiesOf(kind: 'Read' | 'Write', target: Tree | undefined, indexName: string | undefined): ScalingSpec['policies'] {
  const value = numberOf(memberOf(target, 'TargetValue'))
  if (value === undefined) return []
  const [inside, outside] = ['ScaleInCooldown', 'ScaleOutCooldown'].map((name) => numberOf(memberOf(target, name)))
  const isOneWay = memberOf(target, 'DisableScaleIn')
  return [
    {
      name: `${indexName ?? 'table'}-${kind}CapacityUtilization`,
      configuration: {
        TargetValue: value,
        PredefinedMetricSpecification: { PredefinedMetricType: `DynamoDB${kind}CapacityUtilization` },
        ...(isOneWay !== undefined && { DisableScaleIn: isOneWay.kind === 'scalar' && String(isOneWay.value) === 'true' }),
        ...(inside !== undefined && { ScaleInCooldown: inside }),
        ...(outside !== undefined && { ScaleOutCooldown: outside }),
      },
    },
  ]
}
