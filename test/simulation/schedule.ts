/**
 * What happens next, drawn from a seed: whoever goes on waits here for his turn, one of them is let go, and when all that follows from
 * it has come to rest the next one is. Nothing else decides about order (no timers, no input), so a seed replays a whole run.
 */
import { Choices } from '../fuzz/choices.ts'

/** How often the lanes become faster or slower than others, in turns. */
const weatherTurns = 40
const speeds: readonly number[] = [1, 1, 1, 1, 3, 0.2, 0.02]
const frozenSpeed = 1e-9
/** Turns are given to nobody this often while somebody waits for the event loop; then he waits for ever. */
const restsMax = 200
/** Of what is shown when something fails. */
const traceMax = 60

interface Waiter {
  readonly lane: string
  readonly what: string
  readonly go: () => void
}

export class Schedule {
  readonly #choices: Choices
  readonly #speeds = new Map<string, number>()
  readonly #trace: string[] = []
  #waiters: Waiter[] = []
  #frozen: { readonly isFrozen: (lane: string) => boolean; readonly until: number } | undefined
  #underWay = 0
  #turns = 0
  #turnsMax = 0
  #digest = 0
  #failure: { readonly error: unknown } | undefined

  constructor(seed: number) {
    this.#choices = new Choices(seed)
  }

  /** How many turns there have been. */
  get now(): number {
    return this.#turns
  }

  /** Another number for another order of the same things. */
  get digest(): number {
    return this.#digest
  }

  /** What happened last, for people. */
  get trace(): readonly string[] {
    return this.#trace
  }

  /** Resolves when it is this one's turn. Those of a lane are as fast as one another; which of them goes first is open. */
  turn(lane: string, what: string): Promise<void> {
    return new Promise((go) => this.#waiters.push({ lane, what, go }))
  }

  /** Whoever waits in these lanes waits for ever. */
  cut(isCut: (lane: string) => boolean): void {
    this.#waiters = this.#waiters.filter(({ lane }) => !isCut(lane))
  }

  /** Whoever waits in these lanes has no turn for so many turns of others, as long as there are others. */
  freeze(isFrozen: (lane: string) => boolean, turns: number): void {
    this.#frozen = { isFrozen, until: this.#turns + turns }
  }

  /** Begins something that has to come to an end, and resolves when it has. When it fails, everything has. */
  async begin(act: () => Promise<void>): Promise<void> {
    this.#underWay += 1
    try {
      await act()
      this.#underWay -= 1
    } catch (error) {
      this.fail(error)
    }
  }

  fail(error: unknown): void {
    this.#failure ??= { error }
  }

  /** From now on it may take so many more turns. */
  allow(turns: number): void {
    this.#turnsMax = this.#turns + turns
  }

  /**
   * Gives turns until everything that was begun has ended. Rejects with what failed first, or when that takes more than are allowed. The
   * stopwatch stands still meanwhile, for there are those who give way to others when they have worked for long.
   */
  async run(): Promise<void> {
    const now = performance.now
    performance.now = () => 0
    try {
      await this.#giveTurns()
    } finally {
      performance.now = now
    }
  }

  async #giveTurns(): Promise<void> {
    for (let rests = 0; ; ) {
      await rest()
      if (this.#failure !== undefined) throw this.#failure.error
      if (this.#underWay === 0) return
      rests = this.#waiters.length > 0 ? 0 : rests + 1
      if (rests > restsMax) throw new Error('somebody waits for what nobody will do')
      if (this.#turns >= this.#turnsMax) throw new Error('it does not come to an end')
      if (rests === 0) this.#next()
    }
  }

  #next(): void {
    if (this.#turns % weatherTurns === 0) this.#speeds.clear()
    this.#turns += 1
    const lane = this.#drawLane()
    // What arrives together is handled together.
    for (let count = 1 + this.#choices.below(3); count > 0; count -= 1) {
      const inLane = this.#waiters.filter((waiter) => waiter.lane === lane)
      if (inLane.length === 0) return
      const chosen = this.#choices.pick(inLane)
      this.#waiters.splice(this.#waiters.indexOf(chosen), 1)
      this.#note(chosen)
      chosen.go()
    }
  }

  #drawLane(): string {
    const counts = new Map<string, number>()
    for (const { lane } of this.#waiters) counts.set(lane, (counts.get(lane) ?? 0) + 1)
    const weights = [...counts].map(([lane, count]) => [lane, Math.sqrt(count) * this.#speedOf(lane)] as const)
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
    let left = (this.#choices.below(1_000_000) / 1_000_000) * total
    for (const [lane, weight] of weights) {
      left -= weight
      if (left < 0) return lane
    }
    return weights[0]?.[0] ?? ''
  }

  #speedOf(lane: string): number {
    if (this.#frozen !== undefined && this.#turns < this.#frozen.until && this.#frozen.isFrozen(lane)) return frozenSpeed
    const known = this.#speeds.get(lane)
    if (known !== undefined) return known
    const drawn = this.#choices.pick(speeds)
    this.#speeds.set(lane, drawn)
    return drawn
  }

  #note({ lane, what }: Waiter): void {
    const line = `${this.#turns} ${lane}: ${what}`
    this.#trace.push(line)
    if (this.#trace.length > traceMax) this.#trace.shift()
    for (let at = 0; at < line.length; at += 1) this.#digest = (Math.imul(this.#digest, 31) + line.charCodeAt(at)) | 0
  }
}

/** Everything that can go on without a turn has gone on: commits, too, which come with the event loop's next round. */
async function rest(): Promise<void> {
  await new Promise(setImmediate)
  await new Promise(setImmediate)
}
