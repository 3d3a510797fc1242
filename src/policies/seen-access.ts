/**
 * What principals were seen to need, so that a policy can be written that allows that and nothing else (least-policy.ts). In bounded memory:
 * what is more is counted and not remembered. Nothing is noted before somebody asks for it.
 */
import type { ContextKeys } from './context-keys.ts'
import { seenCharactersMax, seenNeedsMax, seenPrincipalsMax, seenValuesMax } from './limits.ts'

/** Values that were named, until there are too many, or none was named once. */
export type SeenValues = ReadonlySet<string> | 'any'

export interface SeenNeed {
  /** With its service. */
  readonly action: string
  readonly resource: string
  readonly leadingKeys: SeenValues
  readonly attributes: SeenValues
}

export interface SeenPrincipal {
  /** Of the user or the role. */
  readonly arn: string
  readonly needs: readonly SeenNeed[]
  /** How often it needed what is not remembered for want of room. */
  readonly forgotten: number
}

interface KeptNeed {
  readonly action: string
  readonly resource: string
  leadingKeys: Set<string> | 'any'
  attributes: Set<string> | 'any'
}

interface KeptPrincipal {
  readonly needs: Map<string, KeptNeed>
  forgotten: number
}

export class SeenAccess {
  readonly #principals = new Map<string, KeptPrincipal>()
  #isRecording = false
  #characters = 0

  get isRecording(): boolean {
    return this.#isRecording
  }

  /** From now on, and with nothing of before. */
  record(isRecording: boolean): void {
    if (isRecording && !this.#isRecording) {
      this.#principals.clear()
      this.#characters = 0
    }
    this.#isRecording = isRecording
  }

  note(principalArn: string, action: string, resource: string, keys: ContextKeys): void {
    const principal = this.#principal(principalArn)
    if (principal === undefined) return
    const name = `${action} ${resource}`
    let need = principal.needs.get(name)
    if (need === undefined) {
      if (principal.needs.size >= seenNeedsMax || !this.#hasRoomFor(name.length)) {
        principal.forgotten += 1
        return
      }
      need = { action, resource, leadingKeys: new Set(), attributes: new Set() }
      principal.needs.set(name, need)
    }
    need.leadingKeys = this.#joined(need.leadingKeys, keys('dynamodb:leadingkeys'))
    need.attributes = this.#joined(need.attributes, keys('dynamodb:attributes'))
  }

  /** Those that are remembered, by ARN. */
  all(): readonly SeenPrincipal[] {
    return [...this.#principals].map(([arn, { needs, forgotten }]) => ({ arn, needs: [...needs.values()], forgotten }))
  }

  #principal(arn: string): KeptPrincipal | undefined {
    const known = this.#principals.get(arn)
    if (known !== undefined || this.#principals.size >= seenPrincipalsMax || !this.#hasRoomFor(arn.length)) return known
    const added = { needs: new Map(), forgotten: 0 }
    this.#principals.set(arn, added)
    return added
  }

  #joined(seen: Set<string> | 'any', given: string | readonly string[] | undefined): Set<string> | 'any' {
    if (seen === 'any') return seen
    if (given === undefined || given.length === 0) return this.#any(seen)
    for (const value of typeof given === 'string' ? [given] : given) {
      if (seen.has(value)) continue
      if (seen.size >= seenValuesMax || !this.#hasRoomFor(value.length)) return this.#any(seen)
      seen.add(value)
    }
    return seen
  }

  /** Its values need not be remembered any more. */
  #any(seen: ReadonlySet<string>): 'any' {
    for (const { length } of seen) this.#characters -= length
    return 'any'
  }

  #hasRoomFor(characters: number): boolean {
    if (this.#characters + characters > seenCharactersMax) return false
    this.#characters += characters
    return true
  }
}
