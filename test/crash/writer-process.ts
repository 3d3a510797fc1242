/**
 * The process that crash.test.ts kills: concurrent writers put pairs of keys that must agree, and print each pair as soon
 * as its write has been acknowledged. Each turn is counted and put into a log as well. Arguments: folder, first number to write.
 */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import type { KeyBytes } from '../../src/storage/store.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const store = openSqliteStore({ folder })
const counter = Buffer.from('counter') as Uint8Array as KeyBytes
const log = Buffer.from('log') as Uint8Array as KeyBytes
let next = Number(first)

/** Pages of several kinds: values from some bytes to many pages. */
function textFor(number: number): string {
  return `${number}:`.padEnd(number % 50 === 0 ? 60_000 : 20 + (number % 400), 'x')
}

async function writeForever(): Promise<void> {
  for (;;) {
    const number = next
    next += 1
    await store.write([], (turn) => {
      // Every seventh turn replaces the pair of the turn before it.
      const slot = number % 7 === 0 ? number - 1 : number
      turn.put(Buffer.from(`left ${slot}`) as Uint8Array as KeyBytes, textFor(number))
      turn.put(Buffer.from(`right ${slot}`) as Uint8Array as KeyBytes, textFor(number))
      turn.add(counter, [1, number, 0])
      turn.append(log, String(number))
    })
    writeSync(1, `${number}\n`)
  }
}

for (let writer = 0; writer < 16; writer += 1) void writeForever()
