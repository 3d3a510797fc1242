/** What of others' reads exports and serves S3, if it is installed: CI has it (`npm ci --prefix test/transfers/tools`). */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { skipFor } from '../harness/skip.ts'

const folder = join(import.meta.dirname, 'tools')
const require = createRequire(join(folder, 'package.json'))

/** The `skip` option of a test that needs one of them. */
export function skipWithout(name: string): string | false {
  const isThere = existsSync(join(folder, 'node_modules', name))
  return skipFor(isThere ? undefined : `${name} is not installed (npm ci --prefix test/transfers/tools)`)
}

/** A module of theirs; what it exports is known to who asks. */
export async function load<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(require.resolve(name)).href)) as Module
}

interface S3Server {
  run(): Promise<AddressInfo>
  close(): Promise<void>
}

export interface OtherS3 {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  close(): Promise<void>
}

/** An S3 server that knows one access key, with these buckets, in a folder of its own. */
export async function startOtherS3(...buckets: readonly string[]): Promise<OtherS3> {
  const { default: Server } = await load<{ readonly default: new (options: object) => S3Server }>('s3rver')
  const directory = mkdtempSync(join(tmpdir(), 'stator-s3-'))
  const configureBuckets = buckets.map((name) => ({ name, configs: [] }))
  const server = new Server({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets, resetOnClose: true })
  const { port } = await server.run()
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    close: async () => {
      await server.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
