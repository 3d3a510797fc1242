/** How old the part of an answer is that other nodes of a shared store have in it. */
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { othersOf } from '../../metering/reports/traffic-of-all.ts'

/** A member of answers that are about all nodes. Left out where a server has its store to itself. */
export interface WithOthers {
  readonly others?: readonly OtherNode[]
}

export interface OtherNode {
  readonly node: string
  /**
   * How long ago it told of its traffic last, in milliseconds. It does so once a minute as long as there is anything to tell: what it did
   * since is missing.
   */
  readonly toldMsAgo: number
}

export async function withOthers(engine: MeteredEngine): Promise<WithOthers> {
  const others = await othersOf(engine)
  if (others === undefined) return {}
  const nowMs = engine.clock.now()
  return { others: others.map(({ nodeId, toldMs }) => ({ node: nodeId, toldMsAgo: nowMs - toldMs })) }
}

/** For the documentation. */
export const answersOthers = 'on a shared store with `others: [{ node, toldMsAgo }]`'
