/**
 * Names of tables, indexes and streams inside their ARNs (operations.md §0):
 *
 *     arn:<partition>:dynamodb:<region>:<account>:table/<table>
 *     arn:<partition>:dynamodb:<region>:<account>:table/<table>/index/<index>
 *     arn:<partition>:dynamodb:<region>:<account>:table/<table>/stream/<label>
 */

/** Where a table lives. */
export interface TableHome {
  readonly region: string
  /** Twelve digits. */
  readonly account: string
}

export interface TableAddress extends TableHome {
  readonly tableName: string
}

const tableArnPattern = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):([0-9]{12}):table\/([a-zA-Z0-9_.-]{3,255})$/

const streamArnPattern = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):([0-9]{12}):table\/([a-zA-Z0-9_.-]{3,255})\/stream\/([0-9T:.-]+)$/

/** True for a string that means to be an ARN. No name of a table has a colon in it. */
export function isArn(nameOrArn: string): boolean {
  return nameOrArn.startsWith('arn:')
}

/** What the ARN of a table names; undefined for every other text. */
export function parseTableArn(arn: string): TableAddress | undefined {
  const [, region, account, tableName] = tableArnPattern.exec(arn) ?? []
  if (region === undefined || account === undefined || tableName === undefined) return undefined
  return { region, account, tableName }
}

/** The bare name that `nameOrArn` stands for; text that is no ARN of a table is taken for a name. */
export function tableNameOf(nameOrArn: string): string {
  return isArn(nameOrArn) ? (parseTableArn(nameOrArn)?.tableName ?? nameOrArn) : nameOrArn
}

export function tableArn({ region, account, tableName }: TableAddress): string {
  return `arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${tableName}`
}

export function indexArn(table: TableAddress, indexName: string): string {
  return `${tableArn(table)}/index/${indexName}`
}

/** `label` is the time at which the stream was enabled, as `yyyy-MM-ddTHH:mm:ss.SSS`. */
export function streamArn(table: TableAddress, label: string): string {
  return `${tableArn(table)}/stream/${label}`
}

/** What the ARN of a stream names; undefined for every other text. */
export function parseStreamArn(arn: string): { readonly tableName: string; readonly label: string } | undefined {
  const [, , , tableName, label] = streamArnPattern.exec(arn) ?? []
  return tableName === undefined || label === undefined ? undefined : { tableName, label }
}

/** The second word of every ARN. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
