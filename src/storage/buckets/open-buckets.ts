/** Opens the buckets that a server was told of. Nothing is asked of them yet, and the folder or endpoint need not be there. */
import type { Buckets } from './buckets.ts'
import { openFolderBuckets } from './folder-buckets.ts'
import { openS3Buckets, type S3Options } from './s3-buckets.ts'

export type BucketOptions =
  /** Its subfolders are the buckets. It need not be there before the first of them is. */
  { readonly kind: 'folder'; readonly folder: string } | (S3Options & { readonly kind: 's3' })

export function openBuckets(options: BucketOptions): Buckets {
  return options.kind === 'folder' ? openFolderBuckets(options.folder) : openS3Buckets(options)
}
