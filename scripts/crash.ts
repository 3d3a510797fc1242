/** `npm run crash -- --rounds 100 --seed 7`: kills a server again and again, and looks each time whether it kept what it answered. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crashRounds } from '../test/crash/everything/crash-rounds.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } } })
const folder = mkdtempSync(join(tmpdir(), 'stator-crash-'))
const ends: (() => void)[] = []
const hook = { after: (end: () => void): void => void ends.push(end) }
try {
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)]
  const kills = await crashRounds({
    folder,
    rounds,
    seed,
    hook,
    onRound: (round, count) => process.stdout.write(`round ${round}: ${count} kills, 0 findings\n`),
  })
  process.stdout.write(`${rounds} rounds, ${kills} kills, 0 findings (seed ${seed})\n`)
  rmSync(folder, { recursive: true, force: true })
} catch (error) {
  process.stderr.write(
    `seed ${values.seed}: ${error instanceof Error ? error.stack : String(error)}\nThe folder as it was left: ${folder}\n`,
  )
  process.exitCode = 1
} finally {
  for (const end of ends) end()
}
