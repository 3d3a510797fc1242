/**
 * What a copy is from and to, as it is typed:
 *
 *     end    = "aws:" [ REGION ":" ] TABLE | URL "#" TABLE | "s3://" BUCKET "/" PREFIX | file | TABLE
 *     file   = a name that ends with a format, behind which it may be compressed
 *     format = ".jsonl" | ".ndjson" | ".json" | ".csv" | ".ion" | ".parquet"        compressed = ".gz" | ".zst"
 */
import { UsageError } from '../read-arguments.ts'

/** `json` is DynamoDB JSON in lines, as exports have it; `jsonl` has plain values. */
export type CopyFormat = 'jsonl' | 'json' | 'csv' | 'ion' | 'parquet'
export type Compression = 'NONE' | 'GZIP' | 'ZSTD'

export type TableEnd =
  | { readonly kind: 'table'; readonly tableName: string; readonly endpoint?: string }
  /** AWS's own, in a region that may be said elsewhere. */
  | { readonly kind: 'table'; readonly tableName: string; readonly isAws: true; readonly region?: string }

export type CopyEnd =
  | TableEnd
  | { readonly kind: 'file'; readonly path: string; readonly format: CopyFormat; readonly compression: Compression }
  | { readonly kind: 'bucket'; readonly bucket: string; readonly prefix: string }

const formats: ReadonlyMap<string, CopyFormat> = new Map([
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'json'],
  ['csv', 'csv'],
  ['ion', 'ion'],
  ['parquet', 'parquet'],
])

/** Throws UsageError. */
export function readCopyEnd(text: string): CopyEnd {
  const aws = /^aws:(?:([a-z0-9-]+):)?([a-zA-Z0-9_.-]+)$/.exec(text)
  if (aws !== null) {
    const [, region, tableName = ''] = aws
    return { kind: 'table', tableName, isAws: true, ...(region !== undefined && { region }) }
  }
  const s3 = /^s3:\/\/([^/]+)\/?(.*)$/.exec(text)
  if (s3 !== null) return { kind: 'bucket', bucket: s3[1] ?? '', prefix: s3[2] ?? '' }
  const url = /^(https?:\/\/[^#]+)#([a-zA-Z0-9_.-]+)$/.exec(text)
  if (url !== null) return { kind: 'table', endpoint: url[1] ?? '', tableName: url[2] ?? '' }
  const file = fileNamed(text)
  if (file !== undefined) return { kind: 'file', path: text, ...file }
  if (/^[a-zA-Z0-9_.-]{3,255}$/.test(text)) return { kind: 'table', tableName: text }
  throw new UsageError(`${text} is no table, no file (.jsonl, .json, .csv, .ion, .parquet, with .gz or .zst) and no s3://BUCKET/PREFIX.`)
}

/** Undefined when the name does not end with a format. */
export function fileNamed(name: string): { readonly format: CopyFormat; readonly compression: Compression } | undefined {
  const [, ending = '', packed = ''] = /\.([a-z]+)(\.gz|\.zst)?$/.exec(name) ?? []
  const format = formats.get(ending)
  // Parquet compresses by itself.
  if (format === 'parquet' && packed !== '') return undefined
  return format && { format, compression: packed === '.gz' ? 'GZIP' : packed === '.zst' ? 'ZSTD' : 'NONE' }
}
