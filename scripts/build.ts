/**
 * Makes `dist/`, or the folder that is named: the package as npm ships it. Everything in it is made anew, so that nothing of an older
 * build is left behind. npm runs it when it has installed what is needed for that, and before it packs.
 *
 *   dist/stator.js                the command                    dist/cjs/    the same for programs that say `require`
 *   dist/index.js                 for programs                   dist/types/  what TypeScript reads
 *   dist/checkpoint-worker.js     a thread of its own            dist/licenses.txt  of what is bundled
 *   dist/kit/                     presets for test runners       dist/prices.json  what AWS asks for
 *   dist/compat/java              starts Stator where DynamoDB Local was started
 *   dist/console/                 the page that shows what is going on
 *
 * What a start does not need (a service, a database, a command) is in pieces beside them, which are read when they are used first.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type OutputChunk } from 'rolldown'
import { buildConsole } from './build-console.ts'

const root = join(import.meta.dirname, '..')
const [dist = join(root, 'dist')] = process.argv.slice(2)
const made = `${dist}.new`
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: object
  readonly peerDependencies: object
}

/** What programs name after `stator/`, and what of it they get that say `require`. Vitest has no CommonJS, and dynalite one of its own. */
const presets: { readonly [name: string]: readonly string[] } = {
  config: ['defineConfig'],
  dynalite: [],
  jest: ['useStator'],
  'node-test': ['useStator'],
  playwright: ['test'],
  vitest: [],
}

const program = {
  index: 'src/index.ts',
  'checkpoint-worker': 'src/storage/sqlite/checkpoint-worker.ts',
  'kit/jest-hooks': 'src/kit/jest-hooks.ts',
  'kit/dynalite-register': 'src/kit/dynalite-register.ts',
  ...Object.fromEntries(Object.keys(presets).map((name) => [`kit/${name}`, `src/kit/${name}.ts`])),
}
const command = { stator: 'src/cli/stator.ts' }
/** What is read first by programs: `import` sees through to all of it before anything is run, so nothing stands in one file with it. */
const first = 'src/cli/require-node.ts'

/** What stands before the name of a file without its ending, the name, and what follows. */
const relativeImport = /((?:from|import\()\s*['"])(\.[^'"]+)\.ts(['"])/g

/** Types of clients that a program has itself, or has no use for. */
const sdkImport = /^(?:import|export) type .* from ['"]@aws-sdk\/.*$/gm

/**
 * The same for programs that say `require`: the same modules, by Node's own loader. Jest, which runs each file of tests in a context of its own with a
 * loader of its own, would read Stator anew for each, and no ECMAScript modules; Node's is asked for in the context that was there first.
 */
const loader = `'use strict'
require('NEEDS')
const { createRequire } = require('node:vm').runInThisContext('process').getBuiltinModule('node:module')
`
const required = (
  file: string,
  values: readonly string[],
): string => `${loader}const { ${values.join(', ')} } = createRequire(__filename)('${file}')
module.exports = { ${values.join(', ')} }
`

/** The hooks are those of the context in which it is asked for. */
const requiredForJest = `${required('../../kit/jest-hooks.js', ['useStatorIn']).replace(/^module.*\n/m, '')}
const { afterAll, afterEach, beforeAll, beforeEach } = require('@jest/globals')
const context = { beforeAll, afterAll, beforeEach, afterEach, global: globalThis, environment: process.env, console }
const useStator = (config) => useStatorIn(context, config)
module.exports = { useStator }
`

/** dynalite is the function itself. */
const requiredDynalite = `${loader}module.exports = createRequire(__filename)('../../kit/dynalite.js').default
`
const requiredDynaliteTypes = `import type * as imported from '../../types/kit/dynalite.js' with { 'resolution-mode': 'import' }
declare const dynalite: typeof imported.default
declare namespace dynalite {
  export type DynaliteOptions = imported.DynaliteOptions
  export type DynaliteServer = imported.DynaliteServer
}
export = dynalite
`

/** Their types: of the module as `import` sees it, since that is how they are written down. */
const requiredTypes = (
  file: string,
  values: readonly string[],
): string => `export type * from '${file}' with { 'resolution-mode': 'import' }
type Imported = typeof import('${file}', { with: { 'resolution-mode': 'import' } })
${values.map((name) => `export declare const ${name}: Imported['${name}']`).join('\n')}
`

/** Writes what `require` gets, relative to `dist/cjs` without its ending. */
function makeRequired(name: string, values: readonly string[], text: string): void {
  const up = name.includes('/') ? '../..' : '..'
  writeRequired(name, text)
  writeFileSync(join(made, 'cjs', `${name}.d.cts`), requiredTypes(`${up}/types/${name}.js`, values))
}

function writeRequired(name: string, text: string): void {
  writeFileSync(join(made, 'cjs', `${name}.js`), text.replace('NEEDS', `${name.includes('/') ? '../' : './'}needs-node.js`))
}

/** Returns what was written. */
async function bundle(input: { readonly [name: string]: string }): Promise<readonly OutputChunk[]> {
  const { output } = await build({
    input,
    cwd: root,
    platform: 'node',
    external: [...Object.keys(dependencies), ...Object.keys(peerDependencies)],
    logLevel: 'warn',
    output: {
      dir: made,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'pieces/[name]-[hash].js',
      minify: { compress: true, mangle: { toplevel: true, keepNames: true }, codegen: { removeWhitespace: true } },
      comments: false,
    },
  })
  return output.filter((each) => each.type === 'chunk')
}

/** Has it read before the rest: as an ECMAScript module, and for those that say `require`. */
async function readFirst(): Promise<void> {
  for (const [format, file] of [
    ['esm', 'needs-node.js'],
    ['cjs', 'cjs/needs-node.js'],
  ] as const) {
    await build({
      input: first,
      cwd: root,
      platform: 'node',
      logLevel: 'warn',
      output: { file: join(made, file), format, comments: false },
    })
  }
  for (const name of Object.keys(program)) {
    if (name === 'checkpoint-worker') continue
    const file = join(made, `${name}.js`)
    writeFileSync(file, `import '${name.includes('/') ? '../' : './'}needs-node.js';${readFileSync(file, 'utf8')}`)
  }
}

/** The names of the packages whose code is in there. */
function packagesIn(chunks: readonly OutputChunk[]): readonly string[] {
  const folders = chunks.flatMap(({ moduleIds }) =>
    moduleIds.flatMap((id) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(relative(root, id))?.[1] ?? []),
  )
  return [...new Set(folders)].sort()
}

function licenseOf(name: string): string {
  const folder = join(root, 'node_modules', name)
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  const { license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly license?: string }
  // What is given to the public has no terms to ship.
  const text = file === undefined && license === 'Unlicense' ? `${license} (https://unlicense.org)` : textOf(folder, file)
  if (text === undefined) throw new Error(`${name} is bundled, and has no license to ship with it`)
  return `${name}\n${'='.repeat(name.length)}\n\n${text}\n`
}

function textOf(folder: string, file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim()
}

/** What TypeScript reads of `src/index.ts`, and of what that names. */
function makeTypes(folder: string): void {
  const all = join(made, 'all-types')
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', all], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the types cannot be made')
  for (const [file, text] of typesFrom(all, ['index.d.ts', ...Object.keys(presets).map((name) => `kit/${name}.d.ts`)])) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  rmSync(all, { recursive: true })
}

/** Floors whose types programs meet only as parts of others: what is said of them there is for those who work on them, and half of the types' size. */
const innerFloors = /^(api|base|engine|metering|operations|outbound|policies|protocols|services|storage|values)\//
const documentation = /^[ \t]*\/\*\*(?! @ts-ignore)(?:(?!\*\/)[\s\S])*\*\/\n/gm

/** These files and all that they name, themselves or by way of others, with the names that they have for programs. */
function typesFrom(folder: string, first: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const visit = (file: string): void => {
    if (texts.has(file)) return
    const text = readFileSync(join(folder, file), 'utf8')
    const named = text.replace(relativeImport, '$1$2.js$3').replace(sdkImport, '/** @ts-ignore: a program may do without the SDK. */\n$&')
    texts.set(file, innerFloors.test(file) ? named.replace(documentation, '') : named)
    for (const [, , named = ''] of text.matchAll(relativeImport)) visit(join(dirname(file), `${named}.d.ts`))
  }
  for (const file of first) visit(file)
  return texts
}

// Beside the one that is there, which somebody may be starting.
rmSync(made, { recursive: true, force: true })
const chunks = await bundle({ ...command, ...program })
await readFirst()
chmodSync(join(made, 'stator.js'), 0o755)
copyFileSync(join(root, 'src/services/cost/prices.json'), join(made, 'prices.json'))
mkdirSync(join(made, 'compat'))
copyFileSync(join(root, 'scripts/java.sh'), join(made, 'compat', 'java'))
chmodSync(join(made, 'compat', 'java'), 0o755)
const consoleChunks = await buildConsole(join(made, 'console'))
writeFileSync(
  join(made, 'licenses.txt'),
  packagesIn([...chunks, ...consoleChunks])
    .map(licenseOf)
    .join('\n\n'),
)
makeTypes(join(made, 'types'))
mkdirSync(join(made, 'cjs', 'kit'), { recursive: true })
// What lies there is of the kind that the nearest package.json says.
writeFileSync(join(made, 'cjs', 'package.json'), '{"type":"commonjs"}\n')
const programValues = ['createStator', 'start']
makeRequired('index', programValues, required('../index.js', programValues))
for (const [name, values] of Object.entries(presets)) {
  if (values.length > 0) makeRequired(`kit/${name}`, values, name === 'jest' ? requiredForJest : required(`../../kit/${name}.js`, values))
}
writeRequired('kit/dynalite', requiredDynalite)
writeFileSync(join(made, 'cjs', 'kit', 'dynalite.d.cts'), requiredDynaliteTypes)
rmSync(dist, { recursive: true, force: true })
renameSync(made, dist)
