import type { KeyRange, Store, View } from '../../src/storage/store.ts'
import { forwardedStore, forwardedView } from './forwarded-store.ts'

/** A store that fails to read the ranges which begin with this tag, as one with a damaged page does. */
export function damagedStore(store: Store, tag: number, status: { readonly isDamaged: boolean }): Store {
  const check = ({ start }: KeyRange): void => {
    if (status.isDamaged && start[0] === tag) throw new Error('a page is damaged')
  }
  return {
    ...forwardedStore(store),
    view: (read, guards) =>
      store.view((view) => {
        const scan: View['scan'] = (range, budget) => {
          check(range)
          return view.scan(range, budget)
        }
        return read({ ...forwardedView(view), scan })
      }, guards),
  }
}
