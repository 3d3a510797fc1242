/**
 * The file of `--audit`: lines are on disk before `append` resolves. When it has become large it is given another name, with the time in
 * it, and a new one begins; when somebody else has moved it away, a new one begins as well. `-` is stdout.
 *
 *     audit.jsonl                          what is being written
 *     audit.jsonl.20261122T100000Z         what was, until then
 */
import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, stat } from 'node:fs/promises'
import { systemClock } from '../../base/clock.ts'
import type { AuditSink } from '../../server/audit/audit-trail.ts'
import { auditFileBytesMax } from '../limits.ts'

interface OpenFile {
  readonly handle: FileHandle
  readonly inode: number
  /** Of whole lines. */
  sizeBytes: number
}

export class AuditFile implements AuditSink {
  readonly #path: string
  readonly #bytesMax: number
  #file: OpenFile | undefined

  constructor(path: string, bytesMax: number = auditFileBytesMax) {
    this.#path = path
    this.#bytesMax = bytesMax
  }

  async append(lines: string): Promise<void> {
    const bytes = Buffer.from(lines)
    const file = await this.#fileFor(bytes.length)
    try {
      await writeWhole(file.handle, bytes)
      await flush(file.handle)
      file.sizeBytes += bytes.length
    } catch (error) {
      // Of what did not fit nothing stays: no half a line before the next one.
      await file.handle.truncate(file.sizeBytes).catch(() => {})
      throw error
    }
  }

  /** Opens it and writes nothing. Rejects when it can't be opened. */
  async open(): Promise<void> {
    await this.#fileFor(0)
  }

  /** It is opened anew when more is appended. */
  async close(): Promise<void> {
    if (this.#file !== undefined) await this.#letGo(this.#file)
  }

  async #fileFor(bytes: number): Promise<OpenFile> {
    let file = this.#file
    if (file !== undefined && (await this.#isMoved(file))) file = await this.#letGo(file)
    file ??= await this.#openFile()
    if (file.sizeBytes > 0 && file.sizeBytes + bytes > this.#bytesMax) {
      await this.#letGo(file)
      await rename(this.#path, freeName(this.#path, systemClock.now()))
      file = await this.#openFile()
    }
    return file
  }

  async #openFile(): Promise<OpenFile> {
    const handle = await open(this.#path, 'a', 0o600)
    const { size, ino } = await handle.stat()
    this.#file = { handle, inode: ino, sizeBytes: size }
    return this.#file
  }

  async #letGo(file: OpenFile): Promise<undefined> {
    this.#file = undefined
    await file.handle.close()
  }

  async #isMoved({ inode }: OpenFile): Promise<boolean> {
    const there = await stat(this.#path).catch(() => undefined)
    return there?.ino !== inode
  }
}

/** Stdout: whoever reads it keeps it. */
export const auditToStdout: AuditSink = {
  append: (lines) =>
    new Promise((resolve, reject) => {
      process.stdout.write(lines, (error) => (error ? reject(error) : resolve()))
    }),
}

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten
}

/** A pipe or a device has nothing to flush, and says so. */
async function flush(handle: FileHandle): Promise<void> {
  try {
    await handle.datasync()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error
  }
}

function freeName(path: string, nowMs: number): string {
  const name = `${path}.${new Date(nowMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replaceAll(/[-:]/g, '')}Z`
  if (!existsSync(name)) return name
  for (let number = 2; ; number += 1) if (!existsSync(`${name}-${number}`)) return `${name}-${number}`
}
