/**
 * Where exports go and imports come from: buckets with objects, as S3 has them. A folder or an S3-compatible endpoint is behind it; who
 * writes and reads objects does not know which.
 */

/** The name of a bucket, and of an object in it. */
export interface ObjectName {
  readonly bucket: string
  readonly key: string
  /** Twelve digits: somebody else's bucket is refused, where the buckets know owners. */
  readonly owner?: string
}

/** How an object is to be encrypted, as S3 is asked for it. A folder encrypts nothing. */
export interface PutOptions {
  readonly encryption?: { readonly algorithm: 'AES256' | 'KMS'; readonly keyId?: string }
}

export interface FoundObject {
  readonly key: string
  readonly sizeBytes: number
}

export interface ObjectPage {
  /** In the order of the UTF-8 bytes of their keys. */
  readonly objects: readonly FoundObject[]
  readonly isLast: boolean
}

/** All of it rejects with BucketFault. */
export interface Buckets {
  /** The object is these bytes, or what it was before. Resolves with its ETag, without quotes. */
  put(name: ObjectName, body: Uint8Array, options?: PutOptions): Promise<string>
  /** The next objects whose keys begin with `name.key`, behind the key `after`. */
  list(name: ObjectName, after: string | undefined): Promise<ObjectPage>
  /** The bytes of an object in pieces, which are read as they are asked for. Who stops early returns the iterator. */
  read(name: ObjectName): AsyncIterable<Uint8Array>
}

/** Objects cannot be written or read. What it says may be shown to whoever asked for the export or import. */
export class BucketFault extends Error {
  /** As AWS calls it in FailureCode: `S3NoSuchBucket`. */
  readonly code: string
  /** Whether it may be well when asked again. */
  readonly isPassing: boolean

  constructor(code: string, message: string, { isPassing = false, ...options }: ErrorOptions & { readonly isPassing?: boolean } = {}) {
    super(message, options)
    this.name = 'BucketFault'
    this.code = code
    this.isPassing = isPassing
  }
}

interface S3Fault {
  readonly status: number
  /** Without `S3`. */
  readonly code: string
  readonly message: string
  readonly requestId?: string
}

/** What S3 said, in the words in which AWS passes it on (backup-export-import.md §6). */
export function faultOfS3({ status, code, message, requestId = 'null' }: S3Fault): BucketFault {
  const said = `${message} (Service: Amazon S3; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId})`
  return new BucketFault(`S3${code}`, said, { isPassing: status >= 500 || status === 429 })
}

export function noSuchBucket(): BucketFault {
  return faultOfS3({ status: 404, code: 'NoSuchBucket', message: 'The specified bucket does not exist' })
}

export function noSuchKey(): BucketFault {
  return faultOfS3({ status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' })
}
