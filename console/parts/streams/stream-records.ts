/** Records of a stream as GetRecords gives them, and what they say of the item. */
import { type AttributeValue, type Item, isSame } from '../../values/attribute-value.ts'

export interface StreamRecord {
  readonly eventID: string
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  /** Of time to live. */
  readonly userIdentity?: { readonly PrincipalId: string }
  readonly dynamodb: {
    /** Seconds since the Unix epoch. */
    readonly ApproximateCreationDateTime: number
    readonly Keys: Item
    readonly OldImage?: Item
    readonly NewImage?: Item
    readonly SizeBytes: number
  }
}

export interface Difference {
  readonly name: string
  readonly before: AttributeValue | undefined
  readonly after: AttributeValue | undefined
}

/** Without the key. Of a stream with one image alone, all of that. */
export function differencesOf({ dynamodb: { Keys, OldImage = {}, NewImage = {} } }: StreamRecord): readonly Difference[] {
  const names = [...new Set([...Object.keys(OldImage), ...Object.keys(NewImage)])].filter((name) => !(name in Keys))
  return names.flatMap((name) => (isSame(OldImage[name], NewImage[name]) ? [] : [{ name, before: OldImage[name], after: NewImage[name] }]))
}
