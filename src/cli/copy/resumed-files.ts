/**
 * Files of items that may be gone on with. Each page is on the disk before its place is told, compressed by itself: gzip and Zstandard take
 * pieces one behind the other for a whole. What was written behind the place that is gone on from is cut off.
 */
import { constants, type FileHandle, open, rename } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip, zstdCompress } from 'node:zlib'
import type { Compression } from './copy-end.ts'
import { type FileForm, type ItemSink, ItemText, type SinkPlace } from './copy-files.ts'
import { writeFault } from './file-faults.ts'

/** Rejects with a sentence when less is there than the place says. */
export async function resumedFileSink(path: string, { format, compression }: FileForm, place: SinkPlace): Promise<ItemSink> {
  const beside = `${path}.part`
  const file = await openAt(beside, place.bytes ?? 0).catch((error: unknown) => Promise.reject(writeFault(path, error)))
  const text = new ItemText(format, place.columns)
  let bytes = place.bytes ?? 0
  return {
    write: async (items) => {
      const piece = await packed(text.of(items), compression)
      try {
        await file.writeFile(piece)
        await file.datasync()
      } catch (error) {
        throw writeFault(path, error)
      }
      bytes += piece.length
    },
    end: async () => {
      await file.close()
      await rename(beside, path).catch((error: unknown) => Promise.reject(writeFault(path, error)))
    },
    drop: () => file.close(),
    place: () => ({ bytes, ...(text.columns !== undefined && { columns: text.columns }) }),
  }
}

/** What is written comes behind so many bytes. */
async function openAt(path: string, bytes: number): Promise<FileHandle> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND)
  const { size } = await file.stat()
  if (size < bytes) {
    await file.close()
    throw new Error(`${path} holds less than was copied: remove the file of --resume to begin anew.`)
  }
  await file.truncate(bytes)
  return file
}

async function packed(text: string, compression: Compression): Promise<Buffer> {
  if (compression === 'NONE') return Buffer.from(text)
  return compression === 'GZIP' ? promisify(gzip)(text) : promisify(zstdCompress)(text)
}
