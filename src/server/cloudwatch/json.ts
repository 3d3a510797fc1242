/** CloudWatch's outputs in AWS JSON: plain JSON, but that doubles are written as such (`12.0`), so that no client takes them for integers. */
import { cloudWatchShape } from '../../api/cloudwatch/shapes.ts'
import type { Shape } from '../../api/shapes/shape-table.ts'
import { JsonText, writeJson } from '../../base/json-text.ts'

/** `value` is of the shape of that name; without one it is an empty structure. */
export function cloudWatchJson(shapeName: string, value: unknown): string {
  return writeJson(prepare(cloudWatchShape(shapeName), value ?? {}))
}

function prepare(shape: Shape | undefined, value: unknown): unknown {
  if (value === undefined) return undefined
  switch (shape?.kind) {
    case 'structure': {
      const structure = value as { readonly [name: string]: unknown }
      const members = Object.entries(shape.members)
      return Object.fromEntries(
        members.map(([name, reference]) => [name, prepare(cloudWatchShape(reference.replace('!', '')), structure[name])]),
      )
    }
    case 'list':
      return (value as readonly unknown[]).map((element) => prepare(cloudWatchShape(shape.of), element))
    case 'map':
      return Object.fromEntries(Object.entries(value as object).map(([name, entry]) => [name, prepare(cloudWatchShape(shape.to), entry)]))
    case 'double':
      return Number.isInteger(value) ? new JsonText(`${JSON.stringify(value)}${Math.abs(value as number) < 1e21 ? '.0' : ''}`) : value
    default:
      return value
  }
}
