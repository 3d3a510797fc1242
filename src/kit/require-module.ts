/**
 * A module of a project, whatever its package.json says that its files are: `npm init` says "commonjs" and people write `import`. Node.js goes by
 * the package alone, so a file that imports or exports is told to it as what it is.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Throws what the module throws. Node.js's own `require`, since runners of tests have others that know no hooks. */
export function requireModule(file: string): unknown {
  const { createRequire, registerHooks } = process.getBuiltinModule('node:module')
  const hooks = registerHooks({
    load: (url, context, next) => {
      const format = formatOf(url)
      return next(url, format === undefined ? context : { ...context, format })
    },
  })
  try {
    return createRequire(file)(file)
  } finally {
    hooks.deregister()
  }
}

/** Undefined: as Node.js takes it. Packages say what they are. */
function formatOf(url: string): string | undefined {
  if (!/^file:.*\.[jt]s$/.test(url) || url.includes('/node_modules/')) return undefined
  if (!/^\s*(import\b(?!\s*\()|export\b)/m.test(readFileSync(fileURLToPath(url), 'utf8'))) return undefined
  return url.endsWith('.ts') ? 'module-typescript' : 'module'
}
