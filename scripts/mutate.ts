/**
 * Asks whether the tests would notice if the code were wrong: makes small changes to it, one at a time, and runs the tests that cover each.
 *
 *   npm run mutate -- [PATH…] [--sample N] [--seed N] [--first N] [--jobs N] [--tests-max N] [--time SECONDS] [--folder FOLDER]
 *                      [--again] [--tests PATH]…
 *
 * Paths are files and folders of src/ (without any: expressions, values, engine, operations). Of their mutants the seed draws a sample, and
 * of that the first N are tried, with the tests of their floors, those of the whole, and those that `--tests` names besides. Verdicts and
 * coverage are kept in the folder (`.mutants/`): what was tried is not tried again as long as its file stays as it is, so that a run may be
 * stopped and go on; after the time it begins nothing more. `--again` tries what survived, and what ran out of time. Prints a line for each
 * and the sums. Exits 0 when all are caught or known to be equivalent, 1 when some are not or are still to be tried, 2 for wrong arguments.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '../src/base/random.ts'
import { type CoverageRecord, coverageOf } from './mutate/coverage-map.ts'
import { findMutants, type Mutant } from './mutate/find-mutants.ts'
import { tryMutant, type Verdict } from './mutate/try-mutant.ts'

const root = join(import.meta.dirname, '..')
const floors = ['src/expressions', 'src/values', 'src/engine', 'src/operations']
/** Tests of the whole that start no other processes and no databases, and that are not long by design. */
const wholeTests = ['test/golden', 'test/model', 'test/scenarios', 'test/work']
/** A test file whose tests are so many that it is taken apart: by the files beside it, each of which it describes by its name. */
const goldenTest = 'test/golden/golden.test.ts'

// Only a process that exits ends the tests that it runs.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) return 2
  const { folder, jobs, testsMax, again } = options
  const isTimeLeft = (): boolean => performance.now() < options.seconds * 1000
  mkdirSync(folder, { recursive: true })
  const sample = sampleOf(options.paths, options.seed, options.sample).slice(0, options.first)
  const kept = readVerdicts(folder)
  const isDone = ({ id }: Mutant): boolean => {
    const verdict = kept.get(id)
    return verdict !== undefined && !(again && (isUnnoticed(verdict) || verdict.outcome === 'timed out'))
  }
  const open = sample.filter((mutant) => !isDone(mutant))
  const records =
    open.length === 0
      ? []
      : await measureTests([...testsFor(options.paths), ...options.tests.flatMap(filesAt).filter(isTest)], options, isTimeLeft)
  await each(open, jobs, isTimeLeft, async (mutant) => {
    const verdict = await tryMutant(mutant, records, testsMax)
    console.log(lineOf(verdict))
    if (verdict.outcome === 'unclear') return
    kept.set(mutant.id, verdict)
    appendFileSync(join(folder, 'verdicts.jsonl'), `${JSON.stringify(verdict)}\n`)
  })
  return report(sample.map(({ id }) => kept.get(id)))
}

interface Options {
  readonly paths: readonly string[]
  readonly sample: number
  readonly seed: number
  readonly first: number
  readonly jobs: number
  readonly testsMax: number
  readonly seconds: number
  readonly folder: string
  readonly again: boolean
  readonly tests: readonly string[]
}

function readOptions(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        sample: { type: 'string', default: '300' },
        seed: { type: 'string', default: '1' },
        first: { type: 'string' },
        jobs: { type: 'string', default: '1' },
        'tests-max': { type: 'string', default: '25' },
        time: { type: 'string', default: '999999' },
        folder: { type: 'string', default: join(root, '.mutants') },
        again: { type: 'boolean', default: false },
        tests: { type: 'string', multiple: true, default: [] },
      },
    })
    const paths = (positionals.length === 0 ? floors : positionals).map((path) => relative(root, join(root, path)))
    const absent = paths.find((path) => !existsSync(join(root, path)) || !path.startsWith('src'))
    if (absent !== undefined) throw new Error(`${absent} is no file or folder of src/`)
    return {
      paths,
      sample: readNumber('sample', values.sample),
      seed: readNumber('seed', values.seed),
      first: readNumber('first', values.first ?? values.sample),
      jobs: readNumber('jobs', values.jobs),
      testsMax: readNumber('tests-max', values['tests-max']),
      seconds: readNumber('time', values.time),
      folder: values.folder,
      again: values.again,
      tests: values.tests,
    }
  } catch (error) {
    console.error(`mutate: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

function readNumber(name: string, text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new Error(`--${name} is a whole number from 1 on, not ${text}`)
  return Number(text)
}

/** In the order in which they are drawn: a larger sample of the same seed begins with the smaller one. */
function sampleOf(paths: readonly string[], seed: number, count: number): Mutant[] {
  const files = [...new Set(paths.flatMap(filesAt))].filter((path) => !isTest(path)).sort()
  const mutants = files.flatMap((path) => findMutants(path, readFileSync(join(root, path), 'utf8')))
  const random = seededRandom(seed)
  const sample: Mutant[] = []
  while (sample.length < count && mutants.length > 0) {
    const index = Buffer.from(random.bytes(4)).readUInt32BE() % mutants.length
    sample.push(...mutants.splice(index, 1))
  }
  return sample
}

function filesAt(path: string): string[] {
  return statSync(join(root, path)).isFile() ? [path] : filesBelow(path)
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

function floorOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

/** The tests of the floors that the paths lie on, and those of the whole. */
function testsFor(paths: readonly string[]): string[] {
  const floorsMeant = new Set(paths.map(floorOf))
  const files = [...floorsMeant, ...wholeTests].flatMap(filesBelow).filter((path) => isTest(path) && path !== goldenTest)
  const conversations = readdirSync(join(root, 'test', 'golden')).filter((name) => name.endsWith('.txt'))
  return [...files, ...conversations.map((name) => `${goldenTest}#${name}`)]
}

async function measureTests(tests: readonly string[], { folder, jobs }: Options, isTimeLeft: () => boolean): Promise<CoverageRecord[]> {
  const records: CoverageRecord[] = []
  await each(tests, jobs, isTimeLeft, async (test) => void records.push(await coverageOf(test, folder)))
  const failed = records.filter(({ passed }) => !passed).map(({ test }) => test)
  if (failed.length > 0) console.log(`left out, because they fail without any change: ${failed.join(', ')}`)
  return records
}

/** A few at a time, and no further ones when the time is over. */
async function each<T>(all: readonly T[], jobs: number, isTimeLeft: () => boolean, run: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined && isTimeLeft(); one = left.shift()) await run(one)
  }
  await Promise.all(Array.from({ length: jobs }, work))
}

function readVerdicts(folder: string): Map<string, Verdict> {
  const file = join(folder, 'verdicts.jsonl')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  return new Map(lines.map((line): Verdict => JSON.parse(line)).map((verdict) => [verdict.mutant.id, verdict]))
}

function lineOf({ mutant, outcome, by }: Verdict): string {
  const where = `${outcome.padEnd(10)} ${mutant.path}:${mutant.line} ${mutant.operator}`
  const change = outcome === 'caught' ? '' : `\n           - ${mutant.before}\n           + ${mutant.after}`
  return `${where}${by === undefined ? '' : ` (${by})`}${change}`
}

function report(sample: readonly (Verdict | undefined)[]): number {
  const verdicts = sample.filter((verdict) => verdict !== undefined)
  const floors = Map.groupBy(verdicts, ({ mutant }) => floorOf(mutant.path))
  console.log()
  for (const [floor, those] of [...floors].sort()) console.log(`${floor}: ${sumsOf(those)}`)
  console.log(`all: ${sumsOf(verdicts)}`)
  if (verdicts.length < sample.length) console.log(`still to be tried: ${sample.length - verdicts.length}`)
  const unnoticed = verdicts.filter(isUnnoticed)
  for (const verdict of unnoticed) console.log(lineOf(verdict))
  return unnoticed.length === 0 && verdicts.length === sample.length ? 0 : 1
}

function sumsOf(verdicts: readonly Verdict[]): string {
  const count = (outcome: Verdict['outcome']): number => verdicts.filter((verdict) => verdict.outcome === outcome).length
  const noticed = count('caught') + count('timed out')
  const share = percent(noticed, verdicts.length - count('equivalent'))
  const equivalent = `${count('equivalent')} equivalent`
  const rest = `${count('survived')} survived, ${count('uncovered')} covered by no test`
  return `${verdicts.length} mutants: ${noticed} noticed (${count('timed out')} by time), ${equivalent}, ${rest}: ${share} noticed`
}

function isUnnoticed({ outcome }: Verdict): boolean {
  return outcome === 'survived' || outcome === 'uncovered'
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none to be' : `${((100 * part) / whole).toFixed(1)} %`
}
