/** What the token of a provider asks for its session: tags and a source identity, in claims that AWS names. [V] IAM's guide, session tags. */
import { StsError } from '../contract/errors.ts'
import type { Sts } from '../contract/shapes.ts'
import type { Claims } from './verify-token.ts'

export interface TokenTags {
  readonly Tags: Sts<'TagListType'>
  readonly TransitiveTagKeys: Sts<'TagKeyListType'>
  readonly sourceIdentity: string | undefined
}

const tagsClaim = 'https://aws.amazon.com/tags'
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity'
const tagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
const sourceIdentityText = /^[\w+=,.@-]{2,64}$/

/** Values stand in lists of one. [I] What is asked for otherwise than so is refused, and not left out. */
export function readTokenTags(claims: Claims): TokenTags {
  const asked = Object(claims[tagsClaim] ?? {}) as { readonly principal_tags?: unknown; readonly transitive_tag_keys?: unknown }
  const Tags = Object.entries(Object(asked.principal_tags ?? {})).map(([Key, value]) => {
    const [Value, ...more] = [value].flat()
    if (!tagKey.test(Key) || typeof Value !== 'string' || !tagValue.test(Value) || more.length > 0) throw rejected(tagsClaim)
    return { Key, Value }
  })
  const sourceIdentity = claims[sourceIdentityClaim]
  if (sourceIdentity !== undefined && !(typeof sourceIdentity === 'string' && sourceIdentityText.test(sourceIdentity))) {
    throw rejected(sourceIdentityClaim)
  }
  return { Tags, TransitiveTagKeys: textsIn(asked.transitive_tag_keys), sourceIdentity }
}

function textsIn(value: unknown): readonly string[] {
  const listed = [value ?? []].flat()
  if (!listed.every((each) => typeof each === 'string')) throw rejected(tagsClaim)
  return listed
}

function rejected(claim: string): StsError {
  return new StsError('IDPRejectedClaimException', `The claim "${claim}" of the token can't be used.`)
}
