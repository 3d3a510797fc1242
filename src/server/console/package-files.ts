/**
 * The files of the console as the package brings them: in `dist/console` of the folder from which this runs, be it a checkout or a package, or inside
 * of the single executable. Each is read when it is first asked for. It stands alone as the one place of the server that reads files of its own.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A file by its name below the console's address, such as `main-1a2b.js`; undefined when there is none. */
export type ConsoleFiles = (name: string) => Promise<Uint8Array | undefined>

/** A name that leads to no other folder. */
const plainName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/

const inExecutable = process.getBuiltinModule('node:sea')

let found: ConsoleFiles | undefined

export const packageFiles: ConsoleFiles = async (name) => {
  found ??= inExecutable?.isSea() ? assets : filesOf(consoleFolder(import.meta.dirname))
  return found(name)
}

/** Those in a folder, and none without one. */
export function filesOf(folder: string | undefined): ConsoleFiles {
  return async (name) => (folder === undefined || !plainName.test(name) ? undefined : readFile(join(folder, name)).catch(() => undefined))
}

const assets: ConsoleFiles = async (name) => {
  const key = `console/${name}`
  return inExecutable?.getAssetKeys().includes(key) ? new Uint8Array(inExecutable.getAsset(key)) : undefined
}

/** The nearest above `from`; undefined when it was not built. */
function consoleFolder(from: string): string | undefined {
  const built = join(from, 'dist', 'console')
  if (existsSync(join(built, 'index.html'))) return built
  const above = dirname(from)
  return above === from ? undefined : consoleFolder(above)
}
