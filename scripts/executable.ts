/**
 * `npm run executable -- FILE`: writes the command with the Node.js of this repository into one file, which runs on a machine of the same kind that
 * has neither. Everything is in it but `hyparquet`, which `stator copy` asks for when it is to read Parquet.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { build } from 'rolldown'
import { buildConsole } from './build-console.ts'

const root = join(import.meta.dirname, '..')
const [file] = process.argv.slice(2)
if (file === undefined) {
  process.stderr.write('Usage: npm run executable -- FILE\n')
  process.exit(2)
}

/** One text of everything. What is never there is left to fail where it is asked for. */
async function bundled(entry: string, format: 'esm' | 'cjs', folder: string, name: string): Promise<string> {
  await build({
    input: { [name]: join(root, entry) },
    cwd: root,
    platform: 'node',
    external: [/^@aws-sdk\//, /^hyparquet/, 'pg-native'],
    logLevel: 'warn',
    output: {
      dir: folder,
      format,
      codeSplitting: false,
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
      comments: false,
    },
  })
  return join(folder, `${name}.js`)
}

/** The files of the console, by the names under which they are asked for. */
async function consoleAssets(folder: string): Promise<Readonly<Record<string, string>>> {
  await buildConsole(folder)
  return Object.fromEntries(readdirSync(folder).map((name) => [`console/${name}`, join(folder, name)]))
}

const folder = mkdtempSync(join(tmpdir(), 'stator-executable-'))
try {
  const config = {
    main: await bundled('scripts/executable/main.ts', 'esm', folder, 'stator'),
    mainFormat: 'module',
    output: resolve(file),
    disableExperimentalSEAWarning: true,
    assets: {
      'checkpoint-worker.js': await bundled('src/storage/sqlite/checkpoint-worker.ts', 'cjs', folder, 'checkpoint-worker'),
      ...(await consoleAssets(join(folder, 'console'))),
    },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  mkdirSync(dirname(config.output), { recursive: true })
  const { status } = spawnSync(process.execPath, ['--build-sea', join(folder, 'config.json')], { stdio: ['ignore', 'ignore', 'inherit'] })
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true })
}
