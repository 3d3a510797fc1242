/**
 * Inputs and outputs as CloudTrail shows them: members in lower camel case, and in place of what nobody should find in a log a text that
 * says so. Names stay: of tables, indexes, attributes, placeholders; and expressions, which hold no values.
 */
import type { Shape, ShapeTable } from '../../api/shapes/shape-table.ts'
import { isObject } from '../../base/is-object.ts'

export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

/** Shapes whose values are items' own. */
const valueShapes: ReadonlySet<string> = new Set(['AttributeValue', 'KeyAttributeValue'])
/** Members that are secret, or texts in which values of items stand. */
const secretMembers = /^(SecretAccessKey|SessionToken|.*Password|WebIdentityToken|SAMLAssertion|TokenCode|Statement|NextToken)$/

/** `shapeName` is one of `shapes`; what it does not tell of is left out. */
export function withoutValues(shapes: ShapeTable, shapeName: string, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  if (valueShapes.has(shapeName)) return hidden
  const shape = shapes[shapeName]
  return shape === undefined ? undefined : shown(shapes, shape, value)
}

function shown(shapes: ShapeTable, shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return isObject(value) ? membersOf(shapes, shape.members, value) : undefined
    case 'list':
      return Array.isArray(value) ? value.map((each) => withoutValues(shapes, shape.of, each) ?? null) : undefined
    case 'map':
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutValues(shapes, shape.to, each)]))
        : undefined
    case 'blob':
      return hidden
    default:
      return typeof value === 'object' ? undefined : value
  }
}

function membersOf(shapes: ShapeTable, members: { readonly [name: string]: string }, value: { readonly [name: string]: unknown }): object {
  const all: (readonly [string, unknown])[] = []
  for (const [name, shapeName] of Object.entries(members)) {
    const member = value[name]
    if (member === undefined) continue
    all.push([lowerCamel(name), secretMembers.test(name) ? hidden : withoutValues(shapes, shapeName.replace('!', ''), member)])
  }
  return Object.fromEntries(all)
}

/** As CloudTrail does: `SSESpecification` becomes `sSESpecification`. */
function lowerCamel(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`
}
