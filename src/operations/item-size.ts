/** The 400 KB gate (data-model.md §5). */
import { invalid } from '../api/errors.ts'
import { itemSizeBytesMax } from '../api/limits.ts'

/** Of a finished item that replaces another or none. */
export function checkItemSize(sizeBytes: number): void {
  if (sizeBytes > itemSizeBytesMax) throw invalid('Item size has exceeded the maximum allowed size')
}

/** Of a finished item that an update made, or of what the update's statement is charged. */
export function checkUpdatedSize(sizeBytes: number): void {
  if (sizeBytes > itemSizeBytesMax) throw invalid('Item size to update has exceeded the maximum allowed size')
}
