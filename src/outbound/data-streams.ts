/**
 * Where records of changes go: Kinesis data streams behind an endpoint, or in the place of single ones files, addresses and functions that whoever
 * started the server named. A client says only the ARN of a stream; what that stands for, and whether for anything, is not his to say.
 */
import type { DataStream, DataStreams } from './data-stream.ts'
import { openFileStream } from './file-stream.ts'
import { openHttpStream } from './http-stream.ts'
import { type KinesisAccess, kinesisStream } from './kinesis-stream.ts'
import { checkStreamSinks, type StreamSink, type StreamSinks } from './stream-sinks.ts'

export interface DataStreamOptions {
  readonly kinesis?: KinesisAccess
  /** By names of streams; checked here. */
  readonly sinks?: unknown
}

/** Opens nothing yet. Throws an error of one sentence when the sinks are none. */
export function openDataStreams({ kinesis, sinks: given }: DataStreamOptions): DataStreams {
  const sinks: StreamSinks = given === undefined ? new Map() : checkStreamSinks(given)
  const opened = new Map<string, DataStream>()
  return {
    of: (streamArn) => {
      const { name, region } = partsOf(streamArn)
      const sink = sinks.get(name)
      if (sink === undefined) return kinesis && kinesisStream(kinesis, { name, region })
      const known = opened.get(name) ?? openSink(sink)
      opened.set(name, known)
      return known
    },
  }
}

function partsOf(streamArn: string): { readonly name: string; readonly region: string } {
  const [, , , region = '', , resource = ''] = streamArn.split(':')
  return { name: resource.slice(resource.indexOf('/') + 1), region }
}

function openSink(sink: StreamSink): DataStream {
  switch (sink.kind) {
    case 'file':
      return openFileStream(sink.file)
    case 'url':
      return openHttpStream(sink)
    case 'function':
      return {
        isAllOrNothing: true,
        find: async () => {},
        put: async (records) => {
          await sink.take(records.map(({ data }) => JSON.parse(data) as unknown))
          return { failed: new Map() }
        },
      }
  }
}
