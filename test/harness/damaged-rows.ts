/** A store in memory some of whose rows are damaged, as the store on disk tells of them: in the order of their keys, to whoever reads them. */
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type KeyBytes, type Store, StoreDamaged, type View } from '../../src/storage/store.ts'
import { forwardedStore, forwardedView } from './forwarded-store.ts'

export function storeWithDamagedRows(isDamaged: (key: KeyBytes) => boolean, store: Store = openMemoryStore()): Store {
  const check = (keys: readonly KeyBytes[]): void => {
    const damaged = keys.find(isDamaged)
    if (damaged !== undefined) throw new StoreDamaged(damaged)
  }
  const damagedView = (view: View): View => ({
    ...forwardedView(view),
    get: async (keys) => {
      check(keys)
      return view.get(keys)
    },
    scan: async (range, budget) => {
      const chunk = await view.scan(range, budget)
      check(chunk.entries.map(({ key }) => key))
      return chunk
    },
  })
  return {
    ...forwardedStore(store),
    get: async (keys, guards) => {
      check(keys)
      return store.get(keys, guards)
    },
    view: (read, guards) => store.view((view) => read(damagedView(view)), guards),
    write: async (reads, decide, guards) => {
      check(reads)
      return store.write(reads, decide, guards)
    },
  }
}
