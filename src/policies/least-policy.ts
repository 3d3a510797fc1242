/** The least policy that allows what a principal was seen to need: statements by resource and by what was named of keys and attributes. */
import { literalPattern } from './literal-pattern.ts'
import type { SeenNeed, SeenValues } from './seen-access.ts'

export interface LeastPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly LeastStatement[]
}

interface LeastStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  readonly Condition?: { readonly 'ForAllValues:StringEquals': { readonly [key: string]: readonly string[] } }
}

export function leastPolicy(needs: readonly SeenNeed[]): LeastPolicy {
  const byLimits = new Map<string, { readonly limits: Limits; readonly resource: string; readonly actions: Set<string> }>()
  for (const need of needs) {
    const limits = limitsOf(need)
    const name = JSON.stringify([need.resource, limits])
    const known = byLimits.get(name)
    if (known === undefined) byLimits.set(name, { limits, resource: need.resource, actions: new Set([need.action]) })
    else known.actions.add(need.action)
  }
  const statements = [...byLimits.values()].map(({ limits, resource, actions }): LeastStatement => {
    const condition = Object.keys(limits).length === 0 ? {} : { Condition: { 'ForAllValues:StringEquals': limits } }
    return { Effect: 'Allow', Action: [...actions].sort(), Resource: [patternOf(resource)], ...condition }
  })
  return { Version: '2012-10-17', Statement: statements.sort(byResource) }
}

/** What is needed of objects is needed of all whose names begin so. */
function patternOf(resource: string): string {
  const isOfObjects = /^arn:[a-z-]+:s3:::.*\*$/.test(resource)
  return isOfObjects ? `${literalPattern(resource.slice(0, -1))}*` : literalPattern(resource)
}

type Limits = { readonly [key: string]: readonly string[] }

function limitsOf({ leadingKeys, attributes }: SeenNeed): Limits {
  return { ...limitOf('dynamodb:LeadingKeys', leadingKeys), ...limitOf('dynamodb:Attributes', attributes) }
}

function limitOf(key: string, values: SeenValues): Limits {
  return values === 'any' ? {} : { [key]: [...values].sort().map((value) => value.replaceAll('$', () => '${$}')) }
}

function byResource(a: LeastStatement, b: LeastStatement): number {
  const [one, other] = [a, b].map(({ Resource, Action }) => `${Resource.join()} ${Action.join()}`)
  return (one ?? '') < (other ?? '') ? -1 : 1
}
