/** The root user's access key: from the environment, or a file where the server puts the one that it made. */
import { readFile, unlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RootKey, RootKeyPlace } from '../../server/start.ts'
import { UsageError } from '../read-arguments.ts'
import type { Settings } from '../settings.ts'

/** Throws UsageError. */
export function rootKeyOf(environment: NodeJS.ProcessEnv): RootKey | undefined {
  const accessKeyId = environment.STATOR_ROOT_ACCESS_KEY_ID || undefined
  const secretAccessKey = environment.STATOR_ROOT_SECRET_ACCESS_KEY || undefined
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new UsageError('STATOR_ROOT_ACCESS_KEY_ID and STATOR_ROOT_SECRET_ACCESS_KEY go together.')
  }
  if (!/^\w{16,128}$/.test(accessKeyId)) throw new UsageError('STATOR_ROOT_ACCESS_KEY_ID must be 16 to 128 letters, digits or underscores.')
  if (!/^\S+$/.test(secretAccessKey)) throw new UsageError('STATOR_ROOT_SECRET_ACCESS_KEY must be a text without spaces.')
  return { accessKeyId, secretAccessKey }
}

/** In the data folder, or where there is none in the folder that the server was started in. `tell` is called with one line. */
export function rootKeyPlace({ storage }: Pick<Settings, 'storage'>, tell: (line: string) => void): RootKeyPlace {
  const path = resolve(storage.kind === 'disk' ? join(storage.folder, 'root-access-key.json') : 'stator-root-access-key.json')
  return {
    read: async () => {
      let text: string
      try {
        text = await readFile(path, 'utf8')
      } catch {
        return undefined
      }
      tell(`The root user's access key is the one in ${path}`)
      return keyIn(text, path)
    },
    write: async (rootKey) => {
      await writeFile(path, `${JSON.stringify(rootKey)}\n`, { flag: 'wx', mode: 0o600, flush: true })
      tell(`The root user's access key was made and lies in ${path}`)
    },
    remove: async () => {
      await unlink(path)
      tell(`The root user has an access key that another server made; ${path} is removed again`)
    },
  }
}

function keyIn(text: string, path: string): RootKey {
  try {
    const { accessKeyId, secretAccessKey } = JSON.parse(text)
    if (typeof accessKeyId === 'string' && typeof secretAccessKey === 'string') return { accessKeyId, secretAccessKey }
  } catch {
    // Told below.
  }
  throw new UsageError(`${path} should hold the root user's access key and does not: remove it, and another one is made.`)
}
