/** The model that Stator goes by: the tables of `src/api`. */
import { type ExceptionName, exceptions, membersOf } from '../../src/api/errors.ts'
import { errorsOf } from '../../src/api/operation-errors.ts'
import { type Operation, operations } from '../../src/api/operations.ts'
import { shapeNamed } from '../../src/api/shapes.ts'
import type { ApiModel, MemberModel, ShapeModel, StructureModel } from './api-model.ts'

export function readOwnModel(): ApiModel {
  const all: readonly Operation[] = Object.values(operations)
  const names = Object.keys(exceptions) as ExceptionName[]
  return {
    operations: new Map(
      all.map((operation) => [
        operation.name,
        {
          input: structureNamed(`${operation.name}Input`),
          output: structureNamed(`${operation.name}Output`),
          throws: errorsOf(operation),
        },
      ]),
    ),
    exceptions: new Map(names.map((name) => [name, exceptionNamed(name)])),
  }
}

function exceptionNamed(name: ExceptionName): StructureModel {
  const message: MemberModel = { name: exceptions[name].messageMember, required: false, shape: { kind: 'string' } }
  return { kind: 'structure', name, members: [message, ...membersNamed(membersOf(name))] }
}

function structureNamed(name: string): StructureModel {
  const model = modelOf(name)
  if (model.kind !== 'structure') throw new Error(`${name} is no structure`)
  return model
}

function modelOf(name: string): ShapeModel {
  const shape = shapeNamed(name)
  switch (shape.kind) {
    case 'structure':
      return { kind: 'structure', name, members: membersNamed(shape.members) }
    case 'list':
      return { kind: 'list', of: () => modelOf(shape.of) }
    case 'map':
      return { kind: 'map', of: () => modelOf(shape.to) }
    case 'integer':
    case 'long':
    case 'double':
      return { kind: 'number' }
    case 'string':
      return { kind: 'string', ...(shape.values !== undefined && { values: shape.values }) }
    default:
      return { kind: shape.kind }
  }
}

function membersNamed(members: { readonly [name: string]: string }): MemberModel[] {
  return Object.entries(members).map(([name, reference]) => ({
    name,
    required: reference.endsWith('!'),
    shape: () => modelOf(reference.replace('!', '')),
  }))
}
