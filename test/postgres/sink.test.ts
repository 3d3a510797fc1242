/** Sinks into a real PostgreSQL: its table is what the table is, over servers that are killed and databases that are restarted. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ManualClock } from '../../src/base/clock.ts'
import { KilledServer } from '../crash/killed-server.ts'
import { type Postgres, skipWithoutPostgres, startPostgres } from '../harness/postgres.ts'
import { openTestService, succeed } from '../harness/service.ts'

describe('A sink into PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let postgres: Postgres
  before(async () => {
    postgres = await startPostgres()
  })
  after(() => postgres.remove())

  const ask = (text: string): ReturnType<Postgres['sql']> => postgres.sql(text)

  function folderOf(t: TestContext): string {
    const folder = mkdtempSync(join(tmpdir(), 'stator-sink-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }

  test('has a column for each attribute as it comes, exact numbers, and text where types differ', async (t) => {
    const deadLetters = join(folderOf(t), 'dead.jsonl')
    const to = { postgres: postgres.url({}), table: 'things' }
    const clock = new ManualClock(1_795_341_600_000)
    const service = await openTestService('any', { sinks: { deadLetters, sinks: [{ name: 'things', from: 'things', to }] }, clock })
    await succeed(service, 'CreateTable', {
      TableName: 'things',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    })
    const put = (sk: string, attributes: object): Promise<unknown> =>
      succeed(service, 'PutItem', { TableName: 'things', Item: { pk: { S: 'a"b' }, sk: { N: sk }, ...attributes } })
    await put('1', { n: { N: '12345678901234567890.123456789' }, on: { BOOL: true }, raw: { B: 'AAEC' } })
    await put('2', { n: { N: '1' }, list: { L: [{ N: '1' }, { S: 'x' }] }, nothing: { NULL: true }, name: { S: "O'Neil" } })
    await service.control.runJobs()
    await put('3', { n: { S: 'many' }, name: { S: 'a' } })
    await put('4', { name: { S: 'nul\u0000' } })
    await put('5', { name: { S: 'b' } })
    await succeed(service, 'DeleteItem', { TableName: 'things', Key: { pk: { S: 'a"b' }, sk: { N: '2' } } })
    await service.control.runJobs()
    const rows = await ask('SELECT sk, n, "on", raw, list, name FROM things ORDER BY sk')
    assert.deepEqual(
      rows.map((row) => ({ ...row, raw: row.raw && Buffer.from(row.raw as Buffer).toString('base64') })),
      [
        { sk: '1', n: '12345678901234567890.123456789', on: true, raw: 'AAEC', list: null, name: null },
        { sk: '3', n: 'many', on: null, raw: null, list: null, name: 'a' },
        { sk: '5', n: null, on: null, raw: null, list: null, name: 'b' },
      ],
    )
    const [dead, ...others] = readFileSync(deadLetters, 'utf8').trim().split('\n')
    assert.deepEqual([JSON.parse(dead ?? '').change.key, others.length], [{ pk: { S: 'a"b' }, sk: { N: '4' } }, 0])
    const [sink] = (await service.control.sinks()).sinks
    assert.deepEqual([sink?.state, sink?.waitingChanges, sink?.refused, sink?.trouble], ['following', 0, 1, undefined])
    await succeed(service, 'DeleteTable', { TableName: 'things' })
    await succeed(service, 'CreateTable', {
      TableName: 'things',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'N' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    })
    await put('7', { name: { S: 'new' } })
    await service.control.runJobs()
    assert.deepEqual(await ask('SELECT sk, name FROM things'), [{ sk: '7', name: 'new' }], 'another table of the name begins anew')
    await service.close()
  })

  test('has the columns that were named, and no others', async () => {
    const columns = { total: 'numeric', at: 'timestamptz', extra: 'jsonb' }
    const to = { postgres: postgres.url({}), table: 'public.orders', columns }
    const item = { total: 'amount', at: 'placedAt', extra: 'more' }
    const service = await openTestService('any', { sinks: { sinks: [{ name: 'orders', from: 'orders', item, to }] } })
    await succeed(service, 'CreateTable', {
      TableName: 'orders',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    const Item = {
      id: { S: 'a' },
      amount: { N: '1.50' },
      placedAt: { S: '2026-11-22T10:00:00Z' },
      more: { M: { x: { N: '1' } } },
      other: { S: 'x' },
    }
    await succeed(service, 'PutItem', { TableName: 'orders', Item })
    await service.control.runJobs()
    assert.deepEqual(await ask('SELECT * FROM orders'), [{ id: 'a', total: '1.5', at: new Date('2026-11-22T10:00:00Z'), extra: { x: 1 } }])
    await service.close()
  })

  test('is what the table is after the server was killed in the middle of writes', async (t) => {
    const folder = folderOf(t)
    const file = join(folder, 'sinks.json')
    writeFileSync(
      file,
      JSON.stringify({ sinks: [{ name: 'killed', from: 'source', to: { postgres: postgres.url({}), table: 'killed' } }] }),
    )
    const data = join(folder, 'data')
    const flags = ['--sinks', file]
    let server = await KilledServer.start(t, data)
    await server.call('CreateTable', {
      TableName: 'source',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    let version = 0
    const write = async (count: number): Promise<void> => {
      const until = version + count
      const one = async (): Promise<void> => {
        while (version < until) {
          version += 1
          const [at, Key] = [version, { id: { S: `i${(version * 7) % 199}` } }]
          if (at % 4 === 0) await server.call('DeleteItem', { TableName: 'source', Key })
          else await server.call('PutItem', { TableName: 'source', Item: { ...Key, n: { N: String(at) } } })
        }
      }
      await Promise.all(Array.from({ length: 8 }, () => one().catch((error: unknown) => assert.ok(server.isKilled, String(error)))))
    }
    await write(600)
    for (let round = 0; round < 3; round += 1) {
      await server.kill()
      server = await KilledServer.start(t, data, flags)
      const writing = write(Number.POSITIVE_INFINITY)
      await wait(400)
      await server.kill()
      await writing
      server = await KilledServer.start(t, data, flags)
    }
    await write(200)
    await server.control('POST', 'jobs/run')
    const items = (await server.scan('source')) as unknown as readonly {
      readonly id: { readonly S: string }
      readonly n: { readonly N: string }
    }[]
    const wanted = items.map(({ id, n }) => ({ id: id.S, n: n.N })).sort((a, b) => (a.id < b.id ? -1 : 1))
    assert.deepEqual(await ask('SELECT id, n FROM killed ORDER BY id COLLATE "C"'), wanted)
    assert.ok(wanted.length > 50)
  })
})
