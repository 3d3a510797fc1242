/** Operations on single items: registers (put, get, delete), conditional registers (by version) and counters, all in the same items. */
import type { Choices } from '../fuzz/choices.ts'
import { type Answer, type Condition, type Item, itemOf, keysOf, type Operation, type Returns } from './model.ts'
import type { Asker } from './run-clients.ts'

export interface ItemAskerOptions {
  readonly keys: readonly string[]
  /** Whether items are also read through indexes by color and grade. */
  readonly queries?: boolean
}

export const colors = ['red', 'green', 'blue'] as const
const gradesMax = 3
const stayPercent = 70
const putReturns: readonly Returns[] = ['NONE', 'ALL_OLD', 'ALL_OLD']
const updateReturns: readonly Returns[] = ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']

/** Stays with an item for a while, for a version that was read long ago is no condition worth trying. */
export function askItems({ keys, queries = false }: ItemAskerOptions): Asker {
  const seen = new Map<string, Item>()
  let key: string | undefined
  return {
    draw: (choices, tag) => {
      key = key !== undefined && choices.chance(stayPercent) ? key : choices.pick(keys)
      return queries && choices.chance(35) ? drawQuery(choices, key, seen.get(key)) : drawOperation(choices, key, seen.get(key), tag)
    },
    told: (operation, answer) => {
      const [about = ''] = keysOf(operation)
      const item = itemTold(answer)
      if (item?.['version'] !== undefined) seen.set(about, item)
    },
  }
}

function itemTold(answer: Answer): Item | null | undefined {
  if (answer.kind === 'items') return answer.items[0]
  if (answer.kind === 'done') return answer.attributes
  return answer.kind === 'refused' ? answer.item : undefined
}

/** Under the value it had last, which is where it is or where it must not be any more, or under any. */
function drawQuery(choices: Choices, key: string, seen: Item | undefined): Operation {
  const color = { kind: 'query', index: 'color', key, value: choices.pick(colors) } as const
  const grade = { kind: 'query', index: 'grade', key, value: choices.below(gradesMax) } as const
  const query = choices.pick([color, grade])
  return { ...query, value: choices.chance(70) ? (seen?.[query.index] ?? query.value) : query.value }
}

function drawOperation(choices: Choices, key: string, seen: Item | undefined, tag: string): Operation {
  const item = drawItem(choices, Number(seen?.['version'] ?? 0) + 1, tag)
  const sameVersion: Condition = { kind: 'equal', attribute: 'version', value: seen?.['version'] ?? 1 }
  const conditional = (condition: Condition): { condition: Condition; showsRefused: boolean } => ({
    condition,
    showsRefused: choices.chance(60),
  })
  const put = { kind: 'put', key, item, returns: choices.pick(putReturns) } as const
  const update = { kind: 'update', key, add: {}, set: { tag }, returns: choices.pick(updateReturns) } as const
  const remove = { kind: 'delete', key, returns: 'ALL_OLD' } as const
  const roll = choices.below(100)
  if (roll < 25) return { kind: 'get', key }
  if (roll < 35) return put
  if (roll < 45) return { ...put, ...conditional({ kind: 'absent' }) }
  if (roll < 56) return { ...put, ...conditional(sameVersion) }
  if (roll < 72) return { ...update, add: { count: 1 + choices.below(3) } }
  if (roll < 86) return { ...update, set: item, ...conditional(sameVersion) }
  if (roll < 90) return { ...update, add: { count: 1, version: 1 }, ...conditional({ kind: 'present' }) }
  if (roll < 96) return remove
  return { ...remove, ...conditional(sameVersion) }
}

function drawItem(choices: Choices, version: number, tag: string): Item {
  const { color, grade } = { color: choices.pick(colors), grade: choices.below(gradesMax) }
  return itemOf(Object.entries({ color, grade, count: choices.below(10), version, tag }))
}
