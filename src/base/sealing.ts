/**
 * Secrets as they may lie in a store or travel through a client's hands: AES-256-GCM under a key of the server. What is sealed says
 * under which key, so that a key can be replaced while what an older one sealed still opens.
 *
 * | bytes | what                                                |
 * | ----- | --------------------------------------------------- |
 * | 1     | the format, 1                                       |
 * | 4     | the first bytes of the SHA-256 of the key           |
 * | 12    | nonce                                               |
 * | 16    | authentication tag                                  |
 * | rest  | the text in UTF-8, encrypted                        |
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { sealingKeyBytes } from './limits.ts'
import type { Random } from './random.ts'

const format = 1
const algorithm = 'aes-256-gcm'
const idBytes = 4
const nonceBytes = 12
const tagBytes = 16
const headBytes: number = 1 + idBytes + nonceBytes + tagBytes
/** In which the format and the key stand: whole bytes of them, and a few bits more. */
const keyCharacters: number = Math.ceil(((1 + idBytes) * 4) / 3)

interface Key {
  readonly id: Buffer
  readonly bytes: Uint8Array
}

/** The keys of a server, each of 32 bytes. The first seals, all of them open. */
export class SealingKeys {
  readonly #keys: readonly [Key, ...Key[]]
  readonly #random: Random

  constructor([first, ...older]: readonly [Uint8Array, ...Uint8Array[]], random: Random) {
    this.#keys = [keyOf(first), ...older.map(keyOf)]
    this.#random = random
  }

  /** `purpose` is what it is sealed for; it opens for nothing else. Base64 in the letters of URLs. */
  seal(text: string, purpose: string): string {
    const { id, bytes } = this.#keys[0]
    const nonce = this.#random.bytes(nonceBytes)
    const cipher = createCipheriv(algorithm, bytes, nonce)
    cipher.setAAD(Buffer.from(purpose))
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(format), id, nonce, cipher.getAuthTag(), encrypted]).toString('base64url')
  }

  /** Undefined for what was not sealed so, or by none of these keys. */
  open(sealed: string, purpose: string): string | undefined {
    const key = this.#keyIn(sealed)
    if (key === undefined) return undefined
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < headBytes) return undefined
    const nonceAt = 1 + idBytes
    const tagAt = nonceAt + nonceBytes
    const decipher = createDecipheriv(algorithm, key.bytes, bytes.subarray(nonceAt, tagAt), { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(bytes.subarray(tagAt, headBytes))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(headBytes)), decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }

  /** Whether it was sealed by the key that seals now. */
  isCurrent(sealed: string): boolean {
    return this.#keyIn(sealed) === this.#keys[0]
  }

  /** By its first letters alone: whatever strangers send, however long, costs no more than they do. */
  #keyIn(sealed: string): Key | undefined {
    const head = Buffer.from(sealed.slice(0, keyCharacters), 'base64url')
    if (head[0] !== format) return undefined
    const id = head.subarray(1, 1 + idBytes)
    return this.#keys.find((key) => key.id.equals(id))
  }
}

/** A key in base64 or in hexadecimal digits; undefined for any other text. */
export function sealingKeyIn(text: string): Uint8Array | undefined {
  const isHex = text.length === 2 * sealingKeyBytes && /^[0-9a-fA-F]+$/.test(text)
  if (!isHex && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64')
  return bytes.length === sealingKeyBytes ? bytes : undefined
}

/** One that nobody else has. */
export function newSealingKey(random: Random): Uint8Array {
  return random.bytes(sealingKeyBytes)
}

function keyOf(bytes: Uint8Array): Key {
  return { bytes, id: createHash('sha256').update(bytes).digest().subarray(0, idBytes) }
}
