/** The route about the nodes of a shared store. */
import type { SeenNode } from '../../engine/nodes/membership.ts'
import { controlRoot } from './control-address.ts'
import { withOthers } from './other-nodes.ts'
import type { ControlContext, Route } from './route.ts'

export interface NodeList {
  /** False while this process has its store to itself: then there are no others, and it does every job. */
  readonly shared: boolean
  readonly nodes: readonly ListedNode[]
}

export interface ListedNode extends Omit<SeenNode, 'beat'> {
  readonly isSelf: boolean
  /** What it does for all. */
  readonly jobs: readonly string[]
  /** How long ago another one told of its traffic last, in milliseconds; left out when it has had nothing to tell. */
  readonly toldMsAgo?: number
}

export const nodeRoutes: { readonly nodes: Route<Readonly<Record<never, never>>, NodeList> } = {
  nodes: {
    method: 'GET',
    path: `${controlRoot}/nodes`,
    does: 'The nodes that have the same store open, as this one sees them, and which of them does which background job.',
    answers:
      '`{ shared, nodes: [{ id, isSelf, isAlive, version, startedMs, silentMs, jobs, toldMsAgo }] }`; `silentMs` is how long ago a node was seen to say that it is alive, `toldMsAgo` how long ago another one told of its traffic last: answers about heat, keys, patterns, throttles have what it did until then, and a node that does nothing tells nothing. `{ shared: false, nodes: [] }` of a server that has its store to itself',
    members: {},
    run: ({ engine }) => nodeList(engine),
  },
}

async function nodeList(engine: ControlContext['engine']): Promise<NodeList> {
  const { leases } = engine
  if (leases === undefined) return { shared: false, nodes: [] }
  const told = new Map((await withOthers(engine)).others?.map(({ node, toldMsAgo }) => [node, toldMsAgo]))
  const { membership } = leases
  const nodes = membership.nodes.map(({ id, isAlive, version, startedMs, silentMs }) => {
    const isSelf = id === membership.self.id
    const toldMsAgo = told.get(id)
    const seen = { id, isSelf, isAlive, version, startedMs, silentMs: Math.round(silentMs), jobs: leases.heldBy(id) }
    return toldMsAgo === undefined ? seen : { ...seen, toldMsAgo }
  })
  return { shared: true, nodes }
}
