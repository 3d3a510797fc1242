/** CloudWatch's outputs in AWS JSON: plain JSON, but that doubles are written as such (`12.0`), so that no client takes them for integers. */

import type { Shape } from '../api/shapes/shape-table.ts'
import { JsonText, writeJson } from '../base/json-text.ts'
import { cloudWatchShape } from '../services/cloudwatch/contract/shapes.ts'

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
      return preparedList(cloudWatchShape(shape.of), value as readonly unknown[])
    case 'map':
      return Object.fromEntries(Object.entries(value as object).map(([name, entry]) => [name, prepare(cloudWatchShape(shape.to), entry)]))
    case 'double':
      return new JsonText(doubleText(value as number))
    default:
      return value
  }
}

/** Numbers come by the hundred thousand: they are one text together. */
function preparedList(shape: Shape | undefined, list: readonly unknown[]): unknown {
  if (shape?.kind === 'double') return new JsonText(`[${(list as readonly number[]).map(doubleText).join(',')}]`)
  if (shape?.kind === 'timestamp') return new JsonText(JSON.stringify(list))
  return list.map((element) => prepare(shape, element))
}

/** Finite numbers are all there are. */
function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}
