/**
 * A server that is killed again and again on one folder: under everything at once, while it starts, and while it recovers from the kill
 * before; and looked at each time it is up. When each kill comes is drawn from a seed, as a number of answers or, in a start, of milliseconds.
 */
import { seededRandom } from '../../../src/base/random.ts'
import { type AfterHook, KilledServer } from '../killed-server.ts'
import { Everything } from './everything.ts'

export interface CrashRounds {
  readonly folder: string
  readonly rounds: number
  readonly seed: number
  readonly hook: AfterHook
  readonly onRound?: (round: number, kills: number) => void
}

const answersMax = 600
const startMsMax = 900

/** Resolves with how many kills there were. Rejects with what was found to be wrong. */
export async function crashRounds({ folder, rounds, seed, hook, onRound }: CrashRounds): Promise<number> {
  const random = seededRandom(seed)
  const drawn = (below: number): number => {
    const [high = 0, low = 0] = random.bytes(2)
    return ((high << 8) | low) % below
  }
  const everything = new Everything(random)
  const flags = ['--ttl-sweep-interval', '100ms']
  let kills = 0
  let server = await KilledServer.start(hook, folder, flags)
  await everything.prepare(server)
  for (let round = 1; round <= rounds; round += 1) {
    let left = 1 + drawn(answersMax)
    let killed: Promise<void> | undefined
    const killing = server
    await everything.ask(server, () => {
      left -= 1
      if (left === 0) killed = killing.kill()
    })
    await killed
    kills += 1
    for (let starts = drawn(3); starts > 0; starts -= 1) {
      await KilledServer.killInStart(folder, drawn(startMsMax), flags)
      kills += 1
    }
    server = await KilledServer.start(hook, folder, flags)
    await everything.check(server)
    onRound?.(round, kills)
  }
  await server.kill('SIGTERM')
  return kills
}
