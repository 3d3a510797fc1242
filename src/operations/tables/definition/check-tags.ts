/**
 * What tags and keys of tags may be (operations.md §5.5). The framework checks nothing of them: these checks find what is missing
 * and what is too long as well, and say it in words of their own.
 */
import { invalid } from '../../../api/errors.ts'
import { tagKeyLengthMax, tagsMax, tagValueLengthMax } from '../../../api/limits.ts'
import type { Tag } from '../../../engine/schema/table.ts'
import { firstRepeated } from './check-keys.ts'
import type { TagsRequest } from './request.ts'

/** Letters of any script, digits, spaces and a few signs; in keys as in values. */
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** An empty list is accepted. */
export function checkedTags(tags: TagsRequest): readonly Tag[] {
  checkTagCount(tags.length)
  const repeated = firstRepeated(tags.flatMap(({ Key }) => Key ?? []))
  if (repeated !== undefined) throw invalid(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${repeated}`)
  return tags.map(({ Key, Value }) => ({ key: checkedTagKey(Key), value: checkedTagValue(Value) }))
}

/** How many there are in a request, even one that removes them, or on a resource. */
export function checkTagCount(count: number): void {
  if (count > tagsMax) throw invalid('Number of Tags exceed the current limit for the provided ResourceArn')
}

export function checkedTagKey(key: string | undefined): string {
  if (key?.toLowerCase().startsWith('aws:') === true) throw invalid(`Tag Key cannot be prefixed with aws:, Key: ${key}`)
  if (key === undefined || key.length === 0 || key.length > tagKeyLengthMax || !characters.test(key)) {
    throw invalid(`The Tag Key provided is invalid, Key: ${key ?? null}`)
  }
  return key
}

function checkedTagValue(value: string | undefined): string {
  if (value === undefined || value.length > tagValueLengthMax || !characters.test(value)) {
    throw invalid(`The Tag Value provided is invalid, Value: ${value ?? null}`)
  }
  return value
}
