/**
 * V8 lets the heap of a new process grow by half a gigabyte before it collects what has grown old for the first time, however little of
 * it is alive: only from then on does it know how much is. A budget of memory is nothing to it. So it is made to look once, while there
 * is next to nothing to look at: ten milliseconds or two.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let isDone = false

/** Does nothing from the second time on. */
export function keepHeapSmall(): void {
  if (isDone) return
  isDone = true
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  collect()
}
