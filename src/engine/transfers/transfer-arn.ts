/**
 * ARNs of exports and imports (backup-export-import.md §1): `<ARN of the table>/export/<id>`. How AWS writes that of a bulk operation is
 * not known; ours follows the same form [I].
 */
import { type TableHome, tableArn } from '../../api/table-name.ts'
import type { TransferKind } from '../keyspace/transfer-keys.ts'

const words: { readonly [Kind in TransferKind]: string } = { export: 'export', import: 'import', bulk: 'bulk-operation' }

interface Named {
  readonly kind: TransferKind
  readonly tableName: string
  readonly id: string
}

export function transferArn(home: TableHome, { kind, tableName, id }: Named): string {
  return `${tableArn({ ...home, tableName })}/${words[kind]}/${id}`
}

const arnPattern =
  /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table\/([a-zA-Z0-9_.-]{3,255})\/(export|import|bulk-operation)\/([0-9]{14}-[0-9a-f]{8})$/

/** Undefined for every other text. */
export function parseTransferArn(kind: TransferKind, arn: string): Named | undefined {
  const [, tableName, word, id] = arnPattern.exec(arn) ?? []
  return tableName === undefined || id === undefined || word !== words[kind] ? undefined : { kind, tableName, id }
}
