/** `npm run simulate`: runs seeds one after the other, tells how far they are, and of the first that fails how to see it again. */
import { exitCodes } from '../../../src/cli/exit-codes.ts'
import { UsageError } from '../../../src/cli/read-arguments.ts'
import { type Progress, RunFailed, simulate } from '../simulate.ts'
import { readSimulateOptions, type SimulateOptions, simulateHelp } from './options.ts'
import { ProgressLines } from './progress-lines.ts'
import { findSmallestPrefix } from './smallest-prefix.ts'
import { type Failure, tellFailure } from './tell-failure.ts'

const interruptedCode = 130
/** As long as the run took, and this at the least, a smaller prefix that fails is looked for. */
const shrinkingMsMin = 60_000

/** Resolves with the exit code. */
export async function runSimulateCommand(words: readonly string[]): Promise<number> {
  try {
    const options = readSimulateOptions(words)
    if (options === undefined) {
      process.stdout.write(simulateHelp)
      return 0
    }
    return await runSeeds(options)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}

async function runSeeds(options: SimulateOptions): Promise<number> {
  const lines = new ProgressLines(options)
  const stop = new AbortController()
  const interrupted = (): void => {
    lines.tell('interrupted')
    // Who has started processes and made folders must end and remove them first.
    if (options.storage === 'memory') process.exit(interruptedCode)
    stop.abort()
  }
  process.once('SIGINT', interrupted)
  try {
    for (let seed = options.firstSeed; seed <= options.lastSeed; seed += 1) {
      // However short the time, something is looked at.
      if (seed > options.firstSeed && lines.isTimeOver) break
      lines.begin(seed)
      const failure = await runSeed(options, seed, lines, stop.signal)
      if (stop.signal.aborted) return interruptedCode
      if (failure === undefined) continue
      process.stdout.write(tellFailure(options, seed, failure))
      return exitCodes.failed
    }
    lines.tell('all is well')
    return 0
  } finally {
    process.removeListener('SIGINT', interrupted)
  }
}

/** Undefined when it went well. */
async function runSeed(options: SimulateOptions, seed: number, lines: ProgressLines, signal: AbortSignal): Promise<Failure | undefined> {
  const { nodes, hasFaults, trace, storage } = options
  const run = { seed, nodes, hasFaults, operations: options.operations }
  const tell = (line: string): void => {
    if (trace?.test(line)) process.stdout.write(`${line}\n`)
  }
  let checked = 0
  const isEnough = (progress: Progress): boolean => {
    checked = progress.operations
    lines.window(progress)
    return lines.isTimeOver
  }
  const beganMs = Date.now()
  try {
    if (storage === 'memory') await simulate({ ...run, isEnough, ...(trace !== undefined && { tell }) })
    else await (await loadSiege())({ ...run, isEnough, signal })
    return undefined
  } catch (error) {
    if (!(error instanceof RunFailed)) throw error
    if (storage === 'postgres') return { error, prefix: undefined }
    // Looking for fewer takes as long again.
    process.stdout.write(`${error.message}\n`)
    lines.tell(`seed ${seed} failed after ${error.progress.operations} requests; looking for fewer that fail`)
    const lastMs = Date.now() + Math.max(shrinkingMsMin, Date.now() - beganMs)
    const found = { checked, failed: error.progress.operations, isTimeOver: () => Date.now() > lastMs }
    return { error, prefix: await findSmallestPrefix(found, (operations) => failureOf({ ...run, operations })) }
  }
}

/** Loaded when it is asked for: there may be no PostgreSQL, nor the package that speaks to it. */
async function loadSiege(): Promise<typeof import('../../postgres/siege/besiege.ts').besiege> {
  return (await import('../../postgres/siege/besiege.ts')).besiege
}

async function failureOf(run: Parameters<typeof simulate>[0]): Promise<RunFailed | undefined> {
  try {
    await simulate(run)
    return undefined
  } catch (error) {
    if (error instanceof RunFailed) return error
    throw error
  }
}
