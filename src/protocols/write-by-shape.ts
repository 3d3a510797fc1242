/** From a value to what a protocol writes, along the value's shape: the walk that all protocols share. */
import type { Shape, ShapeTable } from '../api/shapes/shape-table.ts'

export interface ShapeWriter {
  /** Numbers, texts, times and whatever has no shape. */
  leaf(kind: Shape['kind'] | undefined, value: unknown): unknown
  /** A list of leaves at one go, where that is cheaper; undefined to have them one by one. */
  leaves?(kind: Shape['kind'] | undefined, list: readonly unknown[]): unknown
  /** What lists and maps are around what they hold. Default: arrays and objects. */
  list?(elements: readonly unknown[]): unknown
  map?(entries: readonly (readonly [name: string, entry: unknown])[]): unknown
}

/** `value` is of the shape. Members that are undefined, or that the shape does not name, are left out. */
export function writeByShape(shapes: ShapeTable, shape: Shape | undefined, value: unknown, writer: ShapeWriter): unknown {
  switch (shape?.kind) {
    case 'structure': {
      const structure = value as { readonly [name: string]: unknown }
      const written: { [name: string]: unknown } = {}
      for (const [name, reference] of Object.entries(shape.members)) {
        const member = structure[name]
        if (member !== undefined) written[name] = writeByShape(shapes, shapes[reference.replace('!', '')], member, writer)
      }
      return written
    }
    case 'list': {
      const list = value as readonly unknown[]
      const element = shapes[shape.of]
      const atOnce = writer.leaves?.(element?.kind, list)
      if (atOnce !== undefined) return atOnce
      const elements = list.map((each) => writeByShape(shapes, element, each, writer))
      return writer.list?.(elements) ?? elements
    }
    case 'map': {
      const of = shapes[shape.to]
      const entries = Object.entries(value as object).map(([name, entry]) => [name, writeByShape(shapes, of, entry, writer)] as const)
      return writer.map?.(entries) ?? Object.fromEntries(entries)
    }
    default:
      return writer.leaf(shape?.kind, value)
  }
}
