import { simulate } from './simulate.ts'

const [from = '1', to = from, rounds] = process.argv.slice(2)
const trace = process.env.TRACE === undefined ? undefined : new RegExp(process.env.TRACE)
const failed: number[] = []
for (let seed = Number(from); seed <= Number(to); seed += 1) {
  const t = performance.now()
  try {
    const run = await simulate({
      seed,
      ...(trace && {
        tell: (line: string) => {
          if (trace.test(line)) console.log(line.slice(0, 400))
        },
      }),
      ...(rounds !== undefined && { rounds: Number(rounds) }),
    })
    console.log(seed, run, Math.round(performance.now() - t))
  } catch (error) {
    failed.push(seed)
    console.log(
      `FAILED ${seed} ${Math.round(performance.now() - t)}ms`,
      (error as Error).message.slice(0, 3500),
      process.env.STACK ? (error as Error & { cause?: Error }).cause?.stack : '',
    )
  }
}
console.log('failed', failed.length, failed.join(' '))
