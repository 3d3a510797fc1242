/** What operations of Application Auto Scaling need to be allowed: their action on everything, with what they say of targets. */
import type { ContextValue } from '../../../policies/context-keys.ts'
import { UncheckedMembers } from '../../unchecked-members.ts'
import type { WingCall, WingNeed } from '../../wing.ts'
import { scalingShapes } from '../contract/shapes.ts'

/** [V] Service Authorization Reference. */
const contextKeys = { ServiceNamespace: 'service-namespace', ScalableDimension: 'scalable-dimension' } as const

export function scalingNeeds({ operation, raw }: Omit<WingCall, 'writing'>): readonly WingNeed[] {
  const members = new UncheckedMembers(scalingShapes, operation, raw)
  const keys = new Map<string, ContextValue>()
  for (const [member, key] of Object.entries(contextKeys)) {
    const value = members.text(member)
    if (value !== undefined) keys.set(`application-autoscaling:${key}`, value)
  }
  return [{ action: operation, resource: '*', keys }]
}
