/** Asks the shop's table all that it was made for. questions.py and questions.sh print the same. */
import { customer, everythingAbout, linesOf, openOrders, ordersOf } from './shop.ts'

const ada = await customer('c1')
console.log(`a ${ada?.name} ${ada?.email}`)
for (const { date, number, total } of await ordersOf('c1')) console.log(`b ${date} ${number} ${total}`)
for (const key of await everythingAbout('c1')) console.log(`c ${key}`)
for (const { product, quantity } of await linesOf('1003')) console.log(`d ${quantity} ${product}`)
for (const { date, number, total } of await openOrders()) console.log(`e ${date} ${number} ${total}`)
