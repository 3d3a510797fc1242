/**
 * A process of tests, as a runner starts many: it reads the package once, makes databases until the compiler has seen that, and says so; then it
 * makes more and tells what each took. Its word is how many.
 */
import type { createStator as CreateStator } from '../../src/index.ts'
import { median } from '../report/figures.ts'

export interface WorkerReport {
  /** Of one `createStator()`, the first of the process. */
  readonly firstMicros: number
  /** Of each of those that follow: the median by the clock, the mean of CPU time. */
  readonly wallMicros: number
  readonly cpuMicros: number
}

const warmUps = 100
const { createStator } = (await import(new URL('../../dist/index.js', import.meta.url).href)) as {
  readonly createStator: typeof CreateStator
}
const [, , words] = process.argv
const count = Number(words)

/** Makes one as a test does, and lets go of it. Microseconds until it is there. */
async function make(): Promise<number> {
  const startedAt = performance.now()
  const stator = await createStator({ inMemory: true })
  const micros = (performance.now() - startedAt) * 1000
  await stator.close()
  return micros
}

const firstMicros = await make()
for (let warm = 0; warm < warmUps; warm += 1) await make()
process.once('message', () => {
  void measure().then((report) => {
    process.send?.(report)
    process.disconnect?.()
  })
})
process.send?.('ready')

async function measure(): Promise<WorkerReport> {
  const times: number[] = []
  const before = process.cpuUsage()
  for (let made = 0; made < count; made += 1) times.push(await make())
  const { user, system } = process.cpuUsage(before)
  return { firstMicros, wallMicros: median(times), cpuMicros: (user + system) / count }
}
