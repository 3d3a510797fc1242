/** The few forms of ASN.1's DER (X.690) that a certificate is written in. Nothing here reads any: Node does that. */

const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
} as const
const booleanTrue: Buffer = Buffer.of(0x01, 0x01, 0xff)

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(tags.sequence, ...parts)
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return tagged(tags.set, ...parts)
}

/** Of bytes that stand for no negative number. */
export function integer(bytes: Uint8Array): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0
  return tagged(tags.integer, ...(isNegative ? [Buffer.of(0)] : []), bytes)
}

/** Of whole bytes, or with some bits at the end that don't count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tagged(tags.bitString, Buffer.of(unusedBits), bytes)
}

export function octetString(bytes: Uint8Array): Buffer {
  return tagged(tags.octetString, bytes)
}

/** `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  return tagged(tags.objectId, Buffer.from([first * 40 + second, ...arcs].flatMap(base128)))
}

export function utf8(text: string): Buffer {
  return tagged(tags.utf8, Buffer.from(text))
}

/** To the second, and before 2050. */
export function utcTime(timeMs: number): Buffer {
  const iso = new Date(timeMs).toISOString()
  return tagged(tags.utcTime, Buffer.from(`${iso.slice('20'.length, 'yyyy-mm-ddThh:mm:ss'.length).replaceAll(/[-:T]/g, '')}Z`))
}

/** What is `[number] EXPLICIT` in a specification. */
export function explicit(number: number, content: Uint8Array): Buffer {
  return tagged(0xa0 | number, content)
}

/** What is `[number] IMPLICIT` of something that has no parts. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return tagged(0x80 | number, content)
}

/** An extension of a certificate. */
export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  return sequence(objectId(id), ...(isCritical ? [booleanTrue] : []), octetString(value))
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(tag, ...lengthOf(content.length)), content])
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100)
  return [0x80 | bytes.length, ...bytes]
}

function base128(arc: number): readonly number[] {
  const digits = [arc % 0x80]
  for (let rest = Math.floor(arc / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) digits.unshift((rest % 0x80) | 0x80)
  return digits
}
