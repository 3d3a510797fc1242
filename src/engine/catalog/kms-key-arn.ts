/** The ARN under which an encrypted table shows its KMS key. Stator holds no keys; it only has to name them alike each time. */
import type { TableHome } from '../../api/table-name.ts'
import { hash32 } from '../../base/hash.ts'

const managedKeyAlias = 'alias/aws/dynamodb'

/** Of a customer's key by id, alias or ARN; without one, of the key AWS manages: one per account and region [I]. */
export function kmsKeyArn({ region, account }: TableHome, keyId: string = managedKeyAlias): string {
  if (keyId.startsWith('arn:')) return keyId
  const prefix = `arn:aws:kms:${region}:${account}:`
  if (keyId === managedKeyAlias) return `${prefix}key/${uuidOf(prefix)}`
  return keyId.startsWith('alias/') ? `${prefix}${keyId}` : `${prefix}key/${keyId}`
}

/** Looks like a UUID and is a function of the text. */
function uuidOf(text: string): string {
  const hex = [0, 1, 2, 3]
    .map((part) =>
      hash32(Buffer.from(`${part}${text}`))
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
