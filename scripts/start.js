/**
 * `npm start`: the command as it was built when the packages were installed, which starts in half the time, or from its sources when
 * anything has changed since. It is no TypeScript, as its types would have to be stripped at each start.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const built = join(root, 'dist', 'stator.js')

/** When it changed last: the folder and all that lies below. */
function changedMs(folder) {
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? changedMs(path) : statSync(path).mtimeMs
  })
  return Math.max(statSync(folder).mtimeMs, ...times)
}

const builtMs = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0
const sourcesMs = Math.max(
  changedMs(join(root, 'src')),
  changedMs(join(root, 'console')),
  ...['package-lock.json', 'scripts/build.ts', 'scripts/build-console.ts'].map((file) => statSync(join(root, file)).mtimeMs),
)
await import(builtMs > sourcesMs ? pathToFileURL(built).href : '../src/cli/stator.ts')
