/** Scalable targets and policies as files have them, beside tables: brought to the tables that they are of. */
import { memberOf, numberOf, type Place, type Tree, textOf, truthOf } from '../documents/tree.ts'
import type { Collected } from './collected.ts'
import type { ScalingSpec } from './table-spec.ts'

export interface FoundTarget {
  readonly id: string
  readonly place: Place
  /** `table/T` or `table/T/index/I`. */
  readonly resourceId: string
  /** `dynamodb:table:ReadCapacityUnits`. */
  readonly dimension: string
  readonly min: number | undefined
  readonly max: number | undefined
  readonly schedules: ScalingSpec['schedules']
}

export interface FoundPolicy {
  readonly id: string
  readonly place: Place
  readonly resourceId: string
  readonly dimension: string
  readonly name: string
  readonly configuration: Tree
}

export class ScalingFound {
  readonly #collected: Collected
  readonly #targets: FoundTarget[] = []
  readonly #policies: FoundPolicy[] = []

  constructor(collected: Collected) {
    this.#collected = collected
  }

  target(target: FoundTarget): void {
    this.#targets.push(target)
  }

  policy(policy: FoundPolicy): void {
    this.#policies.push(policy)
  }

  /** Gives them to their tables; those of no table are told. */
  finish(): void {
    for (const target of this.#targets) {
      const policies = this.#policies.filter(
        ({ resourceId, dimension }) => resourceId === target.resourceId && dimension === target.dimension,
      )
      const [, tableName, indexName] = /^table\/([^/]+)(?:\/index\/([^/]+))?$/.exec(target.resourceId) ?? []
      const kind = /:(Read|Write)CapacityUnits$/.exec(target.dimension)?.[1]
      const table = this.#collected.tables.find(({ input }) => input.TableName === tableName)
      const { min, max, schedules } = target
      if (table === undefined || kind === undefined || min === undefined || max === undefined) {
        this.#collected.note(target, target.id, `it scales ${target.resourceId || 'nothing that is known'}, which no file here makes`)
        continue
      }
      const spec: ScalingSpec = {
        ...(indexName !== undefined && { indexName }),
        kind: kind as 'Read' | 'Write',
        min,
        max,
        policies: policies.map(({ name, configuration }) => ({ name, configuration: configurationOf(configuration) })),
        schedules,
      }
      this.#collected.replace({ ...table, scaling: [...table.scaling, spec] })
    }
    for (const policy of this.#policies) {
      const isHeld = this.#targets.some(({ resourceId, dimension }) => resourceId === policy.resourceId && dimension === policy.dimension)
      if (!isHeld) this.#collected.note(policy, policy.id, `no file here has a scalable target for ${policy.resourceId}`)
    }
  }
}

function configurationOf(tree: Tree): { readonly [name: string]: unknown } {
  const [value, inside, outside] = ['TargetValue', 'ScaleInCooldown', 'ScaleOutCooldown'].map((name) => numberOf(memberOf(tree, name)))
  const isOneWay = truthOf(memberOf(tree, 'DisableScaleIn'))
  const metric = textOf(memberOf(tree, 'PredefinedMetricSpecification', 'PredefinedMetricType'))
  return {
    TargetValue: value,
    ...(metric !== undefined && { PredefinedMetricSpecification: { PredefinedMetricType: metric } }),
    ...(isOneWay !== undefined && { DisableScaleIn: isOneWay }),
    ...(inside !== undefined && { ScaleInCooldown: inside }),
    ...(outside !== undefined && { ScaleOutCooldown: outside }),
  }
}
