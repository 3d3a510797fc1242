/**
 * `node --require stator/dynalite/register` (or `--import`): who asks for `dynalite`, in whatever package, by its name or by the file that a bundler found,
 * gets `stator/dynalite`. The build puts it beside the presets, and what it leads to is what `require` gets, which `import` takes as well.
 */
import { registerHooks } from 'node:module'

const url = new URL('../cjs/kit/dynalite.js', import.meta.url).href
const ours = { url, format: 'commonjs', shortCircuit: true }
const main = /\/node_modules\/dynalite\/(index\.js)?$/

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === 'dynalite') return ours
    const resolved = next(specifier, context)
    return main.test(resolved.url) ? ours : resolved
  },
})
