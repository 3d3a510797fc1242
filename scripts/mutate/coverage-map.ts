/**
 * Which test file runs which code, measured once with V8's coverage and kept for as long as neither the test file nor a source file that it
 * loads changes.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runTest } from './run-test.ts'

/** What one test file came to, unchanged. */
export interface CoverageRecord {
  readonly test: string
  readonly ms: number
  readonly passed: boolean
  /** By the path of a file (the test itself, and what it loads of src/ and test/): the hash of its text. */
  readonly hashes: { readonly [path: string]: string }
  /** By the path of a file of src/: which parts of its text ran, from where to where, how often. */
  readonly ran: { readonly [path: string]: readonly (readonly [number, number, number])[] }
}

interface V8Coverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly { readonly ranges: readonly V8Range[] }[] }[]
}

interface V8Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

const root = join(import.meta.dirname, '..', '..')
const rootUrl = `${pathToFileURL(root).href}/`
/** Measured runs are ended after that long, and their tests are left out. */
const timeLimitMs = 300_000

/** The record of a test file out of the folder, or measured now. */
export async function coverageOf(test: string, folder: string): Promise<CoverageRecord> {
  const file = join(folder, 'coverage', `${test.replaceAll(/[/#]/g, '--')}.json`)
  if (existsSync(file)) {
    const kept: CoverageRecord = JSON.parse(readFileSync(file, 'utf8'))
    if (Object.entries(kept.hashes).every(([path, hash]) => hashOf(path) === hash)) return kept
  }
  const record = await measure(test)
  mkdirSync(join(folder, 'coverage'), { recursive: true })
  writeFileSync(file, JSON.stringify(record))
  return record
}

/** How often the code at an offset ran. */
export function runsAt({ ran }: CoverageRecord, path: string, offset: number): number {
  return ran[path]?.find(([start, end]) => start <= offset && offset < end)?.[2] ?? 0
}

/** How much of the text of a file ran, in UTF-16 units. */
export function lengthRun({ ran }: CoverageRecord, path: string): number {
  return (ran[path] ?? []).reduce((sum, [start, end]) => sum + end - start, 0)
}

async function measure(test: string): Promise<CoverageRecord> {
  const coverageFolder = mkdtempSync(join(tmpdir(), 'stator-coverage-'))
  try {
    const { outcome, ms } = await runTest({ test, timeLimitMs, coverageFolder })
    const painted = new Map<string, Uint32Array>()
    const [path = '', part] = test.split('#')
    const loaded = new Set(part === undefined ? [path] : [path, join(dirname(path), part)])
    for (const name of readdirSync(coverageFolder)) paint(join(coverageFolder, name), painted, loaded)
    return {
      test,
      ms,
      passed: outcome === 'passed',
      hashes: Object.fromEntries([...loaded].map((path) => [path, hashOf(path) ?? ''])),
      ran: Object.fromEntries([...painted].map(([path, marks]) => [path, partsOf(marks)])),
    }
  } finally {
    rmSync(coverageFolder, { recursive: true, force: true })
  }
}

/** Marks what ran in one process. Ranges stand inside of each other, and the innermost one counts. */
function paint(file: string, painted: Map<string, Uint32Array>, loaded: Set<string>): void {
  const { result }: V8Coverage = JSON.parse(readFileSync(file, 'utf8'))
  for (const { url, functions } of result) {
    const path = url.startsWith(rootUrl) ? url.slice(rootUrl.length) : ''
    if (!/^(src|test)\/.*\.ts$/.test(path)) continue
    loaded.add(path)
    if (!path.startsWith('src/')) continue
    const marks = new Uint32Array(readFileSync(join(root, path), 'utf8').length)
    const ranges = functions.flatMap((each) => each.ranges)
    ranges.sort((one, other) => other.endOffset - other.startOffset - (one.endOffset - one.startOffset))
    for (const { startOffset, endOffset, count } of ranges) marks.fill(count, startOffset, endOffset)
    const before = painted.get(path)
    if (before !== undefined) for (const [index, mark] of before.entries()) marks[index] = mark + (marks[index] ?? 0)
    painted.set(path, marks)
  }
}

function partsOf(marks: Uint32Array): [number, number, number][] {
  const parts: [number, number, number][] = []
  for (let start = 0, end = 0; start < marks.length; start = end) {
    const count = marks[start] ?? 0
    while (end < marks.length && marks[end] === count) end += 1
    if (count > 0) parts.push([start, end, count])
  }
  return parts
}

const hashes = new Map<string, string | undefined>()

/** Of the text that the file had when it was first asked for; undefined when there is none. */
function hashOf(path: string): string | undefined {
  if (!hashes.has(path)) {
    const file = join(root, path)
    hashes.set(path, existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16) : undefined)
  }
  return hashes.get(path)
}
