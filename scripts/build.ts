/** Makes `dist/`: the package as npm ships it. Everything in it is made anew, so that nothing of an older build is left behind. */
import { spawnSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

rmSync(join(root, 'dist'), { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
if (status === 0) chmodSync(join(root, 'dist', 'cli', 'stator.js'), 0o755)
process.exitCode = status ?? 1
