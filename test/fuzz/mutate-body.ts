/**
 * Turns a sound request into the bytes of a request that may be wrong anywhere: members of another type, missing, doubled or
 * foreign ones, great depth, and damage to the bytes themselves.
 */
import { JsonText, writeJson } from '../../src/base/json-text.ts'
import { setOwn } from '../../src/base/own.ts'
import type { Choices } from './choices.ts'
import { validRequests } from './valid-requests.ts'
import { anyJson, anyValue, type WildJson, type WildObject } from './wild-values.ts'

const oddMembers = ['__proto__', 'constructor', 'toString', '', 'x', 'tablename', 'S', 'N', '☃', 'x'.repeat(256)]
const oddBytes = [0x00, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x80, 0xc0, 0xed, 0xef, 0xf5, 0xff]

/** The bytes of `request` after one to three mutations of its tree and, in one of four cases, damage to its text. */
export function mutateBody(choices: Choices, request: WildObject): Uint8Array {
  const tree = structuredClone(request)
  const damageBytes = choices.chance(25)
  if (!damageBytes || choices.chance(50)) choices.several(1, 3, () => mutateTree(choices, tree))
  const bytes = Buffer.from(writeJson(tree))
  return damageBytes ? damaged(choices, bytes) : bytes
}

interface Place {
  readonly parent: WildObject | WildJson[]
  readonly name: string
}

/** Changes one place of the tree. Values may be JsonText. */
export function mutateTree(choices: Choices, tree: WildObject): void {
  const places = placesOf(tree)
  if (places.length === 0) {
    setOwn(tree, choices.pick(oddMembers), anyJson(choices))
    return
  }
  const { parent, name } = choices.pick(places)
  if (Array.isArray(parent)) mutateElement(choices, parent, Number(name))
  else mutateMember(choices, parent, name)
}

function mutateMember(choices: Choices, parent: WildObject, name: string): void {
  const old = parent[name] as WildJson
  switch (choices.below(8)) {
    case 0:
      delete parent[name]
      break
    case 1:
      delete parent[name]
      setOwn(parent, choices.pick(oddMembers), old)
      break
    case 2:
      setOwn(parent, choices.pick(oddMembers), anyJson(choices))
      break
    case 3:
      parent[name] = new JsonText(`${writeJson(old)},${JSON.stringify(name)}:${writeJson(choices.chance(50) ? old : anyJson(choices))}`)
      break
    case 4:
      Object.assign(parent, foreignMember(choices))
      break
    case 5:
      parent[name] = anyValue(choices)
      break
    default:
      parent[name] = anyJson(choices)
  }
}

function mutateElement(choices: Choices, parent: WildJson[], at: number): void {
  const old = parent[at] as WildJson
  switch (choices.below(5)) {
    case 0:
      parent.splice(at, 1)
      break
    case 1:
      parent.splice(at, 0, old)
      break
    case 2:
      parent.push(...Array.from({ length: isSmall(old) ? choices.pick([25, 26, 99, 101, 1000]) : 1 }, () => copyOf(old)))
      break
    default:
      parent[at] = choices.chance(50) ? anyValue(choices) : anyJson(choices)
  }
}

/** A thousand of these still make a body that HTTP would let through. */
function isSmall(json: WildJson): boolean {
  return writeJson(json).length < 2000
}

/** What is mutated later is one of the copies: in all of them it made a body of hundreds of megabytes, which HTTP lets nobody send. */
function copyOf(json: WildJson): WildJson {
  if (typeof json !== 'object' || json === null || json instanceof JsonText) return json
  if (Array.isArray(json)) return json.map(copyOf)
  const copy: WildObject = {}
  for (const [name, value] of Object.entries(json)) setOwn(copy, name, copyOf(value as WildJson))
  return copy
}

/** A member as some other operation, or another form of the same one, has it. */
function foreignMember(choices: Choices): WildObject {
  const request = choices.pick(choices.pick(Object.values(validRequests)))
  const names = Object.keys(request)
  if (names.length === 0) return {}
  const name = choices.pick(names)
  return { [name]: structuredClone(request[name] as WildJson) }
}

/** Every member and element of the tree, each once. What is already JsonText stays closed. */
function placesOf(tree: WildObject): readonly Place[] {
  const places: Place[] = []
  const open: (WildObject | WildJson[])[] = [tree]
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const [name, child] of Object.entries(parent)) {
      places.push({ parent, name })
      if (typeof child === 'object' && child !== null && !(child instanceof JsonText)) open.push(child as WildObject | WildJson[])
    }
  }
  return places
}

/** The bytes with some of them cut out, doubled, changed or added. */
export function damaged(choices: Choices, bytes: Uint8Array): Uint8Array {
  const at = choices.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + 1 + choices.below(20))
  const [before, inside, behind] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)]
  switch (choices.below(6)) {
    case 0:
      return before
    case 1:
      return Buffer.concat([before, behind])
    case 2:
      return Buffer.concat([before, inside, inside, behind])
    case 3:
      return Buffer.concat([before, inside.map((byte) => byte ^ (1 << choices.below(8))), behind])
    case 4:
      return Buffer.concat([before, Uint8Array.from(choices.several(1, 4, () => choices.pick(oddBytes))), inside, behind])
    default:
      return Buffer.concat([bytes, Buffer.from(choices.pick(['}', '{}', ' ', '\u0000', ',', 'null']))])
  }
}
