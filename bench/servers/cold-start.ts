/** How long a person waits for the first answer after typing a command, and what an idle server holds in memory. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root } from '../machine/machine.ts'
import { places } from '../machine/processors.ts'
import { median } from '../report/figures.ts'
import type { StartRecord } from '../report/records.ts'
import { CommandServer, freePort } from './command-server.ts'
import { makeFolder, removeFolder } from './temporary-folders.ts'

const settleMs = 500

export interface StartingCommand {
  readonly name: string
  /** Over a folder that is empty. */
  words(port: number, folder: string): readonly string[]
}

/** Without types, which would have to be stripped first: what starting Node itself costs. */
const bareProgram = "require('node:http').createServer((request, response) => response.end('{}'))"

const nodeWords = (program: string): StartingCommand['words'] => {
  return (port, folder) => [process.execPath, program, '--port', String(port), '--data-dir', folder]
}

/** The package as npm ships it, the command of a clone, and a bare server beside them. */
export function startingCommands(): readonly StartingCommand[] {
  return [
    { name: 'bare', words: (port) => [process.execPath, '-e', `${bareProgram}.listen(${port}, '127.0.0.1')`] },
    { name: 'package', words: nodeWords(join(makePackage(), 'dist/stator.js')) },
    { name: 'clone', words: nodeWords(join(root, 'src/cli/stator.ts')) },
    { name: 'npm start', words: (port, folder) => ['npm', 'start', '--prefix', root, '--', '--port', String(port), '--data-dir', folder] },
  ]
}

/** On all processors, as a person has it. */
export async function measureStart({ name, words }: StartingCommand, attempts: number): Promise<StartRecord> {
  const times: number[] = []
  const sizes: number[] = []
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const folder = makeFolder()
    const port = await freePort()
    const server = await CommandServer.start({ name, words: words(port, folder), port, folder, processors: places.all })
    times.push(server.firstAnswerMs)
    await wait(settleMs)
    sizes.push((await server.usage()).rssBytes)
    await server.stop()
    removeFolder(folder)
  }
  return {
    kind: 'start',
    name,
    firstAnswerMs: median(times),
    firstAnswerMsMin: Math.min(...times),
    firstAnswerMsMax: Math.max(...times),
    idleRssBytes: median(sizes),
  }
}

/** Builds into a folder of its own, beside the modules that are installed: `dist/` may be older than what is measured. */
function makePackage(): string {
  const folder = makeFolder()
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.ts'), join(folder, 'dist')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the package does not build: ${stderr}`)
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
