/** Tags of users, roles and managed policies: Tag…, Untag… and List…Tags are the same for all three. */
import { IamError, quotaExceeded } from '../contract/errors.ts'
import { tagsMax } from '../contract/limits.ts'
import type { Iam } from '../contract/shapes.ts'
import type { Tag, Tagged } from '../identities/entity.ts'
import { changeableOwner, changeablePolicy, findOwner, findPolicy, type OwnerNames } from './find-entity.ts'
import type { IamContext, IamHandler } from './iam-context.ts'
import { type PageRequest, pageOf } from './page.ts'

interface TaggedNames extends OwnerNames {
  readonly PolicyArn?: string
}

type TaggedKind = Tagged['kind']

export function tagEntity(kind: TaggedKind): IamHandler<TaggedNames & { readonly Tags: readonly Tag[] }> {
  return async (context, input) => {
    checkTags(input.Tags)
    await context.identities.change((turn) => {
      const entity = changeable(context, kind, input)
      const tags = [...withoutTags(entity.tags, input.Tags), ...input.Tags]
      if (tags.length > tagsMax) throw quotaExceeded('TagsPerResource', tagsMax)
      turn.put({ ...entity, tags })
    })
  }
}

export function untagEntity(kind: TaggedKind): IamHandler<TaggedNames & { readonly TagKeys: readonly string[] }> {
  return async (context, input) => {
    await context.identities.change((turn) => {
      const entity = changeable(context, kind, input)
      turn.put({
        ...entity,
        tags: withoutTags(
          entity.tags,
          input.TagKeys.map((Key) => ({ Key })),
        ),
      })
    })
  }
}

export function listTags(kind: TaggedKind): IamHandler<TaggedNames & PageRequest, Iam<'ListUserTagsOutput'>> {
  return async (context, input) => {
    const { tags } = kind === 'policy' ? findPolicy(context, input.PolicyArn ?? '') : findOwner(context, kind, input)
    const sorted = [...tags].sort((one, other) => (one.Key < other.Key ? -1 : 1))
    const { items, next } = pageOf(sorted, input, ({ Key }) => Key)
    return { Tags: items, ...next }
  }
}

/** Keys of tags are not distinguished by case. [V] The words: iam-and-sigv4.md §2.1. */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ Key }) => Key.toLowerCase()))
  if (keys.size < tags.length) {
    throw new IamError('InvalidInputException', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
}

function changeable(context: IamContext, kind: TaggedKind, input: TaggedNames): Tagged {
  return kind === 'policy' ? changeablePolicy(context, input.PolicyArn ?? '') : changeableOwner(context, kind, input)
}

function withoutTags(tags: readonly Tag[], others: readonly Pick<Tag, 'Key'>[]): readonly Tag[] {
  const gone = new Set(others.map(({ Key }) => Key.toLowerCase()))
  return tags.filter(({ Key }) => !gone.has(Key.toLowerCase()))
}
