import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onDemandTable } from '../../../test/harness/on-demand-table.ts'
import { openTestService, succeed } from '../../../test/harness/service.ts'
import { ManualClock, secondMs } from '../../base/clock.ts'
import type { Service } from '../../server/start.ts'
import type { ItemDifference, TableDifferences } from './diff-table.ts'

const TableName = 'Orders'
const startMs = 1_795_341_600_000

async function openRecovering(clock: ManualClock): Promise<Service> {
  const service = await openTestService('any', { clock })
  await succeed(service, 'CreateTable', onDemandTable(TableName, { id: 'S' }))
  await succeed(service, 'UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  return service
}

async function put(service: Service, id: string, n: number, more: object = {}): Promise<void> {
  await succeed(service, 'PutItem', { TableName, Item: { id: { S: id }, n: { N: String(n) }, ...more } })
}

async function remove(service: Service, id: string): Promise<void> {
  await succeed(service, 'DeleteItem', { TableName, Key: { id: { S: id } } })
}

async function all(service: Service, times: { readonly from: number; readonly to?: number }): Promise<readonly ItemDifference[]> {
  const found: ItemDifference[] = []
  let page: TableDifferences | undefined
  do {
    const after: string | undefined = page?.next
    page = await service.control.diff({ table: TableName, ...times, ...(after !== undefined && { after }) })
    found.push(...page.differences)
  } while (page.next !== undefined)
  return found.sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1))
}

test('A diff tells of each item what became of it between two seconds, in either direction', async () => {
  const clock = new ManualClock(startMs)
  const service = await openRecovering(clock)
  for (const id of ['changed', 'changed back', 'gone', 'same', 'later']) await put(service, id, 1)
  clock.advance(10 * secondMs)
  await put(service, 'changed', 2, { note: { S: 'x' } })
  await put(service, 'changed back', 2)
  await put(service, 'came', 1)
  await put(service, 'came and went', 1)
  await remove(service, 'gone')
  clock.advance(secondMs)
  await put(service, 'changed back', 1)
  await remove(service, 'came and went')
  clock.advance(10 * secondMs)
  await put(service, 'later', 2)
  const [from, to] = [startMs, startMs + 15 * secondMs]
  const key = (id: string): object => ({ key: { id: { S: id } } })
  const item = (id: string): object => ({ ...key(id), item: { id: { S: id }, n: { N: '1' } } })
  assert.deepEqual(await all(service, { from, to }), [
    { change: 'added', ...item('came') },
    { change: 'changed', ...key('changed'), attributes: { n: { before: { N: '1' }, after: { N: '2' } }, note: { after: { S: 'x' } } } },
    { change: 'removed', ...item('gone') },
  ])
  assert.deepEqual(await all(service, { from: to, to: from }), [
    { change: 'removed', ...item('came') },
    { change: 'changed', ...key('changed'), attributes: { n: { before: { N: '2' }, after: { N: '1' } }, note: { before: { S: 'x' } } } },
    { change: 'added', ...item('gone') },
  ])
  assert.deepEqual(
    (await all(service, { from: to })).map(({ change, key: { id } }) => [change, id]),
    [['changed', { S: 'later' }]],
  )
  assert.deepEqual(await all(service, { from, to: from }), [])
  await service.close()
})

test('A diff comes in pieces, however much was changed, and says what it cannot tell', async () => {
  const clock = new ManualClock(startMs)
  const service = await openRecovering(clock)
  clock.advance(secondMs)
  for (let n = 0; n < 700; n += 1) await put(service, `i${n}`, n)
  const { next, differences } = await service.control.diff({ table: TableName, from: startMs })
  assert.ok(next !== undefined && differences.length < 700, `${differences.length}`)
  const found = await all(service, { from: startMs })
  assert.equal(new Set(found.map(({ key }) => JSON.stringify(key['id']))).size, 700)
  const diff = (input: object): Promise<unknown> => service.control.diff({ table: TableName, from: startMs, ...input })
  await assert.rejects(diff({ after: 'nonsense' }), { status: 400, message: 'after is not what an earlier answer said' })
  await assert.rejects(diff({ from: startMs - secondMs }), {
    status: 400,
    message: `${TableName} is known from 2026-11-22T10:00:00.000Z to 2026-11-22T10:00:01.000Z`,
  })
  await assert.rejects(diff({ table: 'Nothing' }), { status: 404, message: 'Table not found: Nothing' })
  await succeed(service, 'CreateTable', onDemandTable('Plain', { id: 'S' }))
  await assert.rejects(diff({ table: 'Plain' }), { status: 400, message: "Point in time recovery is not enabled for table 'Plain'" })
  await service.close()
})
