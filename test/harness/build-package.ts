/** The package as it is built, in the place where npm would have installed it: for programs that ask for it by its name. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** `installed`: such as `…/node_modules/stator`. */
export function buildPackage(installed: string): void {
  mkdirSync(installed, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'))
  execFileSync(process.execPath, [join(root, 'scripts', 'build.ts'), join(installed, 'dist')], { cwd: root, stdio: 'pipe' })
}
