/** What a written item must fulfil for the vector indexes of its table (indexes-streams-ttl-transactions.md §4.3). */
import { invalid } from '../../api/errors.ts'
import type { VectorIndex } from '../../engine/schema/table.ts'
import { floatOf } from '../../engine/vectors/float-vector.ts'
import { type AttributeValue, typeOf } from '../../values/attribute-value.ts'

/** Refuses a value of the vector attribute that is no vector of the index. Its absence only leaves the item out. */
export function checkVector(index: VectorIndex, value: AttributeValue): void {
  const { name: indexName, vectorAttribute: name, dimensions } = index
  if (!('L' in value)) {
    throw invalid(
      `One or more parameter values were invalid. Invalid type for parameter ${name}, Expected: 32-bit floating point number list IndexName: ${indexName}`,
    )
  }
  if (value.L.length !== dimensions) {
    throw invalid(
      `One or more parameter values were invalid. Invalid size for parameter ${name}, Expected: ${dimensions}, Actual: ${value.L.length} IndexName: ${indexName}`,
    )
  }
  for (const [at, element] of value.L.entries()) {
    if (floatOf(element) !== undefined) continue
    throw invalid(
      `One or more parameter values were invalid. Invalid type for parameter ${name}[${at}], Expected: 32-bit floating point number, Actual: ${typeOf(element)}. IndexName: ${indexName}`,
    )
  }
}
