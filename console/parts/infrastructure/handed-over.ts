/** Files that were dropped on whatever view, on their way to the one that reads infrastructure code. */
import { type Signal, signal } from '@preact/signals'
import { type Dropped, droppedIn } from './dropped-files.ts'

export const handedOver: Signal<Promise<Dropped> | undefined> = signal(undefined)

/** Takes what nobody on the page has taken: otherwise the browser would leave the page for the file. Gives back what ends it. */
export function takeDrops(onDrop: () => void): () => void {
  const over = (event: DragEvent): void => {
    if (hasFiles(event)) event.preventDefault()
  }
  const drop = (event: DragEvent): void => {
    if (event.defaultPrevented || !hasFiles(event) || event.dataTransfer === null) return
    event.preventDefault()
    const dropped = droppedIn(event.dataTransfer)
    // It is told by who takes it.
    dropped.catch(() => {})
    handedOver.value = dropped
    onDrop()
  }
  addEventListener('dragover', over)
  addEventListener('drop', drop)
  return () => {
    removeEventListener('dragover', over)
    removeEventListener('drop', drop)
  }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true
}
