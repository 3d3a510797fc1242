/** AWS::ApplicationAutoScaling: targets and policies that stand beside the tables whose capacity they move. */
import { elementsOf, memberOf, numberOf, type Place, plainOf, type Tree, textOf, unresolvedIn } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { type FoundPolicy, type FoundTarget, ScalingFound } from '../tables/scaling-found.ts'
import { dependsOn } from '../tables/unresolved-text.ts'

interface ScalingResource {
  readonly id: string
  readonly place: Place
  /** Resolved. */
  readonly properties: Tree
}

export class ScalingResources {
  readonly #found: ScalingFound
  readonly #collected: Collected
  readonly #targets = new Map<string, FoundTarget>()
  readonly #policies: { readonly resource: ScalingResource; readonly targetId: string | undefined }[] = []

  constructor(collected: Collected) {
    this.#collected = collected
    this.#found = new ScalingFound(collected)
  }

  /** `id`: with the prefix of its stack. */
  target(resource: ScalingResource): void {
    const { id, place, properties } = resource
    if (textOf(memberOf(properties, 'ServiceNamespace')) !== 'dynamodb') {
      this.#collected.other('AWS::ApplicationAutoScaling::ScalableTarget')
      return
    }
    const unknown =
      unresolvedIn(memberOf(properties, 'ResourceId')) ??
      unresolvedIn(memberOf(properties, 'MinCapacity')) ??
      unresolvedIn(memberOf(properties, 'MaxCapacity'))
    if (unknown !== undefined) {
      this.#collected.note(unknown, id, dependsOn(unknown))
      return
    }
    const target: FoundTarget = {
      id,
      place,
      resourceId: textOf(memberOf(properties, 'ResourceId')) ?? '',
      dimension: textOf(memberOf(properties, 'ScalableDimension')) ?? '',
      min: numberOf(memberOf(properties, 'MinCapacity')),
      max: numberOf(memberOf(properties, 'MaxCapacity')),
      schedules: elementsOf(memberOf(properties, 'ScheduledActions')).map((each) => plainOf(each) as { readonly [name: string]: unknown }),
    }
    this.#targets.set(id, target)
    this.#found.target(target)
  }

  /** `prefix`: of its stack, for the target that it names. */
  policy(resource: ScalingResource, prefix: string): void {
    const named = textOf(memberOf(resource.properties, 'ScalingTargetId'))
    this.#policies.push({ resource, targetId: named && `${prefix}${named}` })
  }

  /** Once all are there: gives them to their tables. */
  finish(): void {
    for (const { resource, targetId } of this.#policies) {
      const policy = this.#policyOf(resource, targetId)
      if (policy !== undefined) this.#found.policy(policy)
    }
    this.#found.finish()
  }

  #policyOf({ id, place, properties }: ScalingResource, targetId: string | undefined): FoundPolicy | undefined {
    const target = targetId === undefined ? undefined : this.#targets.get(targetId)
    const resourceId = textOf(memberOf(properties, 'ResourceId')) ?? target?.resourceId
    const dimension = textOf(memberOf(properties, 'ScalableDimension')) ?? target?.dimension
    // Of another service, or a target that was told already.
    if (resourceId === undefined || dimension === undefined || !dimension.startsWith('dynamodb:')) {
      this.#collected.other('AWS::ApplicationAutoScaling::ScalingPolicy')
      return undefined
    }
    const configuration = memberOf(properties, 'TargetTrackingScalingPolicyConfiguration')
    const unknown = unresolvedIn(configuration)
    if (configuration === undefined || unknown !== undefined) {
      this.#collected.note({ place }, id, unknown === undefined ? 'only target tracking moves the capacity of tables' : dependsOn(unknown))
      return undefined
    }
    const name = textOf(memberOf(properties, 'PolicyName')) ?? id
    return { id, place, resourceId, dimension, name, configuration }
  }
}
