/**
 * What an API promises, whoever wrote it down: operations with their shapes and exceptions. The SDK and `src/api` are both read into
 * this form, and it is taken apart into facts, which can be compared as they are.
 */

export interface ApiModel {
  readonly operations: ReadonlyMap<string, OperationModel>
  readonly exceptions: ReadonlyMap<string, StructureModel>
}

export interface OperationModel {
  readonly input: StructureModel
  readonly output: StructureModel
  readonly throws: Iterable<string>
}

export type ShapeModel = StructureModel | ContainerModel | ScalarModel

/** `name` tells structures that contain themselves. */
export interface StructureModel {
  readonly kind: 'structure'
  readonly name: string
  readonly members: readonly MemberModel[]
}

export interface MemberModel {
  readonly name: string
  readonly required: boolean
  readonly shape: ShapeModel | (() => ShapeModel)
}

interface ContainerModel {
  readonly kind: 'list' | 'map'
  readonly of: () => ShapeModel
}

export interface ScalarModel {
  readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob'
  /** Of a string: the values it may have. */
  readonly values?: readonly string[]
}

/**
 * What is said about each thing, by the path that names it: `PutItem` · `PutItem throws ThrottlingException` ·
 * `PutItem input.Item{}.S` · `PutItem input.ReturnValues = NONE` · `exception DuplicateItemException.message`.
 */
export type Facts = ReadonlyMap<string, string>

export function factsOf({ operations, exceptions }: ApiModel): Facts {
  const facts = new Map<string, string>()
  for (const [name, { input, output, throws }] of operations) {
    facts.set(name, 'operation')
    addFacts(facts, `${name} input`, input)
    addFacts(facts, `${name} output`, output)
    for (const exception of throws) facts.set(`${name} throws ${exception}`, 'exception')
  }
  for (const [name, shape] of exceptions) {
    facts.set(`exception ${name}`, 'exception')
    addFacts(facts, `exception ${name}`, shape)
  }
  return facts
}

function addFacts(facts: Map<string, string>, path: string, shape: ShapeModel, around: readonly string[] = []): void {
  switch (shape.kind) {
    case 'structure':
      if (around.includes(shape.name)) return
      for (const member of shape.members) {
        const inner = typeof member.shape === 'function' ? member.shape() : member.shape
        facts.set(`${path}.${member.name}`, member.required ? `${inner.kind}, required` : inner.kind)
        addFacts(facts, `${path}.${member.name}`, inner, [...around, shape.name])
      }
      break
    case 'list':
    case 'map': {
      const inner = shape.of()
      const innerPath = path + (shape.kind === 'list' ? '[]' : '{}')
      facts.set(innerPath, inner.kind)
      addFacts(facts, innerPath, inner, around)
      break
    }
    default:
      for (const value of shape.values ?? []) facts.set(`${path} = ${value}`, 'value')
  }
}

/** `text` is what is told of it. */
export interface Difference {
  readonly kind: 'missing' | 'extra' | 'different'
  readonly path: string
  readonly text: string
}

/** What `own` lacks, has besides, or says otherwise than `theirs`. What stands inside of something missing or extra goes without saying. */
export function differencesOf(own: Facts, theirs: Facts): Difference[] {
  const differences: Difference[] = []
  for (const [path, fact] of theirs) {
    const ours = own.get(path)
    if (ours === undefined) differences.push({ kind: 'missing', path, text: `missing    ${path}: ${fact}` })
    else if (ours !== fact) differences.push({ kind: 'different', path, text: `different  ${path}: ${fact}, but here ${ours}` })
  }
  for (const [path, fact] of own) {
    if (!theirs.has(path)) differences.push({ kind: 'extra', path, text: `extra      ${path}: ${fact}` })
  }
  return withoutWhatIsInside(differences)
}

function withoutWhatIsInside(differences: readonly Difference[]): Difference[] {
  const paths = new Set(differences.filter(({ kind }) => kind !== 'different').map(({ path }) => path))
  return differences.filter(({ path }) => {
    for (let end = path.length - 1; end > 0; end -= 1) {
      if (' .[{'.includes(path.charAt(end)) && paths.has(path.slice(0, end))) return false
    }
    return true
  })
}
