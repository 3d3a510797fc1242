/** Where the server's certificate comes from: files that somebody else keeps up to date, or one that is made here. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import type { RunningServer } from '../../server/start.ts'
import type { TlsCredentials } from '../../server/tls-server.ts'
import type { Settings, TlsSettings } from '../settings.ts'
import type { WatchedFiles } from '../watched-files.ts'
import { makeSelfSigned, type SelfSigned, stillServes } from './self-signed.ts'

export interface Certificate {
  readonly credentials: TlsCredentials
  /** Where a self-signed one is, for clients that are to trust it. */
  readonly path?: string
}

/** Once there is a server, it is given what the files hold when they change. Rejects with UsageError when they can't be used. */
export async function certificateOf(
  settings: Settings & { readonly tls: TlsSettings },
  files: WatchedFiles,
  serverNow: () => RunningServer | undefined,
): Promise<Certificate> {
  const { tls } = settings
  if (tls.kind === 'self-signed') return selfSignedOf(settings)
  const { certFile, keyFile, clientCaFile } = tls
  const { checkTlsCredentials } = await import('../../server/tls-server.ts')
  let credentials: TlsCredentials = { cert: '', key: '' }
  await files.useNowAndWhenChanged({
    what: `The certificate in ${certFile}`,
    paths: [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])],
    secret: [keyFile],
    use: async ([cert = '', key = '', clientCa]) => {
      credentials = { cert, key, ...(clientCa !== undefined && { clientCa }) }
      checkTlsCredentials(credentials)
      await serverNow()?.useTls(credentials)
    },
  })
  return { credentials }
}

/** With a data folder it is kept there, so that clients need not be told of a new one at each start. */
function selfSignedOf({ storage, host }: Settings): Certificate {
  const names = ['localhost', '127.0.0.1', '::1', hostname(), ...(host === undefined || isAnyAddress(host) ? [] : [host])]
  if (storage.kind !== 'disk') return { credentials: makeSelfSigned(names, systemClock.now()) }
  const path = join(storage.folder, 'tls-self-signed.pem')
  const keyPath = join(storage.folder, 'tls-self-signed-key.pem')
  const kept = keptIn(path, keyPath)
  if (kept !== undefined && stillServes(kept, names, systemClock.now())) return { credentials: kept, path }
  const made = makeSelfSigned(names, systemClock.now())
  mkdirSync(storage.folder, { recursive: true })
  writeFileSync(keyPath, made.key, { mode: 0o600 })
  chmodSync(keyPath, 0o600)
  writeFileSync(path, made.cert)
  return { credentials: made, path }
}

function keptIn(path: string, keyPath: string): SelfSigned | undefined {
  try {
    return { cert: readFileSync(path, 'utf8'), key: readFileSync(keyPath, 'utf8') }
  } catch {
    return undefined
  }
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
