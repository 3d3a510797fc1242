/** TagResource, UntagResource and ListTags, of event source mappings and of functions (lambda-triggers.md §1). */
import type { LambdaInput } from '../contract/check-input.ts'
import { invalidParameter, notFound } from '../contract/errors.ts'
import { taggedIn } from '../contract/function-name.ts'
import type { Lambda } from '../contract/shapes.ts'
import { findFunction } from '../functions.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { checkTags } from './create-event-source-mapping.ts'

type Tags = { readonly [key: string]: string }

export async function listTags(context: LambdaContext, { Resource }: LambdaInput<'ListTags'>): Promise<Lambda<'ListTagsOutput'>> {
  return { Tags: tagsOf(context, Resource) }
}

export async function tagResource(context: LambdaContext, { Resource, Tags }: LambdaInput<'TagResource'>): Promise<undefined> {
  await change(context, Resource, (before) => ({ ...before, ...Tags }))
  return undefined
}

export async function untagResource(context: LambdaContext, { Resource, TagKeys }: LambdaInput<'UntagResource'>): Promise<undefined> {
  const removed = new Set(TagKeys)
  await change(context, Resource, (before) => Object.fromEntries(Object.entries(before).filter(([key]) => !removed.has(key))))
  return undefined
}

function tagsOf(context: LambdaContext, arn: string): Tags {
  const { kind, name } = resourceIn(arn)
  if (kind === 'mapping') {
    const mapping = context.records.mapping(name)
    if (mapping === undefined) throw notFound(`Event source mapping not found: ${arn}`)
    return mapping.tags
  }
  if (findFunction(context, name) === undefined) throw notFound(`Function not found: ${arn}`)
  return context.records.registration(name)?.tags ?? {}
}

async function change(context: LambdaContext, arn: string, changed: (before: Tags) => Tags): Promise<void> {
  const { records, engine } = context
  await records.change(({ put, register }) => {
    const tags = changed(tagsOf(context, arn))
    checkTags(tags)
    const { kind, name } = resourceIn(arn)
    const mapping = kind === 'mapping' ? records.mapping(name) : undefined
    if (mapping !== undefined) put({ ...mapping, tags })
    if (kind === 'function') register({ name, isDeleted: false, modifiedMs: engine.clock.now(), ...records.registration(name), tags })
  })
}

function resourceIn(arn: string): NonNullable<ReturnType<typeof taggedIn>> {
  const resource = taggedIn(arn)
  // [I] The words.
  if (resource === undefined) throw invalidParameter(`The resource is not supported: ${arn}`)
  return resource
}
