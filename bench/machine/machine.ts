/** What a run was measured on and of: the machine, the day, and the commit with or without changes. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, type } from 'node:os'
import { join } from 'node:path'
import { places } from './processors.ts'

export const root: string = join(import.meta.dirname, '../..')

export interface Machine {
  readonly date: string
  readonly version: string
  /** With `+` behind it when files were changed since; `unknown` outside a clone. */
  readonly commit: string
  readonly node: string
  readonly system: string
  readonly processor: string
  readonly processors: number
  readonly remarks: readonly string[]
}

export function describeMachine(): Machine {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  return {
    date: new Date().toISOString().slice(0, 10),
    version: manifest.version,
    commit: readCommit(),
    node: process.version,
    system: type(),
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    remarks: places.remarks,
  }
}

function readCommit(): string {
  const git = (...words: string[]): string => spawnSync('git', words, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
  const commit = git('rev-parse', '--short=10', 'HEAD')
  if (commit === '') return 'unknown'
  return git('status', '--porcelain', '--', 'src', 'bench', 'package.json') === '' ? commit : `${commit}+`
}
