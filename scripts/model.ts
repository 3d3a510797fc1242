/**
 * Compares `src/api` with the types of the AWS SDK for JavaScript, which are the newest model of DynamoDB there is: operations, members,
 * what is required, values, exceptions. `npm run model` takes the SDK that is installed, `npm run model -- --newest` the newest one that
 * the registry has, in a folder that is removed again. Exits 0 when nothing differs, 1 when something does, 2 when there is nothing to
 * compare with.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clients, newDifferences, readOwnFacts, readSdkFacts } from './model/compare-models.ts'
import { versionOf } from './model/read-sdk-model.ts'

process.exitCode = main()

function main(): number {
  try {
    const { values } = parseArgs({ options: { newest: { type: 'boolean', default: false } } })
    if (!values.newest) return compare(join(import.meta.dirname, '..', 'node_modules'))
    const folder = mkdtempSync(join(tmpdir(), 'stator-model-'))
    try {
      install(folder)
      return compare(join(folder, 'node_modules'))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  } catch (error) {
    console.error(`model: ${error instanceof Error ? error.message : error}`)
    return 2
  }
}

function install(folder: string): void {
  const packages = clients.map((name) => `${name}@latest`)
  const options = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, error } = spawnSync('npm', ['install', ...options, ...packages], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`npm could not install ${packages.join(' and ')}${error === undefined ? '' : `: ${error.message}`}`)
}

function compare(modules: string): number {
  const own = readOwnFacts()
  const theirs = readSdkFacts(modules)
  const differences = newDifferences(own, theirs)
  for (const text of differences) console.log(text)
  const versions = clients.map((name) => `${name} ${versionOf(join(modules, name))}`).join(', ')
  console.log(`${differences.length} differences in ${theirs.size} facts of ${versions}`)
  return differences.length === 0 ? 0 : 1
}
