/** Waiting for several things of which each may fail, without leaving the others behind. */

/** Like Promise.all, but it waits for all of them, whatever fails: when it rejects, with what failed first in their order, nothing goes on any more. */
export async function allOver<T>(all: Iterable<Promise<T>>): Promise<T[]> {
  const results = await Promise.allSettled(all)
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
