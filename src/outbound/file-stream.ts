/** A stream that is a file: a line of JSON for each record, synced before it counts as taken. The file is made when it is not there, its folder is not. */
import { appendLines } from './append-lines.ts'
import { type DataStream, DataStreamFault } from './data-stream.ts'

export function openFileStream(file: string): DataStream {
  return {
    isAllOrNothing: true,
    find: () => append(file, []),
    put: async (records) => {
      await append(
        file,
        records.map(({ data }) => data),
      )
      return { failed: new Map() }
    },
  }
}

async function append(file: string, lines: readonly string[]): Promise<void> {
  try {
    await appendLines(file, lines)
  } catch (error) {
    throw new DataStreamFault('File', (error as Error).message, { isPassing: true, cause: error })
  }
}
