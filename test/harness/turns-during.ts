/** What `act` resolves with, and how many turns of the event loop others have meanwhile. */
export async function turnsDuring<T>(act: () => Promise<T>): Promise<{ readonly turns: number; readonly outcome: T }> {
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  try {
    const outcome = await act()
    return { turns, outcome }
  } finally {
    isDone = true
  }
}
