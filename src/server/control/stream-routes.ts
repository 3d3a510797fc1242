/** The route that tells who reads streams, and how far behind they are. */
import type { Pace } from '../../base/pace.ts'
import type { Stream } from '../../engine/schema/stream.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { toldStreamsMax } from '../limits.ts'
import { ownConsumersOf, type StreamReport, streamReport } from '../streams/stream-reports.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import { type ControlContext, type InRegion, type Route, region } from './route.ts'
import { regionalEngines } from './table-statistics.ts'

export interface StreamsInput extends InRegion {
  readonly table?: string
  readonly after?: string
}

export interface StreamList {
  /** Whether programs that read are known: not with `--trace off`. */
  readonly knowsPrograms: boolean
  /** By the server's clock. */
  readonly nowMs: number
  readonly streams: readonly StreamReport[]
  /** What to ask for as `after`; left out when that is all. */
  readonly next?: string
}

export const streamRoutes: { readonly streams: Route<StreamsInput, StreamList> } = {
  streams: {
    method: 'GET',
    path: `${controlRoot}/streams`,
    does: "The streams that there are, those of deleted tables and those that are disabled, too, with their shards and with who reads them: programs, as this server was asked with GetRecords since it started (of a hundred at most, those that read last; Stator's own programs only look), and consumers of the store's own, as all servers of the store know them.",
    answers:
      "`{ knowsPrograms, nowMs, streams: [{ region, table, label, arn, viewType, isEnabled, shards: [{ shard, parent, isOpen }], consumers: [{ kind, id, identity, sourceAddress, userAgent, sinceMs, lastReadMs, recordsBehind, iteratorAgeMs, places: [{ shard, nextSequenceNumber, isEnd, recordsBehind, iteratorAgeMs, lastReadMs }] }], untoldCount }], next }`; kind is `program` or `own`; `recordsBehind` is how many records are not read, at the most, `iteratorAgeMs` how old the oldest of them is; the consumers that are furthest behind come first; `untoldCount` is how many of the store's own are left out; `knowsPrograms` is false with `--trace off`",
    members: {
      table: { kind: 'name', does: 'name of a table; all of them when it is left out' },
      after: { kind: 'name', does: '`next` of the answer before' },
      region,
    },
    run: streams,
  },
}

async function streams({ engine, streamReaders: readers }: ControlContext, input: StreamsInput, pace: Pace): Promise<StreamList> {
  const engines = regionalEngines(engine, input.region)
  const all = engines.flatMap((regional) => streamsOf(regional, input.table))
  const { table } = input
  if (table !== undefined && all.length === 0 && !engines.some(({ catalog }) => catalog.find(table) !== undefined)) {
    throw new ControlError(404, `There is no table ${JSON.stringify(table)} here, and no stream of one.`)
  }
  const rest = all.filter(({ place }) => input.after === undefined || place > input.after)
  const told = rest.slice(0, toldStreamsMax)
  const own = await ownConsumersOf(
    engine,
    told.map(({ stream }) => stream),
    pace,
  )
  const reports: StreamReport[] = []
  for (const { engine: regional, stream } of told) {
    if (pace.isOver(1)) await pace.pause()
    reports.push(await streamReport(regional, stream, { readers, pace, own }))
  }
  const last = rest.length > told.length ? told.at(-1) : undefined
  return { knowsPrograms: readers !== undefined, nowMs: engine.clock.now(), streams: reports, ...(last && { next: last.place }) }
}

interface PlacedStream {
  readonly engine: MeteredEngine
  readonly stream: Stream
  /** By which they are in order: region, table, age. */
  readonly place: string
}

function streamsOf(engine: MeteredEngine, table: string | undefined): readonly PlacedStream[] {
  const { catalog, region: name } = engine
  return [...catalog.streams.all()]
    .filter((stream) => stream.region === catalog.region && (table === undefined || stream.tableName === table))
    .map((stream) => ({ engine, stream, place: `${name}/${stream.tableName}/${stream.label}` }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
}
