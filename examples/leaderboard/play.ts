/** Two hundred players play a thousand games, many at a time; the same ones in each run. */
import { rankOf, submit, top } from './leaderboard.ts'

const game = 'tetris'
const players = 200
const games = 1000
const atATime = 25

/** Numbers from 0 to 1 that look drawn and come again in each run. */
function* drawn(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

const numbers = drawn(7)
const results = Array.from({ length: games }, () => ({
  player: `player-${Math.floor(numbers.next().value * players)}`,
  score: Math.floor(numbers.next().value ** 2 * 100_000),
}))

let bests = 0
for (let first = 0; first < games; first += atATime) {
  const submitted = await Promise.all(results.slice(first, first + atATime).map((result) => submit(game, result)))
  bests += submitted.filter((isBest) => isBest).length
}
console.log(bests > players && bests < games ? 'some results were a best, some were not' : `${bests} of ${games} results were a best`)

const best = await top(game, 5)
for (const { player, score } of best) console.log(await rankOf(game, score), player, score)

// What a program that keeps everything in its memory would say.
const kept = new Map<string, number>()
for (const { player, score } of results) kept.set(player, Math.max(score, kept.get(player) ?? 0))
const expected = [...kept].sort(([, a], [, b]) => b - a).slice(0, 5)
const isSame = expected.every(([player, score], place) => best[place]?.player === player && best[place].score === score)
console.log(isSame ? 'as it should be' : `it should be ${JSON.stringify(expected)}`)
