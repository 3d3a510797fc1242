/**
 * Conflicts between transactions, on demand. One process decides every transaction in one turn, so they never happen by chance;
 * programs must meet them all the same to be tested. A transaction can be held open, and then whatever touches its items answers as
 * AWS does (indexes-streams-ttl-transactions.md §7.1); or the next ones are made to conflict. Nothing of this is stored.
 */

import { ServiceError } from '../../api/errors.ts'
import { latin1 } from '../../base/bytes.ts'
import type { KeyBytes } from '../../storage/store.ts'

export interface FaultsStatus {
  /** How long the next transaction will be held; absent when none will be. */
  readonly holdNextMs?: number
  /** How many of the next transactions will conflict. */
  readonly conflictsLeft: number
  readonly held: readonly HeldTransaction[]
}

export interface HeldTransaction {
  /** Milliseconds since the Unix epoch: when it goes on by itself. */
  readonly untilMs: number
  readonly itemCount: number
}

/** A transaction that has its items and has not happened yet. */
export interface Hold {
  /** Resolves when it may go on. */
  readonly released: Promise<void>
  /** To be called when it is over, whatever became of it. */
  end(): void
  /** Nobody was told: the next transaction is held instead. */
  giveBack(): void
}

export interface Holdable {
  readonly keys: readonly KeyBytes[]
  /** Unique among tokens; undefined for a transaction without one. */
  readonly tokenName: string | undefined
}

interface Held {
  readonly untilMs: number
  readonly keyTexts: readonly string[]
  readonly tokenName: string | undefined
  readonly ended: Promise<void>
  readonly release: () => void
}

export class TransactionFaults {
  #holdNextMs: number | undefined
  #conflictsLeft = 0
  #isClosed = false
  readonly #held = new Set<Held>()
  readonly #heldKeys = new Set<string>()
  readonly #heldTokens = new Set<string>()

  get status(): FaultsStatus {
    return {
      ...(this.#holdNextMs !== undefined && { holdNextMs: this.#holdNextMs }),
      conflictsLeft: this.#conflictsLeft,
      held: [...this.#held].map(({ untilMs, keyTexts }) => ({ untilMs, itemCount: keyTexts.length })),
    }
  }

  /** The next transaction that writes, and that nothing else keeps from it, is held for so long. */
  holdNext(forMs: number): void {
    this.#holdNextMs = forMs
  }

  /** The next so many transactions, reading or writing, are cancelled for a conflict on their first item. */
  conflictNext(count: number): void {
    this.#conflictsLeft = count
  }

  /** Lets all held transactions go on, and holds no next one. Resolves with how many there were when they are over. */
  release(): Promise<number> {
    this.#holdNextMs = undefined
    return this.#releaseAll([...this.#held])
  }

  /** Lets those go on whose time has come. Resolves when they are over, with whether there were any. */
  async releaseDue(nowMs: number): Promise<boolean> {
    if (this.#held.size === 0) return false
    return (await this.#releaseAll([...this.#held].filter(({ untilMs }) => untilMs <= nowMs))) > 0
  }

  /** Nothing is held from now on. Resolves when what was held is over. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.release()
  }

  /** TransactionConflictException for an item of a held transaction. */
  checkNotHeld(key: KeyBytes): void {
    if (this.#heldKeys.size > 0 && this.#heldKeys.has(latin1(key))) throw transactionConflict()
  }

  /** TransactionInProgressException when the transaction with this token is being held. */
  checkTokenNotHeld(tokenName: string): void {
    if (this.#heldTokens.size === 0 || !this.#heldTokens.has(tokenName)) return
    throw new ServiceError('TransactionInProgressException', 'The transaction with the given request token is already in progress.')
  }

  /** Whether this transaction is one that was asked to conflict. Each call uses one up. */
  takeConflict(): boolean {
    if (this.#conflictsLeft === 0) return false
    this.#conflictsLeft -= 1
    return true
  }

  /** The one that took it never was. */
  giveConflictBack(): void {
    this.#conflictsLeft += 1
  }

  /** Holds the transaction if one was asked to be held and its items are free. */
  takeHold({ keys, tokenName }: Holdable, nowMs: number): Hold | undefined {
    if (this.#holdNextMs === undefined || this.#isClosed) return undefined
    const keyTexts = keys.map(latin1)
    if (keyTexts.some((key) => this.#heldKeys.has(key))) return undefined
    const released = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const forMs = this.#holdNextMs
    const untilMs = nowMs + forMs
    this.#holdNextMs = undefined
    const held: Held = { untilMs, keyTexts, tokenName, ended: ended.promise, release: released.resolve }
    this.#held.add(held)
    for (const key of keyTexts) this.#heldKeys.add(key)
    if (tokenName !== undefined) this.#heldTokens.add(tokenName)
    const end = (): void => {
      this.#letGo(held)
      ended.resolve()
    }
    const giveBack = (): void => {
      end()
      this.#holdNextMs ??= forMs
    }
    return { released: released.promise, end, giveBack }
  }

  async #releaseAll(all: readonly Held[]): Promise<number> {
    for (const held of all) {
      this.#letGo(held)
      held.release()
    }
    await Promise.all(all.map(({ ended }) => ended))
    return all.length
  }

  /** Its items and its token are free. Once: afterwards they may be another's. */
  #letGo(held: Held): void {
    if (!this.#held.delete(held)) return
    for (const key of held.keyTexts) this.#heldKeys.delete(key)
    if (held.tokenName !== undefined) this.#heldTokens.delete(held.tokenName)
  }
}

/** How every write of one item, and every reason of a transaction, says that another transaction has the item. */
export function transactionConflict(): ServiceError {
  return new ServiceError('TransactionConflictException', 'Transaction is ongoing for the item')
}
