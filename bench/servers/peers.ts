/**
 * The others: DynamoDB emulators that npm brings, as published, installed into a folder of the run and started as they say of themselves
 * (README or --help). Nobody's source was read for this; what a server keeps through a power cut was seen from outside, by counting with
 * strace what it flushes to disk for each PutItem (dynoxide 1.2.1: once; dynalite 4.0.0, ExtendDB 0.1.10: never).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Keeps, PeerRecord } from '../report/records.ts'
import { CommandServer, freePort } from './command-server.ts'
import { makeFolder } from './temporary-folders.ts'

interface Peer {
  readonly name: string
  readonly package: string
  readonly keeps: Keeps
  readonly checksSignatures?: boolean
  /** Runs to its end before the server starts. */
  prepare?(packageFolder: string): readonly string[]
  /** `folder` is the working directory, and empty but for what `prepare` left. */
  start(packageFolder: string, port: number, folder: string): readonly string[]
}

const dynalite = (folder: string): readonly string[] => [process.execPath, join(folder, 'cli.js'), '--host', '127.0.0.1']

const peers: readonly Peer[] = [
  {
    name: 'dynalite',
    package: 'dynalite',
    keeps: 'memory',
    start: (packageFolder, port) => [...dynalite(packageFolder), '--port', String(port)],
  },
  {
    name: 'dynalite disk',
    package: 'dynalite',
    keeps: 'unflushed',
    start: (packageFolder, port, folder) => [...dynalite(packageFolder), '--port', String(port), '--path', join(folder, 'data')],
  },
  {
    name: 'dynoxide',
    package: '@dynoxide/linux-x64',
    keeps: 'memory',
    start: (packageFolder, port) => [join(packageFolder, 'dynoxide'), 'serve', '--port', String(port)],
  },
  {
    name: 'dynoxide disk',
    package: '@dynoxide/linux-x64',
    keeps: 'durable',
    start: (packageFolder, port, folder) => [
      ...[join(packageFolder, 'dynoxide'), 'serve', '--port', String(port)],
      ...['--db-path', join(folder, 'data.db')],
    ],
  },
  {
    name: 'ExtendDB',
    package: '@extenddb/linux-x64',
    keeps: 'unflushed',
    checksSignatures: true,
    prepare: (packageFolder) => [join(packageFolder, 'extenddb'), 'init'],
    start: (packageFolder, port) => [join(packageFolder, 'extenddb'), 'serve', '--foreground', '--port', String(port)],
  },
]

export interface StartedPeer {
  readonly record: PeerRecord
  readonly server?: CommandServer
  /** Where its data lies, when it lies anywhere. */
  readonly dataFolder?: string
}

const installed = new Map<string, string | Error>()

/** All of them; one that cannot be installed or does not start says why. */
export async function startPeers(): Promise<readonly StartedPeer[]> {
  const started: StartedPeer[] = []
  for (const peer of peers) started.push(await startPeer(peer))
  return started
}

async function startPeer(peer: Peer): Promise<StartedPeer> {
  const { name, keeps, checksSignatures = false } = peer
  const record = { kind: 'peer', name, keeps, checksSignatures } as const
  const packageFolder = install(peer.package)
  if (packageFolder instanceof Error) return { record: { ...record, refused: packageFolder.message } }
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { readonly version: string }
  try {
    const folder = makeFolder()
    // What it keeps in a home goes with the folder.
    const environment = { HOME: folder }
    if (peer.prepare !== undefined) run(peer.prepare(packageFolder), folder, environment)
    const port = await freePort()
    const words = peer.start(packageFolder, port, folder)
    const server = await CommandServer.start({ name, words, port, folder, environment, checksSignatures })
    return { record: { ...record, version }, server, ...(keeps !== 'memory' && { dataFolder: folder }) }
  } catch (error) {
    return { record: { ...record, version, refused: (error as Error).message } }
  }
}

/** Once a run, each for itself: what does not install here leaves the others. */
function install(name: string): string | Error {
  const known = installed.get(name)
  if (known !== undefined) return known
  const folder = makeFolder()
  const words = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel', 'error', name]
  const { status, stderr, error } = spawnSync('npm', words, { encoding: 'utf8' })
  const packageFolder = join(folder, 'node_modules', name)
  const isThere = status === 0 && existsSync(packageFolder)
  const why =
    error?.message ??
    stderr
      ?.replaceAll(/https?:\S+/g, '')
      .trim()
      .replaceAll(/\s+/g, ' ')
      .slice(0, 300)
  const result = isThere ? packageFolder : new Error(`npm cannot install ${name}: ${why}`)
  installed.set(name, result)
  return result
}

function run(words: readonly string[], cwd: string, environment: { readonly [name: string]: string }): void {
  const [program = '', ...rest] = words
  const { status, stderr, error } = spawnSync(program, rest, { cwd, env: { ...process.env, ...environment }, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${error?.message ?? `${status}: ${stderr}`}`)
}
