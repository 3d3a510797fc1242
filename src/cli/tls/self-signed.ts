/**
 * A certificate that a server signs itself (RFC 5280), for a laptop: clients trust it when they are given it. Node makes keys and
 * signatures and reads certificates, but writes none, and the packages that do bring twenty others (docs/decisions/0025).
 */
import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { selfSignedLastsMs, selfSignedLeftMsMin, serialBytes } from '../limits.ts'
import { bitString, explicit, extension, implicit, integer, objectId, octetString, sequence, set, utcTime, utf8 } from './der.ts'

export interface SelfSigned {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

const ids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

/** `names`: host names and addresses that clients reach the server by. */
export function makeSelfSigned(names: readonly string[], nowMs: number): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const algorithm = sequence(objectId(ids.ecdsaWithSha256))
  const name = sequence(set(sequence(objectId(ids.commonName), utf8('Stator'))))
  const serial = randomBytes(serialBytes)
  // A serial number is positive and not zero.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const content = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(serial),
    algorithm,
    name,
    sequence(utcTime(nowMs), utcTime(nowMs + selfSignedLastsMs)),
    name,
    spki,
    explicit(3, extensions(names, spki)),
  )
  const der = sequence(content, algorithm, bitString(sign('sha256', content, privateKey)))
  return { cert: new X509Certificate(der).toString(), key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) }
}

/** Whether it names all of them and holds for a while yet. */
export function stillServes({ cert }: SelfSigned, names: readonly string[], nowMs: number): boolean {
  try {
    const certificate = new X509Certificate(cert)
    const holds = nowMs >= Date.parse(certificate.validFrom) && nowMs <= Date.parse(certificate.validTo) - selfSignedLeftMsMin
    return holds && names.every((name) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined)
  } catch {
    return false
  }
}

/** Whoever has it in a list of authorities trusts it; it is good for either end of a connection. */
function extensions(names: readonly string[], spki: Uint8Array): Buffer {
  // digitalSignature and keyCertSign.
  const usages = Buffer.of(0b1000_0100)
  const isAuthority = Buffer.of(0x01, 0x01, 0xff)
  return sequence(
    extension(ids.basicConstraints, sequence(isAuthority), true),
    extension(ids.keyUsage, bitString(usages, 2), true),
    extension(ids.extendedKeyUsage, sequence(objectId(ids.serverAuth), objectId(ids.clientAuth))),
    extension(ids.subjectKeyIdentifier, octetString(createHash('sha1').update(spki).digest())),
    extension(ids.subjectAltName, sequence(...names.map(generalName))),
  )
}

function generalName(name: string): Buffer {
  return isIP(name) === 0 ? implicit(2, Buffer.from(name)) : implicit(7, addressBytes(name))
}

/** Four bytes, or sixteen. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // An address in a URL is written out in hexadecimal groups, also where it ends like one of IPv4.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const left = groupsOf(head)
  const right = groupsOf(tail ?? '')
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
