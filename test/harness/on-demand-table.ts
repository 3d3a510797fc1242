/** The CreateTable input of a plain on-demand table, which is all most tests need of one. */

export interface OnDemandTable {
  readonly TableName: string
  readonly BillingMode: 'PAY_PER_REQUEST'
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[]
}

/** `keys`: attribute name to type, partition key first. */
export function onDemandTable(name: string, keys: { readonly [attribute: string]: 'S' | 'N' | 'B' }): OnDemandTable {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Object.entries(keys).map(([attribute, type]) => ({ AttributeName: attribute, AttributeType: type })),
    KeySchema: Object.keys(keys).map((attribute, index) => ({ AttributeName: attribute, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  }
}
