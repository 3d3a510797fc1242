/** The route about the nodes of a shared store. */
import type { SeenNode } from '../../engine/nodes/membership.ts'
import { controlRoot } from './control-address.ts'
import type { ControlContext, Route } from './route.ts'

export interface NodeList {
  /** False while this process has its store to itself: then there are no others, and it does every job. */
  readonly shared: boolean
  readonly nodes: readonly ListedNode[]
}

export interface ListedNode extends Omit<SeenNode, 'beat' | 'done'> {
  readonly isSelf: boolean
  /** What it does for all. */
  readonly jobs: readonly string[]
}

export const nodeRoutes: { readonly nodes: Route<Readonly<Record<never, never>>, NodeList> } = {
  nodes: {
    method: 'GET',
    path: `${controlRoot}/nodes`,
    does: 'The nodes that have the same store open, as this one sees them, and which of them does which background job.',
    answers:
      '`{ shared, nodes: [{ id, isSelf, isAlive, version, startedMs, machineAheadMs, silentMs, jobs }] }`; `machineAheadMs` is how far the clock of its machine is ahead of that of the database, by which it goes; `silentMs` is how long ago a node was seen to say that it is alive. `{ shared: false, nodes: [] }` of a server that has its store to itself',
    members: {},
    run: ({ engine }) => nodeList(engine),
  },
}

function nodeList({ leases }: ControlContext['engine']): NodeList {
  if (leases === undefined) return { shared: false, nodes: [] }
  const { membership } = leases
  const nodes = membership.nodes.map(({ beat: _, done: __, silentMs, ...node }) => {
    const { id } = node
    return { ...node, isSelf: id === membership.self.id, silentMs: Math.round(silentMs), jobs: leases.heldBy(id) }
  })
  return { shared: true, nodes }
}
