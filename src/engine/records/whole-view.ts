/** A view for what is short and has to be whole: one that ends early is begun again. */
import { type Store, type View, ViewEnded } from '../../storage/store.ts'

/** Calls `read` until a view lasts as long as it does. Otherwise like the store's `view`. */
export async function wholeView<T>(store: Pick<Store, 'view'>, read: (view: View) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await store.view(read)
    } catch (error) {
      if (!(error instanceof ViewEnded)) throw error
    }
  }
}
