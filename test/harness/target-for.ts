/** The X-Amz-Target of an operation by its name, whether there is such an operation or not. */
import { type Operation, operations, targetOf } from '../../src/api/operations.ts'
import { getOwn } from '../../src/base/own.ts'

export function targetFor(operation: string): string {
  const known = getOwn<Operation>(operations, operation)
  return known === undefined ? `DynamoDB_20120810.${operation}` : targetOf(known)
}
