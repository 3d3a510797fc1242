/**
 * Who has read which shards of streams with GetRecords, and how far, as this process was asked: programs say nothing of themselves but by what
 * they ask, so a reader is an identity, an address and a program. Of a bounded number of readers and shards; those that read last.
 */
import { readersMax, readPlacesMax } from '../limits.ts'

/** Who asks. */
export interface ReaderName {
  /** Access key id, or ARN. */
  readonly identity: string
  readonly address: string
  readonly userAgent: string
}

export interface ReadPlace {
  readonly shardNumber: number
  /** Of the record that is read next, or of one before it that is not there; 0: the oldest that there is. */
  next: number
  /** All was read of a shard that is closed. */
  isEnd: boolean
  /** By the server's clock. */
  lastMs: number
}

export interface StreamReader extends ReaderName {
  readonly streamArn: string
  readonly firstMs: number
  lastMs: number
  /** By the number of the shard; the one that was read last stands at the end. */
  readonly places: Map<number, ReadPlace>
}

/** What one GetRecords came to. */
export interface ShardRead extends ReadPlace {
  readonly streamArn: string
  readonly by: ReaderName
}

export class StreamReaders {
  readonly #readers = new Map<string, StreamReader>()
  #placeCount = 0

  note({ streamArn, by, shardNumber, next, isEnd, lastMs }: ShardRead): void {
    const id = `${streamArn} ${by.identity} ${by.address} ${by.userAgent}`
    const known = this.#readers.get(id)
    const reader = known ?? { streamArn, ...by, firstMs: lastMs, lastMs, places: new Map<number, ReadPlace>() }
    // The one that read last stands at the end, and so do its places.
    this.#readers.delete(id)
    this.#readers.set(id, reader)
    reader.lastMs = lastMs
    if (reader.places.delete(shardNumber)) this.#placeCount -= 1
    reader.places.set(shardNumber, { shardNumber, next, isEnd, lastMs })
    this.#placeCount += 1
    if (known === undefined && this.#readers.size > readersMax) this.#forgetOldest()
    while (this.#placeCount > readPlacesMax) this.#forgetPlace()
  }

  /** Those of a stream, the one that read last at the end. */
  of(streamArn: string): readonly StreamReader[] {
    return [...this.#readers.values()].filter((reader) => reader.streamArn === streamArn)
  }

  /** Shards that are not there any more. */
  forgetPlaces(reader: StreamReader, isThere: (shardNumber: number) => boolean): void {
    for (const number of reader.places.keys()) {
      if (!isThere(number) && reader.places.delete(number)) this.#placeCount -= 1
    }
  }

  #forgetOldest(): void {
    const [oldest] = this.#readers
    if (oldest === undefined) return
    this.#readers.delete(oldest[0])
    this.#placeCount -= oldest[1].places.size
  }

  /** Of the reader that read longest ago; one with many shards of its own may be that. */
  #forgetPlace(): void {
    const [oldest] = this.#readers.values()
    const [number] = oldest?.places.keys() ?? []
    if (oldest === undefined || number === undefined) {
      this.#forgetOldest()
      return
    }
    oldest.places.delete(number)
    this.#placeCount -= 1
  }
}
