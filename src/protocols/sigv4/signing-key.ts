/**
 * The key that a secret becomes for one day, region and service, and what it makes of requests. HMAC (RFC 2104) is spelt out as two
 * hashes of prepared bytes: only a time and a hash change from one request to the next, and a hash by itself costs half of what
 * an HMAC object does.
 *
 * | inner: | key ^ 0x36, 64 bytes | algorithm LF | time, 16 | LF scope LF | hash of the canonical request, 64 |
 * | outer: | key ^ 0x5c, 64 bytes | SHA-256 of inner, 32 |
 */
import { isSameSecret, keyedDigest, sha256Characters, sha256Hex } from '../../base/digest.ts'
import { algorithm, type Credential } from './check-parts.ts'

const blockBytes = 64
const timeBytes = 'yyyymmddThhmmssZ'.length
const hexBytes = 64

/** Both sides of a comparison, which is over before anything else happens. */
const given = Buffer.alloc(hexBytes)
const right = Buffer.alloc(hexBytes)

export class SigningKey {
  readonly secretAccessKey: string
  readonly #inner: Buffer
  readonly #outer: Buffer
  readonly #timeAt: number
  readonly #hashAt: number

  constructor(secretAccessKey: string, { date, region, service, term }: Credential) {
    this.secretAccessKey = secretAccessKey
    const key = [date, region, service, term].reduce<string | Uint8Array>(
      (from, text) => keyedDigest(from, text),
      `AWS4${secretAccessKey}`,
    ) as Uint8Array
    const before = `${algorithm}\n`
    const between = `\n${date}/${region}/${service}/${term}\n`
    this.#timeAt = blockBytes + before.length
    this.#hashAt = this.#timeAt + timeBytes + Buffer.byteLength(between)
    this.#inner = Buffer.alloc(this.#hashAt + hexBytes, 0x36)
    this.#outer = Buffer.alloc(blockBytes + key.length, 0x5c)
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = byte ^ 0x36
      this.#outer[at] = byte ^ 0x5c
    }
    this.#inner.write(before, blockBytes)
    this.#inner.write(between, this.#timeAt + timeBytes)
  }

  /** The signature of a request made at `date`, in hexadecimal digits. */
  signatureOf(date: string, requestHash: string): string {
    this.#inner.write(date, this.#timeAt, timeBytes, 'latin1')
    this.#inner.write(requestHash, this.#hashAt, hexBytes, 'latin1')
    this.#outer.write(sha256Characters(this.#inner), blockBytes, 'latin1')
    return sha256Hex(this.#outer)
  }

  /** Whether that is `signature`. How long it takes tells nothing of where they differ. */
  verifies(signature: string, date: string, requestHash: string): boolean {
    right.write(this.signatureOf(date, requestHash), 'latin1')
    given.write(signature.length === hexBytes ? signature : '', 'latin1')
    return isSameSecret(given, right) && signature.length === hexBytes
  }
}
