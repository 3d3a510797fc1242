/**
 * The JSON of an output. What the model calls a double is written as AWS writes it, with its point: `1.0`, `[0.0,1.0]`. Whatever
 * holds no double is printed as it is, which is nearly everything.
 */
import { JsonText, writeJson } from '../base/json-text.ts'
import type { OperationName } from './operations.ts'
import { shapeNamed } from './shapes.ts'

type Writer = (value: unknown) => string

/** By the name of the shape; undefined where it holds no double. */
const writers = new Map<string, Writer | undefined>()

export function writeOutput(operation: OperationName, output: unknown): string {
  return (writerOf(`${operation}Output`) ?? writeJson)(output)
}

/** No shape that holds a double holds itself: attribute values, the ones that do, have none. */
function writerOf(name: string): Writer | undefined {
  if (writers.has(name)) return writers.get(name)
  writers.set(name, undefined)
  const writer = madeWriter(name)
  writers.set(name, writer)
  return writer
}

function madeWriter(name: string): Writer | undefined {
  const shape = shapeNamed(name)
  switch (shape.kind) {
    case 'double':
      return writeDouble
    case 'structure': {
      const members = new Map(
        Object.entries(shape.members).flatMap(([member, of]) => {
          const writer = writerOf(of.replace('!', ''))
          return writer === undefined ? [] : [[member, writer] as const]
        }),
      )
      return members.size === 0 ? undefined : (value) => writeMembers(value, (member) => members.get(member))
    }
    case 'list': {
      const element = writerOf(shape.of.replace('!', ''))
      return element && ((value) => (Array.isArray(value) ? `[${value.map(element).join(',')}]` : writeJson(value)))
    }
    case 'map': {
      const entry = writerOf(shape.to.replace('!', ''))
      return entry && ((value) => writeMembers(value, () => entry))
    }
    default:
      return undefined
  }
}

function writeMembers(value: unknown, writerOfMember: (name: string) => Writer | undefined): string {
  if (value instanceof JsonText || value === null || typeof value !== 'object') return writeJson(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${(writerOfMember(name) ?? writeJson)(member)}`).join(',')}}`
}

function writeDouble(value: unknown): string {
  const text = writeJson(value)
  return typeof value === 'number' && /^-?\d+$/.test(text) ? `${text}.0` : text
}
