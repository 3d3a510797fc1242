/** The token that other machines bring to control where nobody is asked who they are: of a file, of the environment, or made at the start and printed. */
import { type Random, systemRandom } from '../../base/random.ts'
import { BearerToken } from '../../server/auth/bearer-token.ts'
import { controlTokenBytes } from '../limits.ts'
import { UsageError } from '../read-arguments.ts'
import type { Settings } from '../settings.ts'
import type { WatchedFiles } from '../watched-files.ts'

export interface ControlToken {
  readonly token: BearerToken
  /** Made now: nobody knows it yet. */
  readonly made?: string
}

/** Undefined where none is asked for: control is closed to other machines, or whoever asks signs. Rejects with UsageError. */
export async function controlTokenOf(
  { controlAccess, auth, controlTokenFile: file }: Pick<Settings, 'controlAccess' | 'auth' | 'controlTokenFile'>,
  text: string | undefined,
  files: WatchedFiles,
  random: Random = systemRandom,
): Promise<ControlToken | undefined> {
  if (controlAccess !== 'open' || auth.mode !== 'off') {
    if (file === undefined) return undefined
    throw new UsageError('--control-token-file goes with --control-open, and without --auth.')
  }
  if (file !== undefined && text !== undefined)
    throw new UsageError('Choose either --control-token-file or STATOR_CONTROL_TOKEN, not both.')
  const token = new BearerToken()
  if (file !== undefined) {
    await files.useNowAndWhenChanged({
      what: `The token in ${file}`,
      paths: [file],
      secret: [file],
      use: ([line = '']) => token.replace(line.trim()),
    })
    return { token }
  }
  const made = text ?? Buffer.from(random.bytes(controlTokenBytes)).toString('base64url')
  try {
    token.replace(made)
  } catch (error) {
    throw new UsageError(`STATOR_CONTROL_TOKEN cannot be used: ${(error as Error).message}`)
  }
  return text === undefined ? { token, made } : { token }
}
