/**
 * The model as the AWS SDK for JavaScript has it. Its schema objects say which operations, structures and exceptions there are; its type
 * declarations say which strings have which values, and which operation throws what. Neither says lengths, ranges or patterns.
 *
 * Schema objects are tuples that begin with a number for their kind (`@smithy/types`, schema/static-schemas):
 *
 *   3 structure · 4 union   [kind, namespace, name, traits, member names, member schemas, how many of them are required]
 *  -3 exception             the same
 *   1 list                  [1, namespace, name, traits, element]
 *   2 map                   [2, namespace, name, traits, key, value]
 *   9 operation             [9, namespace, name, traits, input, output]
 *
 * A schema inside of another one is a function that gives it, a pair of it and its traits, or a number for a plain one:
 * 0 string · 1 number · 2 boolean · 4 to 7 timestamp · 21 blob, plus 64 for a list and 128 for a map of it; `unit` for nothing at all.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ApiModel, MemberModel, OperationModel, ScalarModel, ShapeModel, StructureModel } from './api-model.ts'
import { type Enums, readEnums } from './read-enums.ts'

const kinds = { list: 1, map: 2, structure: 3, union: 4, operation: 9, exception: -3 } as const
const [listOf, mapOf] = [64, 128]
const plain: ReadonlyMap<unknown, ScalarModel['kind']> = new Map<unknown, ScalarModel['kind']>([
  [0, 'string'],
  [1, 'number'],
  [2, 'boolean'],
  [4, 'timestamp'],
  [5, 'timestamp'],
  [6, 'timestamp'],
  [7, 'timestamp'],
  [21, 'blob'],
])

type Schema = readonly unknown[]

/** @param folder The package folder of a client, such as `node_modules/@aws-sdk/client-dynamodb`, with what it depends on beside it. */
export function readSdkModel(folder: string): ApiModel {
  const client: { readonly [name: string]: unknown } = createRequire(join(folder, 'package.json'))(folder)
  const enums = readEnums(folder)
  const schemas = Object.values(client).filter((value): value is Schema => Array.isArray(value) && typeof value[0] === 'number')
  const ofKind = (kind: number): Schema[] => schemas.filter((schema) => schema[0] === kind)
  const operations = ofKind(kinds.operation).map((schema): [string, OperationModel] => [
    String(schema[2]),
    {
      input: structureOf(resolved(schema[4]), enums),
      output: structureOf(resolved(schema[5]), enums),
      throws: throwsOf(folder, String(schema[2])),
    },
  ])
  if (operations.length === 0) throw new Error(`${folder} has no schema objects of operations in the form that is known`)
  // What every other exception of the SDK extends is nothing that a server answers.
  const exceptions = ofKind(kinds.exception).filter((schema) => String(schema[1]).startsWith('com.amazonaws.'))
  return {
    operations: new Map(operations),
    exceptions: new Map(exceptions.map((schema) => [String(schema[2]), structureOf(schema, enums)])),
  }
}

/** Both clients as one API: an exception that both have is that of the first. */
export function joinedModels(first: ApiModel, second: ApiModel): ApiModel {
  return {
    operations: new Map([...second.operations, ...first.operations]),
    exceptions: new Map([...second.exceptions, ...first.exceptions]),
  }
}

function throwsOf(folder: string, operation: string): ReadonlySet<string> {
  const declarations = readFileSync(join(folder, 'dist-types', 'commands', `${operation}Command.d.ts`), 'utf8')
  const names = [...declarations.matchAll(/@throws \{@link (\w+)\}/g)].map(([, name]) => name ?? '')
  return new Set(names.filter((name) => !name.endsWith('ServiceException')))
}

function structureOf(schema: unknown, enums: Enums): StructureModel {
  const model = modelOf(schema, undefined, enums)
  if (model.kind !== 'structure') throw new Error(`not the schema of a structure: ${JSON.stringify(schema)}`)
  return model
}

function modelOf(reference: unknown, values: readonly string[] | undefined, enums: Enums): ShapeModel {
  const schema = resolved(reference)
  if (typeof schema === 'number') return plainModel(schema, values)
  if (schema === 'unit') return { kind: 'structure', name: 'unit', members: [] }
  const [kind, , name] = schema as Schema
  switch (kind) {
    case kinds.structure:
    case kinds.union:
    case kinds.exception:
      return { kind: 'structure', name: String(name), members: membersOf(schema as Schema, enums) }
    case kinds.list:
      return { kind: 'list', of: () => modelOf((schema as Schema)[4], values, enums) }
    case kinds.map:
      return { kind: 'map', of: () => modelOf((schema as Schema)[5], values, enums) }
    default:
      throw new Error(`a schema of unknown kind: ${JSON.stringify(schema)}`)
  }
}

function plainModel(schema: number, values: readonly string[] | undefined): ShapeModel {
  if (schema >= mapOf) return { kind: 'map', of: () => plainModel(schema - mapOf, values) }
  if (schema >= listOf) return { kind: 'list', of: () => plainModel(schema - listOf, values) }
  const kind = plain.get(schema)
  if (kind === undefined) throw new Error(`a plain schema of unknown kind: ${schema}`)
  return { kind, ...(values !== undefined && { values }) }
}

function membersOf([, , structure, , names, schemas, required = 0]: Schema, enums: Enums): MemberModel[] {
  return (names as readonly string[]).map((name, index) => ({
    name,
    required: index < Number(required),
    shape: () => modelOf((schemas as readonly unknown[])[index], enums.get(`${structure}.${name}`), enums),
  }))
}

/** Without what wraps it. */
function resolved(reference: unknown): unknown {
  if (typeof reference === 'function') return resolved(reference())
  const wrapped = Array.isArray(reference) && reference.length === 2 && (typeof reference[0] === 'function' || plain.has(reference[0]))
  return wrapped ? resolved(reference[0]) : reference
}

/** Which version of a client stands in a folder. */
export function versionOf(folder: string): string {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
