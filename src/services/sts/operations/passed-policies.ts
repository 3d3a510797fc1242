/** What is passed along when a session begins: policies, tags and a source identity, checked. */
import { MalformedPolicy } from '../../../policies/malformed-policy.ts'
import { parsePolicy } from '../../../policies/parse-policy.ts'
import { findPolicyOfArn } from '../../iam/operations/find-entity.ts'
import { invalidParameter, StsError, validationError } from '../contract/errors.ts'
import { packedPolicyCharactersMax, policyArnsMax, sessionTagsMax } from '../contract/limits.ts'
import type { Sts } from '../contract/shapes.ts'
import type { StsContext } from './sts-context.ts'

interface Passing {
  readonly Policy?: string
  readonly PolicyArns?: Sts<'PolicyDescriptorListType'>
  readonly Tags?: Sts<'TagListType'>
  readonly TransitiveTagKeys?: Sts<'TagKeyListType'>
}

export interface Passed {
  readonly policies: readonly string[]
  readonly policyArns: readonly string[]
  /** Those of the session that asks and are handed on stand before those of the request. */
  readonly tags: readonly SessionTag[]
  readonly transitiveTagKeys: readonly string[]
  /** Of the answer: only where something was passed. */
  readonly packed: { readonly PackedPolicySize?: number }
}

export function checkPassed(context: StsContext, { Policy, PolicyArns = [], Tags = [], TransitiveTagKeys = [] }: Passing): Passed {
  if (Policy !== undefined) checkSessionPolicy(Policy)
  const policyArns = PolicyArns.flatMap(({ arn }) => arn ?? [])
  checkArns(context, policyArns)
  const { session } = context.caller
  const handedOn = amongKeys([...(session?.tags ?? [])], session?.transitiveTagKeys ?? [])
  checkTags(Tags, TransitiveTagKeys, handedOn)
  const asked = Tags.map(({ Key, Value }) => [Key, Value] as const)
  return {
    policies: Policy === undefined ? [] : [Policy],
    policyArns,
    tags: [...handedOn, ...asked],
    transitiveTagKeys: [...handedOn, ...amongKeys(asked, TransitiveTagKeys)].map(([key]) => key),
    packed: packedSize(Policy, policyArns, Tags),
  }
}

type SessionTag = readonly [key: string, value: string]

/** Those of the keys, which are not distinguished by case; they stay spelled as the tags are. */
function amongKeys(tags: readonly SessionTag[], keys: readonly string[]): readonly SessionTag[] {
  const folded = new Set(keys.map((key) => key.toLowerCase()))
  return tags.filter(([key]) => folded.has(key.toLowerCase()))
}

function checkSessionPolicy(policy: string): void {
  try {
    parsePolicy('session', policy)
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new StsError('MalformedPolicyDocumentException', error.message)
    throw error
  }
}

function checkArns({ engine, identities }: StsContext, arns: readonly string[]): void {
  if (arns.length > policyArnsMax) throw validationError(`The number of session policy ARNs exceeds ${policyArnsMax}.`)
  for (const arn of arns) {
    if (findPolicyOfArn(identities, engine.account, arn) === undefined)
      throw validationError(`Policy ${arn} does not exist or is not attachable.`)
  }
}

/** [V] The three texts: iam-and-sigv4.md §2.1. */
function checkTags(tags: Sts<'TagListType'>, transitive: readonly string[], handedOn: readonly SessionTag[]): void {
  if (tags.length > sessionTagsMax) throw validationError(`The number of session tags exceeds ${sessionTagsMax}.`)
  const keys = new Set(tags.map(({ Key }) => Key.toLowerCase()))
  if (keys.size < tags.length) throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  if (transitive.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalidParameter('The specified transitive tag key must be included in the requested tags.')
  }
  if (handedOn.some(([key]) => keys.has(key.toLowerCase()))) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
}

/** AWS packs in a way that nobody has told of: here it is counted what is passed. [I] */
function packedSize(policy: string | undefined, arns: readonly string[], tags: Sts<'TagListType'>): Passed['packed'] {
  if (policy === undefined && arns.length === 0 && tags.length === 0) return {}
  const texts = [policy?.replaceAll(/\s/g, '') ?? '', ...tags.flatMap(({ Key, Value }) => [Key, Value])]
  const { length } = texts.join('')
  const percent = Math.ceil((length / packedPolicyCharactersMax) * 100)
  if (length > packedPolicyCharactersMax) {
    throw new StsError('PackedPolicyTooLargeException', `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`)
  }
  return { PackedPolicySize: percent }
}
