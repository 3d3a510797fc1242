/** Outputs of services in AWS JSON: plain JSON, but that doubles are written as such (`12.0`), so that no client takes them for integers. */

import type { Shape, ShapeTable } from '../api/shapes/shape-table.ts'
import { JsonText, writeJson } from '../base/json-text.ts'
import { type ShapeWriter, writeByShape } from './write-by-shape.ts'

/** `value` is of the shape; without one it is an empty structure. */
export function typedJson(shapes: ShapeTable, shape: Shape | undefined, value: unknown): string {
  return shape === undefined ? '{}' : writeJson(writeByShape(shapes, shape, value ?? {}, writer))
}

const writer: ShapeWriter = {
  leaf: (kind, value) => (kind === 'double' ? new JsonText(doubleText(value as number)) : value),
  /** Numbers come by the hundred thousand: they are one text together. */
  leaves: (kind, list) => {
    if (kind === 'double') return new JsonText(`[${(list as readonly number[]).map(doubleText).join(',')}]`)
    return kind === 'timestamp' ? new JsonText(JSON.stringify(list)) : undefined
  },
}

/** Finite numbers are all there are. */
function doubleText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}
