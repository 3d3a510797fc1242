import { openTestService, succeed } from '../test/harness/service.ts'

const service = await openTestService({ kind: 'memory' })
const { engine } = service.controlContext
for (let at = 0; at < 2400; at += 1) {
  await succeed(service, 'CreateTable', {
    TableName: `tab${at}`,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...(process.argv[2] === 's' && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }),
  })
}
let max = 0,
  last = performance.now()
const timer = setInterval(() => {
  const now = performance.now()
  max = Math.max(max, now - last)
  last = now
}, 1)
await new Promise((r) => setTimeout(r, 50))
max = 0
const t0 = performance.now()
await service.control.reset({ recreate: process.argv[3] === 'r' })
console.log('reset ms', performance.now() - t0, 'max block', max)
const t1 = performance.now()
max = 0
await service.control.runJobs()
console.log('jobs ms', performance.now() - t1, 'max block', max)
clearInterval(timer)
void engine
await service.close()
