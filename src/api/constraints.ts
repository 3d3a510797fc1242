/**
 * The second check of a body: which constraints of its shapes does it violate? This finds them, in the order in which the
 * shapes list their members; how they are told to the client is in constraint-text.ts and check-input.ts.
 */
import { tableArnLengthMax, validationErrorsMax } from './limits.ts'
import type { ListShape, MapShape, NumberShape, StringShape, StructureShape } from './shapes/shape-table.ts'
import { shapeNamed } from './shapes.ts'
import { isArn, parseTableArn } from './table-name.ts'

export interface Violation {
  readonly kind: 'null' | 'size' | 'tooLong' | 'range' | 'pattern' | 'values' | 'entries' | 'arn'
  /** Lower camel members joined by dots, as AWS prints them: `requestItems.<table>.member.keys`. */
  readonly path: string
  /** The same in the letters of the model: `RequestItems.<table>.member.Keys`. */
  readonly modelPath: string
  readonly shapeName: string
  readonly value: unknown
  /** `Member must …` or `Map keys must …`. */
  readonly constraint: string
}

/**
 * The first violations in a value that conforms to a shape, about as many as AWS collects; undefined when there are none, and
 * then nothing is allocated. Paths are relative to the value.
 */
export type Find = (value: unknown) => readonly Violation[] | undefined

/** Compiled once each, when first needed. */
const finds = new Map<string, Find | undefined>()

/** What finds violations of the shape of that name; undefined for a shape that nothing can violate. */
export function findOf(shapeName: string): Find | undefined {
  if (finds.has(shapeName)) return finds.get(shapeName)
  // Attribute values, the only shapes that contain themselves, have no constraints of this kind.
  finds.set(shapeName, undefined)
  const find = compile(shapeName)
  finds.set(shapeName, find)
  return find
}

function compile(shapeName: string): Find | undefined {
  const shape = shapeNamed(shapeName)
  switch (shape.kind) {
    case 'structure':
      return findInStructure(shape)
    case 'list':
      return findInList(shapeName, shape)
    case 'map':
      return findInMap(shapeName, shape)
    case 'string':
      return findInString(shapeName, shape)
    case 'integer':
    case 'long':
    case 'double':
      return findInNumber(shapeName, shape)
    case 'boolean':
    case 'timestamp':
    case 'blob':
      return undefined
  }
}

function findInStructure(shape: StructureShape): Find | undefined {
  const members = Object.entries(shape.members)
    .map(([name, reference]) => {
      const shapeName = reference.replace('!', '')
      return { name, shapeName, required: reference.endsWith('!'), find: findOf(shapeName) }
    })
    .filter(({ required, find }) => required || find !== undefined)
  if (members.length === 0) return undefined
  return (value) => {
    const structure = value as { readonly [name: string]: unknown }
    let found: Violation[] | undefined
    for (const { name, shapeName, required, find } of members) {
      const member = structure[name]
      let violations: readonly Violation[] | undefined
      if (member !== undefined) violations = find?.(member)
      else if (required) violations = [violation('null', shapeName, undefined, 'Member must not be null')]
      if (violations !== undefined) found = gather(found, violations, lowerCamel(name), name)
    }
    return found
  }
}

function findInList(shapeName: string, shape: ListShape): Find | undefined {
  const find = findOf(shape.of)
  if (find === undefined && shape.min === undefined && shape.max === undefined) return undefined
  return (value) => {
    const list = value as readonly unknown[]
    let found = sizeViolation(shapeName, list, list.length, shape)
    if (find === undefined) return found
    for (let index = 0; index < list.length && (found === undefined || found.length < validationErrorsMax); index += 1) {
      const violations = find(list[index])
      if (violations !== undefined) found = gather(found, violations, `${index + 1}.member`)
    }
    return found
  }
}

/** What a key violates, and what the size of a list that is a value violates, is said of the whole map, once. */
function findInMap(shapeName: string, shape: MapShape): Find | undefined {
  const findInKey = findOf(shape.from)
  const findInValue = findOf(shape.to)
  if (findInKey === undefined && findInValue === undefined && shape.min === undefined && shape.max === undefined) return undefined
  const sizedLists = shapeNamed(shape.to).kind === 'list'
  return (value) => {
    const map = value as { readonly [name: string]: unknown }
    const names = Object.keys(map)
    let found = sizeViolation(shapeName, map, names.length, shape)
    let badKey = false
    let badSize = false
    for (const name of names) {
      if (found !== undefined && found.length >= validationErrorsMax) break
      const inKey = findInKey?.(name)
      if (inKey?.[0]?.kind === 'arn') found = gather(found, inKey, '')
      else if (inKey !== undefined && !badKey) {
        badKey = true
        found = gather(
          found,
          [violation('entries', shapeName, map, `Map keys must satisfy constraint: [${constraintsOf(shape.from)}]`)],
          '',
        )
      }
      const inside = findInValue?.(map[name])
      if (inside === undefined) continue
      if (sizedLists && inside[0]?.path === '') badSize = true
      else found = gather(found, inside, `${name}.member`)
    }
    if (!badSize) return found
    return gather(found, [violation('entries', shapeName, map, `Map value must satisfy constraint: [${constraintsOf(shape.to)}]`)], '')
  }
}

/** At most one violation: length before pattern, which is tried on text of bounded length only where there is a bound. */
function findInString(shapeName: string, shape: StringShape): Find | undefined {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, orArn, open } = shape
  const values = shape.values === undefined || open ? undefined : new Set(shape.values)
  if (min === 0 && shape.max === undefined && pattern === undefined && values === undefined) return undefined
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u')
  return (value) => {
    const text = value as string
    if (orArn && isArn(text)) return findInArn(shapeName, text)
    if (text.length < min) return [violation('size', shapeName, text, `Member must have length greater than or equal to ${min}`)]
    if (text.length > max) return [violation('tooLong', shapeName, text, `Member must have length less than or equal to ${max}`)]
    if (whole?.test(text) === false) {
      return [violation('pattern', shapeName, text, `Member must satisfy regular expression pattern: ${pattern}`)]
    }
    if (values?.has(text) === false) {
      return [violation('values', shapeName, text, `Member must satisfy enum value set: [${shape.values?.join(', ')}]`)]
    }
    return undefined
  }
}

function findInArn(shapeName: string, arn: string): readonly Violation[] | undefined {
  if (arn.length > tableArnLengthMax) {
    return [violation('tooLong', shapeName, arn, `Member must have length less than or equal to ${tableArnLengthMax}`)]
  }
  return parseTableArn(arn) === undefined ? [violation('arn', shapeName, arn, '')] : undefined
}

function findInNumber(shapeName: string, { min, max }: NumberShape): Find | undefined {
  if (min === undefined && max === undefined) return undefined
  return (value) => {
    const number = value as number
    if (min !== undefined && number < min) {
      return [violation('range', shapeName, number, `Member must have value greater than or equal to ${min}`)]
    }
    if (max !== undefined && number > max) {
      return [violation('range', shapeName, number, `Member must have value less than or equal to ${max}`)]
    }
    return undefined
  }
}

function sizeViolation(shapeName: string, value: unknown, size: number, { min, max }: ListShape | MapShape): Violation[] | undefined {
  if (min !== undefined && size < min) {
    return [violation('size', shapeName, value, `Member must have length greater than or equal to ${min}`)]
  }
  if (max !== undefined && size > max) return [violation('size', shapeName, value, `Member must have length less than or equal to ${max}`)]
  return undefined
}

/** The constraints of a string or list as AWS prints them inside those of a map. */
function constraintsOf(shapeName: string): string {
  const shape = shapeNamed(shapeName)
  if (shape.kind !== 'string' && shape.kind !== 'list') return ''
  const constraints = [
    `Member must have length less than or equal to ${shape.max}`,
    `Member must have length greater than or equal to ${shape.min}`,
  ]
  if (shape.kind === 'string') constraints.push(`Member must satisfy regular expression pattern: ${shape.pattern}`)
  return constraints.join(', ')
}

/** A violation of the value itself. */
function violation(kind: Violation['kind'], shapeName: string, value: unknown, constraint: string): Violation {
  return { kind, path: '', modelPath: '', shapeName, value, constraint }
}

/** Adds what was found inside, with `path` (and `modelPath`, where it differs) before its paths. */
function gather(found: Violation[] | undefined, inside: readonly Violation[], path: string, modelPath: string = path): Violation[] {
  const violations = found ?? []
  for (const each of inside) {
    violations.push({ ...each, path: joined(path, each.path), modelPath: joined(modelPath, each.modelPath) })
  }
  return violations
}

function joined(outer: string, inner: string): string {
  return outer === '' || inner === '' ? outer + inner : `${outer}.${inner}`
}

export function lowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
