/** Arrays as PostgreSQL takes them in binary form: the driver writes only text, in which bytes are twice as long and copied twice. */

// Format: one dimension, whether there are nulls, type of the elements, how many, from 1; then each with its length, -1 for null.
const headerBytes = 20
const byteaType = 17
const bigintType = 20
const textType = 25

export function byteaArray(list: readonly (Uint8Array | null)[]): Buffer {
  let size = headerBytes
  for (const each of list) size += 4 + (each === null ? 0 : each.length)
  const array = openArray(byteaType, list.length, size)
  let at = headerBytes
  for (const each of list) {
    array.writeInt32BE(each === null ? -1 : each.length, at)
    at += 4
    if (each === null) continue
    array.set(each, at)
    at += each.length
  }
  return array
}

export function textArray(list: readonly (string | null)[]): Buffer {
  let size = headerBytes
  for (const each of list) size += 4 + (each === null ? 0 : Buffer.byteLength(each))
  const array = openArray(textType, list.length, size)
  let at = headerBytes
  for (const each of list) {
    const length = each === null ? -1 : array.write(each, at + 4)
    array.writeInt32BE(length, at)
    at += 4 + Math.max(length, 0)
  }
  return array
}

/** Of safe integers. */
export function bigintArray(list: readonly number[]): Buffer {
  const array = openArray(bigintType, list.length, headerBytes + list.length * (4 + 8))
  for (const [index, each] of list.entries()) {
    const at = headerBytes + index * (4 + 8)
    array.writeInt32BE(8, at)
    array.writeBigInt64BE(BigInt(each), at + 4)
  }
  return array
}

function openArray(type: number, length: number, size: number): Buffer {
  const array = Buffer.allocUnsafe(size)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(1, 4)
  array.writeInt32BE(type, 8)
  array.writeInt32BE(length, 12)
  array.writeInt32BE(1, 16)
  return array
}
