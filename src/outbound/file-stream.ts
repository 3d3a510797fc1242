/** A stream that is a file: a line of JSON for each record, synced before it counts as taken. The file is made when it is not there, its folder is not. */
import { type FileHandle, open } from 'node:fs/promises'
import { type DataStream, DataStreamFault } from './data-stream.ts'

const lineFeed = 0x0a

export function openFileStream(file: string): DataStream {
  return {
    isAllOrNothing: true,
    find: () => whole(file, async () => {}),
    put: (records) =>
      whole(file, async (handle) => {
        const line = (await endsInLine(handle)) ? '' : '\n'
        await handle.appendFile(`${line}${records.map(({ data }) => `${data}\n`).join('')}`)
        await handle.datasync()
        return { failed: new Map() }
      }),
  }
}

/** Opened each time: whoever moves the file away gets a new one. */
async function whole<T>(file: string, act: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'a+', 0o600)
    return await act(handle)
  } catch (error) {
    throw new DataStreamFault('File', `The file ${file} cannot be written: ${(error as Error).message}`, { isPassing: true, cause: error })
  } finally {
    await handle?.close().catch(() => {})
  }
}

/** A process that was killed leaves half a line, whose record comes again. */
async function endsInLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return true
  const last = Buffer.alloc(1)
  await handle.read(last, 0, 1, size - 1)
  return last[0] === lineFeed
}
