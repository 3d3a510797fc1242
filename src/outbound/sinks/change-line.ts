/** A change as a line of JSON, for files, webhooks and dead letters (docs/sinks.md). Pure. */
import type { Item } from '../../values/attribute-value.ts'
import { plainLine } from '../../values/files/plain-json.ts'
import { itemText } from '../../values/item-text.ts'
import type { SinkBatch, SinkChange } from './sink.ts'

/** Plain JSON, or with the types of DynamoDB. */
export type ItemForm = 'plain' | 'dynamodb'

/** Without its end. Whoever gets it twice knows it by `id`. */
export function changeLine({ table, epoch }: Pick<SinkBatch, 'table' | 'epoch'>, change: SinkChange, form: ItemForm = 'plain'): string {
  const { kind, number, changedUs, region, isByTimeToLive, key, newItem, oldItem } = change
  const head = {
    id: `${epoch}-${number}${kind === 'load' ? '-load' : ''}`,
    table,
    change: kind.toUpperCase(),
    sequence: number,
    time: new Date(changedUs / 1000).toISOString(),
    ...(region !== '' && { region }),
    ...(isByTimeToLive && { timeToLive: true }),
  }
  const images = [
    `"key":${text(key, form)}`,
    ...(newItem === undefined ? [] : [`"new":${text(newItem, form)}`]),
    ...(oldItem === undefined ? [] : [`"old":${text(oldItem, form)}`]),
  ]
  return `${JSON.stringify(head).slice(0, -1)},${images.join(',')}}`
}

function text(item: Item, form: ItemForm): string {
  return form === 'plain' ? plainLine(item) : itemText(item)
}
