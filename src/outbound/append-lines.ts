/** A file to which lines are added, synced before they count as written. It is made when it is not there, its folder is not. */
import { type FileHandle, open } from 'node:fs/promises'

const lineFeed = 0x0a

/** Opened each time: whoever moves the file away gets a new one. Without lines: whether it can be written. Rejects with an error of one sentence. */
export async function appendLines(file: string, lines: readonly string[]): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(file, 'a+', 0o600)
    if (lines.length === 0) return
    const first = (await endsInLine(handle)) ? '' : '\n'
    await handle.appendFile(`${first}${lines.map((line) => `${line}\n`).join('')}`)
    await handle.datasync()
  } catch (error) {
    throw new Error(`The file ${file} cannot be written: ${(error as Error).message}`, { cause: error })
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
