/**
 * The requests of a run, one after the other: which operation, which key, which item. All of it is decided by the seed and the number
 * of the request, nothing by answers or time (but for `${now}` and `${seconds}`), so that the same seed sends the same requests.
 */
import type { AttributeTemplate, ItemTemplate, Target } from './item-template.ts'
import { itemText } from './item-template.ts'
import { createKeyDistribution, type KeyChoice, type KeyDistribution } from './key-distribution.ts'
import { type Draw, renderPieces } from './placeholders.ts'
import { SeededNumbers } from './seeded-numbers.ts'

export type LoadOperation = 'get' | 'put' | 'update' | 'query' | 'delete'

export interface LoadRequest {
  readonly operation: LoadOperation
  /** The JSON to be sent. */
  readonly body: string
  /** The partition key it goes to: its attribute values in JSON, separated by commas. */
  readonly partitionKey: string
}

export interface RequestPlan {
  readonly target: Target
  /** One, or as many as there are lines in the sample: the drawn key says which. */
  readonly items: readonly ItemTemplate[]
  readonly weights: { readonly [operation in LoadOperation]: number }
  readonly keys: KeyChoice
  readonly keyCount: number
  readonly sortKeys: number
  readonly seed: number
  readonly consistent: boolean
  /** The most items that a query reads. */
  readonly limit: number
}

export const targets: { readonly [operation in LoadOperation]: string } = {
  get: 'GetItem',
  put: 'PutItem',
  update: 'UpdateItem',
  query: 'Query',
  delete: 'DeleteItem',
}

export const loadOperations = Object.keys(targets) as readonly LoadOperation[]

interface AttributeText {
  readonly name: string
  readonly json: string
}

export class RequestMaker {
  readonly #plan: RequestPlan
  readonly #distribution: KeyDistribution
  readonly #operations: SeededNumbers
  readonly #sorts: SeededNumbers
  readonly #contents: SeededNumbers
  readonly #weightSum: number
  readonly #head: string
  #made = 0

  constructor(plan: RequestPlan) {
    this.#plan = plan
    this.#distribution = createKeyDistribution(plan.keys, plan.keyCount, new SeededNumbers(plan.seed, 1))
    this.#operations = new SeededNumbers(plan.seed, 2)
    this.#sorts = new SeededNumbers(plan.seed, 3)
    this.#contents = new SeededNumbers(plan.seed, 4)
    this.#weightSum = loadOperations.reduce((sum, operation) => sum + plan.weights[operation], 0)
    this.#head = `{"TableName":${JSON.stringify(plan.target.keys.tableName)},"ReturnConsumedCapacity":"TOTAL",`
  }

  next(nowMs: number): LoadRequest {
    const operation = this.#nextOperation()
    const key = operation === 'get' || operation === 'query' ? this.#distribution.forRead() : this.#distribution.forWrite()
    const draw = this.#draw(key, nowMs)
    const item = this.#plan.items[key % this.#plan.items.length]
    if (item === undefined) throw new Error('There is no item to send.')
    return { operation, ...this.#request(operation, item, draw) }
  }

  #nextOperation(): LoadOperation {
    let left = this.#operations.fraction() * this.#weightSum
    for (const operation of loadOperations) {
      left -= this.#plan.weights[operation]
      if (left < 0) return operation
    }
    return 'put'
  }

  #draw(key: number, nowMs: number): Draw {
    const { sortKeys } = this.#plan
    const sort = sortKeys === 1 ? 0 : this.#sorts.below(sortKeys)
    const i = this.#made
    this.#made += 1
    return { i, key, sort, item: key * sortKeys + sort, nowMs, numbers: this.#contents }
  }

  #request(operation: LoadOperation, item: ItemTemplate, draw: Draw): Omit<LoadRequest, 'operation'> {
    const { consistent } = this.#plan
    // Each attribute is made once: what is random in it must be the same in the key and in the item.
    const made = new Map<AttributeTemplate, AttributeText>()
    const render = (attributes: readonly AttributeTemplate[]): readonly AttributeText[] =>
      attributes.map((attribute) => {
        const text = made.get(attribute) ?? { name: attribute.name, json: renderPieces(attribute.pieces, draw) }
        made.set(attribute, text)
        return text
      })
    const partition = render(item.partitionKey)
    const partitionKey = partition.map(({ json }) => json).join(',')
    switch (operation) {
      case 'get':
        return { partitionKey, body: `${this.#head}"Key":${itemText(render(item.itemKey))},"ConsistentRead":${consistent}}` }
      case 'delete':
        return { partitionKey, body: `${this.#head}"Key":${itemText(render(item.itemKey))}}` }
      case 'put':
        return { partitionKey, body: `${this.#head}"Item":${itemText(render(item.attributes))}}` }
      case 'update': {
        const others = item.attributes.filter((attribute) => !item.itemKey.includes(attribute))
        return { partitionKey, body: `${this.#head}"Key":${itemText(render(item.itemKey))}${setting(render(others))}}` }
      }
      case 'query':
        return { partitionKey, body: this.#queryBody(partition) }
    }
  }

  #queryBody(partition: readonly AttributeText[]): string {
    const { target, consistent, limit } = this.#plan
    const condition = partition.map((_, at) => `#p${at} = :p${at}`).join(' AND ')
    const names = partition.map(({ name }, at) => `"#p${at}":${JSON.stringify(name)}`)
    const values = partition.map(({ json }, at) => `":p${at}":${json}`)
    const index = target.index === undefined ? '' : `"IndexName":${JSON.stringify(target.index.name)},`
    // A global index has no consistent reads: asking for one is refused.
    const consistency = target.index?.isGlobal ? '' : `"ConsistentRead":${consistent},`
    return (
      `${this.#head}${index}${consistency}"Limit":${limit},"KeyConditionExpression":"${condition}",` +
      `"ExpressionAttributeNames":{${names.join(',')}},"ExpressionAttributeValues":{${values.join(',')}}}`
    )
  }
}

/** The members of an update that sets attributes: none when there are none to set. */
function setting(attributes: readonly AttributeText[]): string {
  if (attributes.length === 0) return ''
  const actions = attributes.map((_, at) => `#a${at} = :a${at}`).join(', ')
  const names = attributes.map(({ name }, at) => `"#a${at}":${JSON.stringify(name)}`)
  const values = attributes.map(({ json }, at) => `":a${at}":${json}`)
  return (
    `,"UpdateExpression":"SET ${actions}","ExpressionAttributeNames":{${names.join(',')}},` +
    `"ExpressionAttributeValues":{${values.join(',')}}`
  )
}
