/** `npm run fuzz`: batches of every kind in turn until the time is over, or something fails, with the line that replays it. */
import { parseArgs } from 'node:util'
import { minuteMs, stopwatchMs } from '../../src/base/clock.ts'
import { allKinds, type FuzzKind } from './fuzz-targets.ts'
import { casesPerBatch, runInWorker } from './run-in-worker.ts'

const helpText = `Sends a server what nobody would send on purpose, until the time is over.

  --minutes N   how long (1)
  --seed S      the first seed (1): each batch of ${casesPerBatch} cases has the next one
  --kind KIND   ${allKinds.join(', ')} (all of them, in turn)

Ends with 1 when something failed.
`

/** Batches between two looks at the time: a thread that begins loads everything anew. */
const batchesAtOnce = 100

/** Resolves with the exit code. */
export async function runFuzzCommand(words: readonly string[]): Promise<number> {
  const options = { minutes: { type: 'string' }, seed: { type: 'string' }, kind: { type: 'string' }, help: { type: 'boolean' } } as const
  const { minutes = '1', seed = '1', kind, help } = parseArgs({ args: [...words], options }).values
  const kinds = allKinds.filter((each) => kind === undefined || each === kind)
  const [first, endMs] = [Number(seed), stopwatchMs() + Number(minutes) * minuteMs]
  if (help === true || kinds.length === 0 || !Number.isSafeInteger(first) || Number.isNaN(endMs)) {
    process.stdout.write(helpText)
    return help === true ? 0 : 2
  }
  const counts = new Map<FuzzKind, { answered: number; refused: number }>()
  let next = first
  do {
    for (const each of kinds) {
      const seeds = Array.from({ length: batchesAtOnce }, (_, at) => next + at)
      const { answered, refused, failure } = await runInWorker(each, seeds)
      const before = counts.get(each)
      counts.set(each, { answered: answered + (before?.answered ?? 0), refused: refused + (before?.refused ?? 0) })
      if (failure === undefined) continue
      process.stdout.write(`${failure}\n\n${summary(counts)}`)
      const failed = /FUZZ_SEED=(\d+)/.exec(failure)?.[1] ?? next
      process.stdout.write(`again: npm run fuzz -- --kind ${each} --seed ${failed} --minutes 0\n`)
      return 1
    }
    next += batchesAtOnce
  } while (stopwatchMs() < endMs)
  process.stdout.write(`${summary(counts)}seeds ${first} to ${next - 1}\n`)
  return 0
}

function summary(counts: ReadonlyMap<FuzzKind, { readonly answered: number; readonly refused: number }>): string {
  return [...counts].map(([kind, { answered, refused }]) => `${kind}: ${answered} answered, ${refused} refused\n`).join('')
}
