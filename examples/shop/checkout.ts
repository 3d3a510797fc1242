/** Orders are placed: one that is asked for twice, one for which there is not enough, one that is delivered. */
import { deliver, left, openOrders, placeOrder } from './shop.ts'

const order = { customer: 'c2', date: '2026-11-22', number: '1005', total: 114 }
const lines = [
  { product: 'kettle', quantity: 1 },
  { product: 'mug', quantity: 2 },
]

const show = (missing: readonly string[]): string => (missing.length === 0 ? 'placed' : `not placed, no ${missing.join(', ')} left`)

console.log('1005', show(await placeOrder(order, lines)))
console.log('1005', show(await placeOrder(order, lines)), 'again, once:', await left('mug'), 'mugs left')
console.log('1006', show(await placeOrder({ ...order, number: '1006' }, lines)))
await deliver({ customer: 'c1', date: '2026-11-02', number: '1003' })
console.log('open', (await openOrders()).map(({ number }) => number).join(', '))
