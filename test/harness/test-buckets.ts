/** Buckets in a folder of their own, for tests of exports and imports. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { BucketOptions } from '../../src/storage/buckets/open-buckets.ts'

export class TestBuckets {
  readonly folder: string
  readonly options: BucketOptions

  /** With these buckets, empty. */
  constructor(...names: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), 'stator-buckets-'))
    this.options = { kind: 'folder', folder: this.folder }
    for (const name of names) mkdirSync(join(this.folder, name))
  }

  /** With the subfolders of this folder as further buckets. */
  take(folder: string): void {
    if (existsSync(folder)) cpSync(folder, this.folder, { recursive: true })
  }

  /** `data/a/b.json` is the object `a/b.json` of the bucket `data`. */
  write(path: string, content: string | Uint8Array): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }

  read(path: string): Buffer {
    return readFileSync(join(this.folder, path))
  }

  /** What is compressed, as text. */
  gunzip(path: string): string {
    return gunzipSync(this.read(path)).toString('utf8')
  }

  /** All objects below, by their keys. */
  keys(bucket: string): readonly string[] {
    const root = join(this.folder, bucket)
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort()
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
