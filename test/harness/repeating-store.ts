/**
 * A store that calls many a `decide` twice, as stores of several machines do, to be put under tests of what decides: whatever has an
 * effect but through its turn shows. It keeps the order of turns; src/storage/faulty/ has harder ways to disturb.
 */
import type { Random } from '../../src/base/random.ts'
import { rehearse } from '../../src/storage/faulty/rehearse.ts'
import type { Store } from '../../src/storage/store.ts'
import { forwardedStore } from './forwarded-store.ts'

export function repeatingStore(inner: Store, random: Random): Store {
  return {
    ...forwardedStore(inner),
    write: (reads, decide, guards) => {
      const isRepeated = (random.bytes(1)[0] ?? 0) < 128
      if (isRepeated) rehearse(inner, reads, decide, guards).catch(() => {})
      return inner.write(reads, decide, guards)
    },
  }
}
