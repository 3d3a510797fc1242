/**
 * A store whose process dies at one of its writes, without the process: the write is done or not, nobody is told, and nothing works
 * from then on. It passes everything else on, whatever the contract comes to have.
 */
import type { Store } from '../../src/storage/store.ts'

export interface Crash {
  /** From 1; 0: at none. */
  readonly atWrite: number
  readonly moment: 'before' | 'after'
}

export class StoreCrashed extends Error {}

export interface WatchedStore {
  readonly store: Store
  /** How many there were until now. */
  writes(): number
}

export function crashingStore(inner: Store, { atWrite, moment }: Crash): WatchedStore {
  let writes = 0
  let isCrashed = false
  const write: Store['write'] = async (...parameters: Parameters<Store['write']>) => {
    if (isCrashed) throw new StoreCrashed()
    writes += 1
    if (writes !== atWrite) return inner.write(...parameters) as never
    isCrashed = true
    if (moment === 'after') await inner.write(...parameters)
    throw new StoreCrashed()
  }
  const store = new Proxy(inner, {
    get: (target, name) => {
      if (name === 'write') return write
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...parameters: readonly unknown[]): unknown => {
        if (isCrashed && name !== 'close') throw new StoreCrashed()
        return Reflect.apply(member, target, parameters)
      }
    },
  })
  return { store, writes: () => writes }
}
