/**
 * Runs the test suite once more with a PostgreSQL below: `npm run test:postgres`, or with the test files that are to run. One is
 * started for it, with nothing flushed to disk, unless STATOR_TEST_STORAGE is the URL of another; what it holds is lost with it. At the end it says what
 * ran, and what did not and why. Where PostgreSQL is not installed it says so and is done; with STATOR_REQUIRE_CLIENTS=1 it fails.
 */
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { type Postgres, skipWithoutPostgres, startPostgres } from '../test/harness/postgres.ts'
import { postgresSuite } from '../test/harness/postgres-suite.ts'

/** PostgreSQL answers on the other core; a third waits for commits. */
const filesAtOnce = 3
const testMsMax = 300_000

const given = process.argv.slice(2)

if (skipWithoutPostgres !== false && process.env.STATOR_TEST_STORAGE === undefined) {
  process.stdout.write(`The suite on PostgreSQL: skipped, ${skipWithoutPostgres}\n`)
} else await runAll()

async function runAll(): Promise<void> {
  const suite = postgresSuite()
  const files = given.length === 0 ? suite.files : given
  const postgres = process.env.STATOR_TEST_STORAGE === undefined ? await startPostgres() : undefined
  try {
    const { skipped, durationMs } = await runTests(files, postgres)
    const seconds = Math.round(durationMs / 1000)
    process.stdout.write(`\nOn PostgreSQL: ${files.length} test files in ${seconds} s. ${skipped.length} tests were skipped:\n`)
    for (const line of skipped) process.stdout.write(`  ${line}\n`)
    if (given.length > 0) return
    process.stdout.write(`${suite.storelessCount} test files open no database. Left out:\n`)
    for (const { why, files: named } of suite.leftOut) process.stdout.write(`  ${named.length} files: ${why}\n`)
  } finally {
    await postgres?.remove()
  }
}

interface Ran {
  readonly skipped: readonly string[]
  readonly durationMs: number
}

async function runTests(files: readonly string[], postgres: Postgres | undefined): Promise<Ran> {
  const skipped: string[] = []
  const startedMs = performance.now()
  const tests = run({
    files: [...files],
    concurrency: filesAtOnce,
    timeout: testMsMax,
    // A test that fails leaves connections open, which would keep its process alive.
    execArgv: ['--import', './test/harness/fixed-seed.ts', '--test-force-exit'],
    env: { ...process.env, ...(postgres !== undefined && { STATOR_TEST_STORAGE: postgres.url({}) }) },
  })
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1
  })
  tests.on('test:pass', ({ name, skip, file }) => {
    if (typeof skip === 'string') skipped.push(`${file?.slice(process.cwd().length + 1)}: ${name}: ${skip}`)
  })
  for await (const chunk of tests.compose(new spec())) process.stdout.write(chunk)
  return { skipped, durationMs: performance.now() - startedMs }
}
