/**
 * Whether turns and reads of lists, to which turns append their names, came in some serial order that agrees with time: what each saw
 * says which must be before which, and no circle may be among them.
 */
export interface SeenBy {
  readonly name: string
  /** What it saw of each list, or what was there before it. */
  readonly seen: ReadonlyMap<string, readonly string[]>
  /** The lists to which it appended its name. */
  readonly appendedTo: readonly string[]
  /** Moments in the order of which nothing is equal. */
  readonly askedAt: number
  readonly answeredAt: number
}

/** A circle of names, each of which must be before the next and the last before the first; undefined when there is none. */
export function findCircle(all: readonly SeenBy[], lists: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const after = new Map<string, Set<string>>(all.map(({ name }) => [name, new Set()]))
  const before = (first: string | undefined, second: string | undefined): void => {
    if (first !== undefined && second !== undefined && first !== second) after.get(first)?.add(second)
  }
  for (const list of lists.values()) for (const [at, name] of list.entries()) before(name, list[at + 1])
  for (const { name, seen } of all) {
    for (const [list, values] of seen) {
      before(values.at(-1), name)
      before(name, lists.get(list)?.[values.length])
    }
  }
  for (const one of all) for (const other of all) if (one.answeredAt < other.askedAt) before(one.name, other.name)
  return circleIn(after)
}

function circleIn(after: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (name: string): readonly string[] | undefined => {
    if (trail.includes(name)) return trail.slice(trail.indexOf(name))
    if (done.has(name)) return undefined
    trail.push(name)
    for (const next of after.get(name) ?? []) {
      const circle = visit(next)
      if (circle !== undefined) return circle
    }
    trail.pop()
    done.add(name)
    return undefined
  }
  for (const name of after.keys()) {
    const circle = visit(name)
    if (circle !== undefined) return circle
  }
  return undefined
}
