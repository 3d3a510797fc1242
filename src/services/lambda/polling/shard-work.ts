/** What a mapping has in memory of one shard: records on their way, what each lane is at, and the windows that go on in it. */

import type { ShardPosition } from '../../../engine/consumers/consumer-record.ts'
import { ShardLanes } from '../../../engine/consumers/shard-lanes.ts'
import type { Shard } from '../../../engine/schema/stream.ts'
import { idleLane, type Lane, type LaneRecord, type OpenWindow } from './lane.ts'

export interface PlacedRecord extends LaneRecord {
  readonly lane: number
}

export class ShardWork {
  readonly shard: Shard
  readonly lanes: ShardLanes<PlacedRecord>
  readonly #states: Lane[]
  /** Lanes that wait for an answer. */
  readonly #busy = new Set<number>()
  /** As it stands in the store, or undefined. */
  storedWindow: string | undefined

  constructor(shard: Shard, laneCount: number, { from, window }: { readonly from: ShardPosition; readonly window: string | undefined }) {
    this.shard = shard
    this.lanes = new ShardLanes(laneCount, from)
    this.storedWindow = window
    const first = window === undefined ? idleLane : { ...idleLane, window: decodeWindow(window) }
    this.#states = Array.from({ length: laneCount }, (_, lane) => (lane === 0 ? first : idleLane))
  }

  /** The lanes for which something may be decided. */
  freeLanes(): readonly number[] {
    return this.#states.flatMap((_, lane) => (this.#busy.has(lane) ? [] : [lane]))
  }

  get isBusy(): boolean {
    return this.#busy.size > 0
  }

  state(lane: number): Lane {
    return this.#states[lane] ?? idleLane
  }

  keep(lane: number, state: Lane): void {
    this.#states[lane] = state
  }

  begin(lane: number): void {
    this.#busy.add(lane)
  }

  end(lane: number): void {
    this.#busy.delete(lane)
  }

  /** The window that is to stand in the store with the position. */
  get window(): string | undefined {
    const window = this.#states[0]?.window
    return window === undefined ? undefined : encodeWindow(window)
  }

  /** Up to where everything is done. The shard has not ended before its last window has. */
  get position(): ShardPosition {
    const { next, isEnd } = this.lanes.position
    const isOpen = this.#states.some(({ attempts, window }) => attempts.length > 0 || window !== undefined)
    return { next, isEnd: isEnd && !isOpen }
  }
}

function encodeWindow({ startMs, state, isEarly }: OpenWindow): string {
  return `${startMs}${isEarly === true ? ' early' : ''}\n${state}`
}

function decodeWindow(text: string): OpenWindow {
  const end = text.indexOf('\n')
  const [startMs, early] = text.slice(0, end).split(' ')
  return { startMs: Number(startMs), state: text.slice(end + 1), ...(early !== undefined && { isEarly: true }) }
}
