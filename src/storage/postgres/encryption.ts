/**
 * Whether connections are encrypted and what of a certificate is looked at: by `sslmode` and its kin in the URL or by PGSSLMODE …, with the
 * meaning that they have for libpq, so that a URL that psql takes means the same here. The driver's own reading of them is another.
 *
 * | sslmode       | encrypted                                           | the certificate                                  |
 * | ------------- | --------------------------------------------------- | ------------------------------------------------ |
 * | disable       | never                                               |                                                  |
 * | allow         | where the server takes nothing else                 | as for require                                   |
 * | prefer        | where the server can; this is what holds by default | as for require                                   |
 * | require       | always                                              | any; with `sslrootcert` as for verify-ca         |
 * | verify-ca     | always                                              | of the authorities in `sslrootcert`              |
 * | verify-full   | always                                              | that, or with none the machine's; for this host  |
 *
 * A socket in the file system is never encrypted. Unlike libpq nothing is read from `~/.postgresql`.
 */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { StoreOpenError } from '../store.ts'
import { refusesEncryption, wantsEncryption } from './failures.ts'

/** How a connection is made: in the clear where `ssl` is false. */
export type Encryption = Pick<ClientConfig, 'ssl' | 'sslnegotiation'>

export interface EncryptedUrl {
  /** Without what is said of encryption, which the driver would read. */
  readonly url: string
  /** What is tried one after the other, as long as the server does not take the one before. */
  readonly ways: readonly Encryption[]
}

const clear: Encryption = { ssl: false, sslnegotiation: 'postgres' }

type Mode = keyof typeof modes

const modes = {
  disable: ['clear'],
  allow: ['clear', 'encrypted'],
  prefer: ['encrypted', 'clear'],
  require: ['encrypted'],
  'verify-ca': ['encrypted'],
  'verify-full': ['encrypted'],
} as const

/** What of it the URL may say, and the variable that says it otherwise. */
const variables = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  sslnegotiation: 'PGSSLNEGOTIATION',
} as const

/** All that is said of it in a URL; `ssl` as libpq takes it from the URLs of others. */
export const encryptionParameters: readonly string[] = [...Object.keys(variables), 'ssl', 'uselibpqcompat']

type Said = { readonly [Name in keyof typeof variables]: string | undefined }
type Environment = Readonly<Record<string, string | undefined>>

/** `url` is of one host. Throws StoreOpenError, one sentence, for what cannot be done as it is said. */
export function encryptionOf(url: string, environment: Environment): EncryptedUrl {
  const [address = '', query = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(query)
  const ours = encryptionParameters.filter((name) => parameters.has(name))
  const said = saidIn(parameters, environment)
  const ways = isSocket(address, parameters, environment) ? [clear] : waysOf(said)
  for (const name of ours) parameters.delete(name)
  return { url: ours.length === 0 ? url : parameters.size === 0 ? address : `${address}?${parameters}`, ways }
}

/** Whether a connection that failed so is to be tried in the next way. */
export function isOtherWayTried({ ssl }: Encryption, error: unknown): boolean {
  return ssl === false ? wantsEncryption(error) : refusesEncryption(error)
}

function saidIn(parameters: URLSearchParams, environment: Environment): Said {
  const said = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [
      name,
      parameters.get(name) || (variable === undefined ? undefined : environment[variable]) || undefined,
    ]),
  ) as Said
  const short = parameters.get('ssl')
  if (short === null || said.sslmode !== undefined) return said
  return { ...said, sslmode: short === 'true' || short === '1' ? 'require' : short === 'false' || short === '0' ? 'disable' : short }
}

function waysOf(said: Said): readonly Encryption[] {
  const { sslmode = 'prefer', sslrootcert, sslnegotiation = 'postgres' } = said
  if (!isMode(sslmode)) {
    throw new StoreOpenError(`sslmode (PGSSLMODE) of a database is ${Object.keys(modes).join(', ')}, and not ${sslmode}`)
  }
  if (sslmode === 'verify-ca' && (sslrootcert === undefined || sslrootcert === 'system')) {
    throw new StoreOpenError(
      'sslmode=verify-ca needs a file of authorities in sslrootcert (PGSSLROOTCERT): of those that everybody trusts any certificate would do',
    )
  }
  if (sslnegotiation !== 'postgres' && sslnegotiation !== 'direct') {
    throw new StoreOpenError(`sslnegotiation (PGSSLNEGOTIATION) of a database is postgres or direct, and not ${sslnegotiation}`)
  }
  const encrypted: Encryption = { ssl: tlsOf(sslmode, said), sslnegotiation }
  return modes[sslmode].map((way) => (way === 'clear' ? clear : encrypted))
}

function isMode(text: string): text is Mode {
  return Object.hasOwn(modes, text)
}

function tlsOf(mode: Mode, { sslrootcert, sslcert, sslkey, sslpassword }: Said): TlsOptions {
  const own: TlsOptions = {
    ...(sslcert !== undefined && { cert: contentOf('sslcert', sslcert) }),
    ...(sslkey !== undefined && { key: contentOf('sslkey', sslkey) }),
    ...(sslpassword !== undefined && { passphrase: sslpassword }),
  }
  const authorities = sslrootcert === undefined || sslrootcert === 'system' ? {} : { ca: contentOf('sslrootcert', sslrootcert) }
  if (mode === 'verify-full') return { ...own, ...authorities }
  if (authorities.ca === undefined) return { ...own, rejectUnauthorized: false }
  return { ...own, ...authorities, checkServerIdentity: () => undefined }
}

function contentOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
    throw new StoreOpenError(`The file ${file} that ${name} of the database names cannot be read (${reason})`)
  }
}

function isSocket(address: string, parameters: URLSearchParams, environment: Environment): boolean {
  const [, named = ''] = /^\w+:\/\/(?:[^/@]*@)?([^/:]*)/.exec(address) ?? []
  const host = parameters.get('host') || named || environment['PGHOST'] || ''
  return /^(\/|%2f)/i.test(host)
}
