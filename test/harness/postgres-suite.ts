/**
 * Which test files run on PostgreSQL once more: those that open their stores through test-storage.ts, by themselves or by what they
 * import. A file that opens a database in another way is named here with the reason; the rest opens none. It stands alone because a
 * test holds it to what the files say.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')
const throughHarness = 'test/harness/test-storage.ts'
const openings =
  /\bopen(Memory|Sqlite|Faulty|Disturbed)Store\(|\bkind: '(memory|disk)'|\binMemory: true|\bdataDir\b|'--in-memory'|\bStatorProcess\(/

export interface PostgresSuite {
  /** Paths from the root of the repository. */
  readonly files: readonly string[]
  readonly leftOut: readonly { readonly why: string; readonly files: readonly string[] }[]
  /** How many files open no database. */
  readonly storelessCount: number
}

/** Files by their path from the root, and why they stay where they are. The first that fits counts. */
const reasons: readonly (readonly [files: RegExp, why: string])[] = [
  [/^(src\/storage|test\/contract)\//, 'is about a store itself; the contract is held for PostgreSQL, too, in every run'],
  [/^test\/postgres\//, 'is about PostgreSQL, in every run'],
  [
    /^test\/((crash|disk|format)\/|server\/snapshot\.test\.ts$)/,
    'is about data folders: what a kill leaves behind, formats, and snapshots',
  ],
  [/^test\/work\//, 'counts what is asked of the store of one process'],
  [/^test\/simulation\//, 'plays several processes over one store, and their crashes, by a schedule from a seed'],
  [/^test\/consistency\//, 'over a store on PostgreSQL it is test/postgres/three-servers.test.ts, in every run'],
  [/^test\/console\//, 'is about a page in a browser, whatever the store'],
  [/^test\/fuzz\//, 'is about what is read of a request, before any store is asked'],
  [
    /^test\/(cli\/(advise|anonymize|apply|apply-code|apply-converges|apply-prune|audit|auth|auth-iam|backup|check|commands|compact|control-token|copy|copy-retries|damaged-row|hot-key|log|mcp|metrics-token|read-arguments|restart|seed|stator|tls|view)|package\/(executable|package))\.test\.ts$/,
    'is about the command and its folders; on PostgreSQL it is test/postgres/server.test.ts',
  ],
  [/^test\/(clients|ecosystem|examples)\//, 'is about what clients read and write on the wire, on whatever store'],
  [/^test\/harness\//, 'is about the harness'],
  [/^test\/bench\//, 'is about the bench'],
  [
    /^test\/server\/(auto-scaling-day|control-traffic|throughput-control)\.test\.ts$/,
    'counts what one server tells of its traffic at once; nodes that share a store tell by minutes: test/postgres/shared-traffic.test.ts',
  ],
  [
    /^src\/metering\/reports\/shared-traffic\.test\.ts$/,
    'plays several nodes over a store in memory; on PostgreSQL it is test/postgres/shared-traffic.test.ts',
  ],
  [/^test\/server\/control-token\.test\.ts$/, 'is about who may use control over HTTP, whatever the store'],
  [/^test\/server\/lazy-wings\.test\.ts$/, 'is about what is loaded for a folder'],
  [/^test\/model\/replicas-converge\.test\.ts$/, 'kills its process in commits, which a store in memory is made to do'],
  [/^src\/cli\//, 'is about the command'],
  [/^(src\/(base\/nearest|kit\/test-stator)|test\/server\/option-kinds)\.test\.ts$/, 'is about options of programs, whatever the store'],
  [/^src\/(server\/)?advice\//, 'is about what one server hears, whatever the store'],
  [
    /^src\/(engine\/streams\/sequence-number|metering\/throughput\/write-meter)\.test\.ts$/,
    'is about commits that fail, which a store in memory is made to do',
  ],
  [/^src\/engine\/vectors\/vector-caches\.test\.ts$/, 'is about what one process remembers of the entries of an index'],
  [
    /^src\/(engine\/(jobs\/sweep-expired-items|transactions\/room)|metering\/metrics\/damaged-metrics)\.test\.ts$/,
    'hears what is asked of a store in memory, or damages it',
  ],
  [/^test\/server\/stale-reads\.test\.ts$/, 'is about what a server remembers that has its store to itself'],
  [/^test\/server\/in-process\.test\.ts$/, 'is about copies of what is in memory'],
  [/^src\/services\/auto-scaling\/operations\/two-processes\.test\.ts$/, 'steps in between two commits of a store in memory'],
]

export function postgresSuite(): PostgresSuite {
  const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root }).sort()
  const suite = { files: [] as string[], leftOut: new Map<string, string[]>(), storelessCount: 0 }
  for (const file of files) {
    const [, why] = reasons.find(([named]) => named.test(file)) ?? []
    const seen = reachedFrom(file)
    if (why !== undefined) suite.leftOut.set(why, [...(suite.leftOut.get(why) ?? []), file])
    else if (seen.has(throughHarness)) suite.files.push(file)
    else suite.storelessCount += 1
  }
  return { ...suite, leftOut: [...suite.leftOut].map(([why, named]) => ({ why, files: named })) }
}

/** Reasons that no file has. */
export function staleReasons(): readonly string[] {
  const { leftOut } = postgresSuite()
  return reasons.map(([, why]) => why).filter((why) => !leftOut.some((each) => each.why === why))
}

/** Files that neither go through the harness nor are named, and open a database all the same: each must do one or the other. */
export function unaccounted(): readonly string[] {
  const isNamed = (file: string): boolean => reasons.some(([named]) => named.test(file))
  return globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
    .filter((file) => !isNamed(file))
    .filter((file) => {
      const seen = reachedFrom(file)
      return !seen.has(throughHarness) && [...seen.values()].some((text) => openings.test(text))
    })
    .sort()
}

/** The texts of the tests' own files that it imports, its own among them, by path. What lies behind test-storage.ts is not looked at. */
function reachedFrom(path: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, path), 'utf8')
  seen.set(path, path === throughHarness ? '' : text)
  if (path === throughHarness) return seen
  for (const [, from = ''] of text.matchAll(/from '(\.[^']+\.ts)'/g)) {
    const imported = relative(root, normalize(join(root, dirname(path), from)))
    if (imported.startsWith('test/') && !seen.has(imported)) reachedFrom(imported, seen)
  }
  return seen
}
