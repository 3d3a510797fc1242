/** Byte strings in unsigned order, the order of every key in the store. */

export const noBytes: Uint8Array = new Uint8Array(0)

/** Negative, zero or positive, as `a` sorts before, with or after `b`. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b)
}

/** One character for each byte: a string that can be a key of a map. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** The least byte string greater than every one that starts with `prefix`; undefined when there is none (all 0xff, or empty). */
export function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length -= 1
  if (length === 0) return undefined
  // Not `slice`: that of a Buffer shares its memory.
  const end = Uint8Array.from(prefix.subarray(0, length))
  end[length - 1] = (end[length - 1] ?? 0) + 1
  return end
}
