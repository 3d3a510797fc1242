/** From what is asked for to objects in buckets: what they are called, and how they are put. */
import { digest } from '../../base/digest.ts'
import type { ObjectName, PutOptions } from '../../storage/buckets/buckets.ts'

interface AskedBucket {
  readonly S3Bucket: string
  readonly S3BucketOwner?: string
}

export function objectName({ S3Bucket: bucket, S3BucketOwner: owner }: AskedBucket, key: string): ObjectName {
  return { bucket, key, ...(owner !== undefined && { owner }) }
}

interface AskedEncryption {
  readonly S3SseAlgorithm?: 'AES256' | 'KMS'
  readonly S3SseKmsKeyId?: string
}

/** What nobody asked for is left to the bucket. */
export function putOptions({ S3SseAlgorithm: algorithm, S3SseKmsKeyId: keyId }: AskedEncryption): PutOptions {
  return algorithm === undefined ? {} : { encryption: { algorithm, ...(keyId !== undefined && { keyId }) } }
}

/** 26 small letters and digits, always the same for the same text: a file that is written again replaces itself. */
export function fileName(text: string): string {
  return Buffer.from(digest(text), 'base64url').toString('hex', 0, 13)
}
