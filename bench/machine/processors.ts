/**
 * Which processors the generator, the server and a database have to themselves. A generator that shares a core with the server it
 * measures takes its caches and its turns; where the system can pin processes (`taskset`, Linux), neither leaves its own.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Processor numbers as `taskset -c` reads them (`1`, `2-3`), or undefined where nothing is pinned. */
export interface Places {
  readonly generator: string | undefined
  readonly server: string | undefined
  /** Cores that neither of them has. */
  readonly left: readonly string[]
  /** Those that are left, or all when there are none. */
  readonly database: string | undefined
  readonly all: string | undefined
  /** What a reader of the figures must know of the places. */
  readonly remarks: readonly string[]
}

const unpinned = { generator: undefined, server: undefined, left: [], database: undefined, all: undefined }

/** `siblings`: of each processor, all that are the same core. */
export function choosePlaces(allowed: readonly number[], siblings: ReadonlyMap<number, readonly number[]>): Places {
  const [generator, ...others] = allowed
  if (generator === undefined || others.length === 0) {
    return { ...unpinned, remarks: ['one processor: generator and server share it, and nothing is pinned'] }
  }
  const ofGenerator = siblings.get(generator) ?? [generator]
  const server = others.find((each) => !ofGenerator.includes(each)) ?? others[0]
  const taken = new Set([...ofGenerator, server, ...(siblings.get(server ?? generator) ?? [])])
  const left = others.filter((each) => !taken.has(each)).map(String)
  return {
    generator: String(generator),
    server: String(server),
    left,
    database: (left.length > 0 ? left : allowed).join(','),
    all: allowed.join(','),
    remarks: [
      ...(ofGenerator.includes(server ?? generator) ? ['generator and server are two threads of one core'] : []),
      ...(left.length > 0 ? [] : ['no core is left for a database: it shares those of generator and server']),
    ],
  }
}

export interface NodePlaces {
  /** Of each node. */
  readonly nodes: readonly (string | undefined)[]
  readonly database: string | undefined
}

/** A core for each node where that leaves one for the database; otherwise all nodes share the server's. */
export function placeNodes({ server, left, database }: Places, count: number): NodePlaces {
  const isShared = left.length < count
  const nodes = Array.from({ length: count }, (_, node) => (node === 0 || isShared ? server : left[node - 1]))
  return { nodes, database: isShared ? database : left.slice(count - 1).join(',') }
}

/** Of the form `0-2,5`. */
export function parseProcessorList(text: string): readonly number[] {
  return text
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, at) => first + at)
    })
}

export const places: Places = readPlaces()

function readPlaces(): Places {
  const hasTaskset = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0
  if (!hasTaskset)
    return { ...unpinned, remarks: ['there is no taskset here: generator and server are not pinned, and share all processors'] }
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  const allowed = parseProcessorList(list)
  return choosePlaces(allowed, new Map(allowed.map((each) => [each, siblingsOf(each)])))
}

function siblingsOf(processor: number): readonly number[] {
  try {
    return parseProcessorList(readFileSync(`/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`, 'utf8'))
  } catch {
    return [processor]
  }
}

/** A command that runs on these processors alone, all its threads and children included. */
export function pinnedCommand(command: readonly string[], processors: string | undefined): readonly [string, ...string[]] {
  const words = processors === undefined ? command : ['taskset', '-c', processors, ...command]
  const [program = '', ...rest] = words
  return [program, ...rest]
}

/** Moves this process; what it starts from now on begins there, too. */
export function pinThisProcess(processors: string | undefined): void {
  if (processors === undefined) return
  const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', processors, String(process.pid)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`taskset: ${stderr}`)
}
