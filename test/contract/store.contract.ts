/** The laws of a store (src/storage/store.ts), each a test, to be run for every implementation. */
import { describe } from 'node:test'
import { counters } from './counters.contract.ts'
import { followers } from './followers.contract.ts'
import { guards } from './guards.contract.ts'
import { lawOf, type OpenStore } from './laws.ts'
import { localRows, localTurns } from './local.contract.ts'
import { logs } from './logs.contract.ts'
import { closing, commits, turns } from './turns.contract.ts'
import { valuesAndOrder } from './values.contract.ts'
import { views } from './views.contract.ts'

/** Runs every law of the contract against stores that `open` opens. `skip`: why they cannot be opened here. */
export function describeStoreContract(name: string, open: OpenStore, skip: string | false = false): void {
  const law = lawOf(open)
  describe(`${name} store`, { skip }, () => {
    describe('values and order', () => valuesAndOrder(law))
    describe('turns', () => turns(law))
    describe('guards', () => guards(law))
    describe('counters', () => counters(law))
    describe('logs', () => logs(law))
    describe('followers', () => followers(law))
    describe('views', () => views(law))
    describe('commits', () => commits(law))
    describe('closing', () => closing(law))
  })
}

/** Runs what is true of stores of one process. */
export function describeLocalStore(name: string, open: OpenStore): void {
  const law = lawOf(open)
  describe(`${name} store, of one process`, () => {
    describe('turns', () => localTurns(law))
    describe('rows', () => localRows(law))
  })
}
