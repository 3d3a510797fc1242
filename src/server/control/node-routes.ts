/** The routes about the nodes of a shared store. */
import { raiseStoredLevel, storedLevel } from '../../engine/catalog/change-level.ts'
import type { SeenNode } from '../../engine/nodes/membership.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { withOthers } from './other-nodes.ts'
import type { ControlContext, Route } from './route.ts'

export interface NodeList {
  /** False while this process has its store to itself: then there are no others, and it does every job. */
  readonly shared: boolean
  /** The feature level of what is written; undefined while it is not shared. */
  readonly level?: number
  readonly nodes: readonly ListedNode[]
}

export interface ListedNode extends Omit<SeenNode, 'beat' | 'done' | 'settings'> {
  readonly isSelf: boolean
  /** What it does for all. */
  readonly jobs: readonly string[]
  /** How long ago another one told of its traffic last, in milliseconds; left out when it has had nothing to tell. */
  readonly toldMsAgo?: number
}

export interface NewLevel {
  readonly level: number
}

export const nodeRoutes: {
  readonly nodes: Route<Readonly<Record<never, never>>, NodeList>
  readonly raiseLevel: Route<NewLevel, NodeList>
} = {
  nodes: {
    method: 'GET',
    path: `${controlRoot}/nodes`,
    does: 'The nodes that have the same store open, as this one sees them, and which of them does which background job.',
    answers:
      '`{ shared, level, nodes: [{ id, isSelf, isAlive, host, url, version, levelMax, startedMs, machineAheadMs, silentMs, jobs, toldMsAgo }] }`; `host` is the name of its machine, `url` where it listens; `level` is the feature level of what is written, `levelMax` the newest that a node reads; `machineAheadMs` is how far the clock of its machine is ahead of that of the database, by which it goes; `silentMs` is how long ago a node was seen to say that it is alive, `toldMsAgo` how long ago another one told of its traffic last: answers about heat, keys, patterns, throttles have what it did until then, and a node that does nothing tells nothing. `{ shared: false, nodes: [] }` of a server that has its store to itself',
    members: {},
    run: ({ engine }) => nodeList(engine),
  },
  raiseLevel: {
    method: 'PUT',
    path: `${controlRoot}/nodes/level`,
    does: 'Raises the feature level of what is written, which happens by itself when all living nodes have read it for an hour. It never goes down: older versions cannot be started any more.',
    answers: 'the nodes, as above',
    members: { level: { kind: 'count', required: true, does: 'one that all living nodes read' } },
    run: ({ engine }, { level }) => raiseLevel(engine, level),
  },
}

async function raiseLevel(engine: ControlContext['engine'], level: number): Promise<NodeList> {
  const { leases, catalog } = engine
  if (leases === undefined)
    throw new ControlError(400, 'This server has its store to itself, and writes at the newest level that it reads.')
  const inForce = storedLevel(catalog) ?? 0
  if (level < inForce) throw new ControlError(400, `The feature level is ${inForce}, and does not go down.`)
  await leases.membership.look()
  const oldest = leases.membership.oldestLiving
  if (oldest !== undefined && oldest.levelMax < level) {
    const { id, version, levelMax } = oldest
    throw new ControlError(400, `The node ${id} of version ${version} reads up to level ${levelMax}: replace it by a newer version first.`)
  }
  await raiseStoredLevel(engine, level)
  return nodeList(engine)
}

async function nodeList(engine: ControlContext['engine']): Promise<NodeList> {
  const { catalog, leases } = engine
  if (leases === undefined) return { shared: false, nodes: [] }
  const told = new Map((await withOthers(engine)).others?.map(({ node, toldMsAgo }) => [node, toldMsAgo]))
  const { membership } = leases
  const nodes = membership.nodes.map(({ beat: _, done: __, settings: ___, silentMs, ...node }) => {
    const { id } = node
    const toldMsAgo = told.get(id)
    // What a dead one did is done by others already, or is about to be.
    const jobs = node.isAlive ? leases.heldBy(id) : []
    const seen = { ...node, isSelf: id === membership.self.id, silentMs: Math.round(silentMs), jobs }
    return toldMsAgo === undefined ? seen : { ...seen, toldMsAgo }
  })
  const level = storedLevel(catalog)
  return { shared: true, ...(level !== undefined && { level }), nodes }
}
