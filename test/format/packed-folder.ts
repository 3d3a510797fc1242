/**
 * A data folder as one file of the repository: Brotli over one line of JSON, `[{ name, sizeBytes } …]`, and the bytes of the files
 * one after the other. Brotli because a write-ahead log holds the same page many times, further apart than gzip looks back: it makes
 * a quarter of what gzip does.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

interface PackedFile {
  readonly name: string
  readonly sizeBytes: number
}

export function packFolder(folder: string, archive: string): void {
  const names = readdirSync(folder).sort()
  const contents = names.map((name) => readFileSync(join(folder, name)))
  const files = names.map((name, at): PackedFile => ({ name, sizeBytes: contents[at]?.length ?? 0 }))
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(files)}\n`), ...contents])
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  }
  writeFileSync(archive, brotliCompressSync(bytes, { params }))
}

/** Writes the files into the folder, which is made if it is not there. */
export function unpackFolder(archive: string, folder: string): void {
  const bytes = brotliDecompressSync(readFileSync(archive))
  const lineEnd = bytes.indexOf('\n')
  const files = JSON.parse(bytes.toString('utf8', 0, lineEnd)) as readonly PackedFile[]
  mkdirSync(folder, { recursive: true })
  let from = lineEnd + 1
  for (const { name, sizeBytes } of files) {
    writeFileSync(join(folder, name), bytes.subarray(from, from + sizeBytes))
    from += sizeBytes
  }
}
