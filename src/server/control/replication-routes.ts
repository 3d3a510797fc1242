/** What the control endpoint tells and sets of the ways between regions that the changes of global tables take: late, cut, by another clock. */
import { replicaLinkLog } from '../../engine/keyspace/replica-keys.ts'
import { enginesWithTables } from '../../engine/regions.ts'
import { readLinkFigures } from '../../engine/replicas/link-figures.ts'
import { otherReplicas } from '../../engine/schema/replication.ts'
import { linkName, replicaLinkOf } from '../../engine/settings.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Member } from './members.ts'
import type { Route } from './route.ts'
import { changeEngineSettings } from './run-time-settings.ts'

export interface RegionLink {
  readonly from: string
  readonly to: string
}

export interface NewRegionLink extends RegionLink {
  readonly lagMs?: number
  readonly cut?: boolean
  readonly clockOffsetMs?: number
}

export interface RegionLinkState extends RegionLink {
  readonly lagMs: number
  readonly cut: boolean
  /** Of the clock of `from`. */
  readonly clockOffsetMs: number
  /** How many changes of all tables are still to be made in `to`. */
  readonly waiting: number
  /** How long the oldest of them has been waiting; undefined: none waits. */
  readonly waitingMs?: number
}

const from: Member = { kind: 'region', required: true, does: 'the region in which the changes are made' }
const to: Member = { kind: 'region', required: true, does: 'the region that they go to' }
const lagMs: Member = { kind: 'milliseconds', does: 'how long changes take at least (0)' }
const cut: Member = { kind: 'boolean', does: 'true: no change goes this way, all wait; false: they go again (false)' }
const clockOffsetMs: Member = {
  kind: 'clock offset',
  does: 'by how much the clock of `from` is ahead when replicas ask which write was the last; below 0: behind. It is one for the region, whichever way it is set by (0)',
}
const path = `${controlRoot}/replication/:from/:to`
const answers =
  '`{ from, to, lagMs, cut, clockOffsetMs, waiting, waitingMs }`; `waiting` changes are still to be made, the oldest since `waitingMs`, which is left out when none waits'

export const replicationRoutes: {
  readonly replication: Route<RegionLink, RegionLinkState>
  readonly setReplication: Route<NewRegionLink, RegionLinkState>
  readonly healReplication: Route<RegionLink, RegionLinkState>
} = {
  replication: {
    method: 'GET',
    path,
    does: 'How the changes of global tables go from one region to another, and how many wait.',
    answers,
    members: { from, to },
    run: ({ engine }, input) => stateOf(engine, input),
  },
  setReplication: {
    method: 'PUT',
    path,
    does: 'Makes them late, cuts them off, or gives the region another clock, until the process ends; on a shared store for all its servers. What is left out stays as it is.',
    answers,
    members: { from, to, lagMs, cut, clockOffsetMs },
    isForTests: true,
    run: (context, input) => setLink(context.engine, input),
  },
  healReplication: {
    method: 'DELETE',
    path,
    does: 'Lets them go at once again, by the same clock as everything else.',
    answers,
    members: { from, to },
    isForTests: true,
    run: async ({ engine }, input) => {
      checkLink(engine, input)
      await changeEngineSettings(engine, {
        replicaLinks: { [linkName(input.from, input.to)]: null },
        clockOffsetsMs: { [input.from]: null },
      })
      return stateOf(engine, input)
    },
  },
}

async function setLink(engine: MeteredEngine, input: NewRegionLink): Promise<RegionLinkState> {
  checkLink(engine, input)
  const known = replicaLinkOf(engine.settings, input.from, input.to)
  const link = { lagMs: input.lagMs ?? known.lagMs, isCut: input.cut ?? known.isCut }
  await changeEngineSettings(engine, {
    replicaLinks: { [linkName(input.from, input.to)]: link },
    ...(input.clockOffsetMs !== undefined && { clockOffsetsMs: { [input.from]: input.clockOffsetMs } }),
  })
  return stateOf(engine, input)
}

function checkLink({ regions }: MeteredEngine, link: RegionLink): void {
  if (regions === 'shared')
    throw new ControlError(400, 'All regions share their tables here: there are no replicas without --regions isolated.')
  if (link.from === link.to) throw new ControlError(400, '"from" and "to" must be two regions.')
}

async function stateOf(engine: MeteredEngine, link: RegionLink): Promise<RegionLinkState> {
  checkLink(engine, link)
  const { settings } = engine
  const { lagMs: ofLink, isCut } = replicaLinkOf(settings, link.from, link.to)
  const { waiting, oldestMs } = await readLinkFigures(engine.store, logsOf(engine, link))
  return {
    from: link.from,
    to: link.to,
    lagMs: ofLink,
    cut: isCut,
    clockOffsetMs: settings.clockOffsetsMs.get(link.from) ?? 0,
    waiting,
    ...(oldestMs !== undefined && { waitingMs: Math.max(0, engine.clock.now() - oldestMs) }),
  }
}

/** The logs of all tables that have replicas in both. */
function logsOf(engine: MeteredEngine, link: RegionLink): ReturnType<typeof replicaLinkLog>[] {
  const source = enginesWithTables(engine).find(({ region }) => region === link.from)
  return [...(source?.catalog.tables() ?? [])].flatMap((table) =>
    otherReplicas(table).flatMap(({ region, tableId }) =>
      region === link.to ? [replicaLinkLog({ fromId: table.tableId, toId: tableId })] : [],
    ),
  )
}
