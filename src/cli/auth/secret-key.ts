/**
 * The server key, under which secrets and session tokens are sealed: from a file, from the environment, or, where one machine has the
 * data in a folder, made there when it is first needed. There may be several: the first one seals, the others open what they sealed.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemRandom } from '../../base/random.ts'
import { newSealingKey, SealingKeys, sealingKeyIn } from '../../base/sealing.ts'
import { secretKeyTextMax } from '../limits.ts'
import { UsageError } from '../read-arguments.ts'
import type { Settings } from '../settings.ts'

export interface SecretKeySettings {
  readonly storage: Settings['storage']
  /** Of `--secret-key-file`. */
  readonly file: string | undefined
  /** Of STATOR_SECRET_KEY. */
  readonly text: string | undefined
}

/** Undefined where the server makes one of its own, that ends with it. What is returned rejects with one sentence. Throws UsageError. */
export function findSealingKeys({ storage, file, text }: SecretKeySettings): (() => Promise<SealingKeys>) | undefined {
  if (file !== undefined && text !== undefined) throw new UsageError('Choose either --secret-key-file or STATOR_SECRET_KEY, not both.')
  if (text !== undefined) {
    const keys = keysIn(text, 'STATOR_SECRET_KEY')
    return async () => keys
  }
  if (file !== undefined) return async () => keysIn(await textOf(file), file)
  switch (storage.kind) {
    case 'memory':
      return undefined
    case 'disk':
      return () => keysOfFolder(join(storage.folder, 'secret-key'))
    case 'postgres':
      return async () => {
        throw new Error(
          'Secrets of a shared database need a key that every server is given: start with --secret-key-file (STATOR_SECRET_KEY).',
        )
      }
  }
}

async function keysOfFolder(path: string): Promise<SealingKeys> {
  try {
    await writeFile(path, `${Buffer.from(newSealingKey(systemRandom)).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw notUsable(path, error)
  }
  return keysIn(await textOf(path), path)
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw notUsable(path, error)
  }
}

function notUsable(path: string, error: unknown): Error {
  return new Error(`The server key in ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}

/** Lines, or words behind commas. What stands there is not repeated. */
function keysIn(text: string, source: string): SealingKeys {
  const words = text.length > secretKeyTextMax ? [] : text.split(/[\s,]+/).filter((word) => word !== '')
  const [first, ...older] = words.map((word) => {
    const key = sealingKeyIn(word)
    if (key === undefined) throw badKey(source)
    return key
  })
  if (first === undefined) throw badKey(source)
  return new SealingKeys([first, ...older], systemRandom)
}

function badKey(source: string): UsageError {
  return new UsageError(`${source} must hold keys of 32 bytes in base64 or hexadecimal digits, the newest first: openssl rand -base64 32`)
}
