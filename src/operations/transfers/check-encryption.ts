/** How objects that are written are to be encrypted, as requests ask for it. */
import { invalid } from '../../api/errors.ts'

/** [I] The words. */
export function checkEncryption({
  S3SseAlgorithm,
  S3SseKmsKeyId,
}: {
  readonly S3SseAlgorithm?: string
  readonly S3SseKmsKeyId?: string
}): void {
  if (S3SseKmsKeyId === undefined || S3SseAlgorithm === 'KMS') return
  throw invalid('One or more parameter values were invalid: S3SseKmsKeyId can only be specified when S3SseAlgorithm is KMS')
}
