/** `stator/dynalite` as programs get it: imported, required, and found in the place of dynalite. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { skipFor } from '../harness/skip.ts'

/** They say it by the name that Stator has, or by dynalite's with what registers it before. */
const programs: readonly (readonly [how: string, flags: readonly string[], opening: string])[] = [
  ['required', ['--input-type=commonjs'], `const dynalite = require('stator/dynalite')`],
  ['imported', ['--input-type=module'], `import dynalite from 'stator/dynalite'`],
  ['registered and required', ['--require', 'stator/dynalite/register', '--input-type=commonjs'], `const dynalite = require('dynalite')`],
  ['registered and imported', ['--import', 'stator/dynalite/register', '--input-type=module'], `import dynalite from 'dynalite'`],
  [
    'registered and imported by its file',
    ['--import', 'stator/dynalite/register', '--input-type=module'],
    `const { default: dynalite } = await import('./node_modules/dynalite/index.js')`,
  ],
]

const program = `
const server = dynalite({ createTableMs: 0 })
server.listen(0, '127.0.0.1', async () => {
  const answer = await fetch('http://127.0.0.1:' + server.address().port)
  const text = await answer.text()
  server.close(() => console.log(text))
})`

/** Registers the tests. `packageFolder`: where the package was installed, once tests run. */
export function testDynalite(packageFolder: () => string, nodes: readonly { readonly name: string; readonly executable: string }[]): void {
  for (const { name, executable } of nodes) {
    const missing = existsSync(executable) ? undefined : `${name} is not installed (npm ci --ignore-scripts --prefix test/package/tools)`
    for (const [how, flags, opening] of programs) {
      test(`dynalite is Stator, ${how} on ${name}`, { skip: skipFor(missing) }, () => {
        const folder = withAnother(packageFolder())
        const words = ['--no-warnings', ...flags, '--eval', `${opening};${program}`]
        const { stdout, stderr } = spawnSync(executable, words, { cwd: folder, encoding: 'utf8' })
        assert.deepEqual([stderr, stdout], ['', 'healthy: dynamodb.us-east-1.amazonaws.com \n'])
      })
    }
  }
}

/** A dynalite is there that nobody is to get. Idempotent. */
function withAnother(packageFolder: string): string {
  const other = join(packageFolder, 'node_modules', 'dynalite')
  mkdirSync(other, { recursive: true })
  writeFileSync(join(other, 'index.js'), `throw new Error('This is not Stator.')`)
  return packageFolder
}
