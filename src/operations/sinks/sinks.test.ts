import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { keptOpen } from '../../../test/harness/forwarded-store.ts'
import { openTestService, succeed } from '../../../test/harness/service.ts'
import { openTestStore, propertyRuns } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import type { Service } from '../../server/start.ts'
import type { Store } from '../../storage/store.ts'
import { readSinks } from './sink-definition.ts'

interface Told {
  readonly id: string
  readonly change: 'LOAD' | 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly sequence: number
  readonly key: { readonly id: string }
  readonly new?: { readonly id: string; readonly n: number }
}

async function createItems(service: Service): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName: 'items',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
}

function put(service: Service, id: string, n: number, more: object = {}): Promise<unknown> {
  return succeed(service, 'PutItem', { TableName: 'items', Item: { id: { S: id }, n: { N: String(n) }, ...more } })
}

function remove(service: Service, id: string): Promise<unknown> {
  return succeed(service, 'DeleteItem', { TableName: 'items', Key: { id: { S: id } } })
}

async function itemsOf(service: Service): Promise<ReadonlyMap<string, number>> {
  const { Items } = await succeed(service, 'Scan', { TableName: 'items', ConsistentRead: true })
  return new Map((Items as { id: { S: string }; n: { N: string } }[]).map(({ id, n }) => [id.S, Number(n.N)]))
}

/** What is told, as whoever applies it in its order has it. */
class Copy {
  readonly items = new Map<string, number>()

  take(changes: readonly Told[]): void {
    const sequences = changes.map(({ sequence }) => sequence)
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => a - b),
    )
    for (const { change, key, new: item } of changes) {
      assert.equal(item === undefined, change === 'REMOVE')
      if (item === undefined) this.items.delete(key.id)
      else this.items.set(key.id, item.n)
    }
  }
}

const sorted = (items: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...items].sort(([a], [b]) => (a < b ? -1 : 1))

function openWith(store: Store, sinks: object, clock?: ManualClock): Promise<Service> {
  return openTestService({ kind: 'custom', open: () => keptOpen(store) }, { sinks, ...(clock && { clock }) })
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-sinks-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function linesOf(path: string): readonly Told[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told)
}

interface Asked {
  readonly request: IncomingMessage
  readonly body: string
}

/** A server that answers what it is told to. */
async function answering(t: TestContext, answer: (asked: Asked) => { readonly status: number; readonly body?: string }): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { status, body = '' } = answer({ request, body: Buffer.concat(chunks).toString('utf8') })
      response.writeHead(status).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Document {
  readonly id: string
  readonly n: number
}

/** An index by what its bulk API says: versions from outside, 429 for whom it is too busy, 400 for what it cannot hold. */
class BulkIndex {
  readonly documents = new Map<string, Document>()
  readonly #versions = new Map<string, bigint>()
  /** How many actions it is too busy for. */
  busyFor = 0
  conflicts = 0

  answer(request: IncomingMessage, body: string): { readonly status: number; readonly body: string } {
    assert.deepEqual([request.method, request.url, request.headers['content-type']], ['POST', '/_bulk', 'application/x-ndjson'])
    assert.equal(request.headers.authorization, 'Basic x')
    assert.ok(body.endsWith('\n'))
    const lines = body.slice(0, -1).split('\n')
    const items: object[] = []
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
      const [operation = '', meta] =
        Object.entries(JSON.parse(line) as Record<string, { _id: string; _index: string; version_type: string }>)[0] ?? []
      assert.deepEqual([meta?._index, meta?.version_type], ['items', 'external'])
      const document = operation === 'index' ? (JSON.parse(lines.shift() ?? '') as Document) : undefined
      const version = BigInt(/"version":(\d+)/.exec(line)?.[1] ?? '0')
      items.push({ [operation]: { _id: meta?._id, status: this.#apply(meta?._id ?? '', version, document) } })
    }
    return { status: 200, body: JSON.stringify({ errors: true, items }) }
  }

  #apply(id: string, version: bigint, document: Document | undefined): number {
    assert.ok(version > 0n && version < 2n ** 63n)
    if (id === 'poison') return 400
    if (this.busyFor > 0) {
      this.busyFor -= 1
      return 429
    }
    if (version <= (this.#versions.get(id) ?? 0n)) {
      this.conflicts += 1
      return 409
    }
    this.#versions.set(id, version)
    if (document !== undefined) this.documents.set(id, document)
    else if (!this.documents.delete(id)) return 404
    return 200
  }
}

type Act = { readonly kind: 'put' | 'delete'; readonly id: string; readonly n: number } | { readonly kind: 'run' | 'fail' | 'restart' }
const id = fc.integer({ min: 0, max: 12 }).map((at) => `i${at}`)
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), id, n: fc.integer({ min: 0, max: 99 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), id, n: fc.constant(0) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('run' as const, 'fail' as const, 'restart' as const) }) },
  ),
  { maxLength: 50 },
)

describe('A sink', () => {
  test('is told of all that was there and of all that becomes of it, in the order of each item, whatever fails meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(acts, acts, async (before, after) => {
        const store = await openTestStore()
        const clock = new ManualClock(1_795_341_600_000)
        const copy = new Copy()
        let failures = 0
        const call = (changes: readonly Told[]): void => {
          failures -= 1
          // Half of what it was handed it has, when it fails.
          const taken = failures >= 0 ? changes.slice(0, Math.ceil(changes.length / 2)) : changes
          copy.take(taken)
          if (failures >= 0) throw new Error('no room')
        }
        const sinks = { sinks: [{ name: 'copy', from: 'items', to: { call } }] }
        let service = await openTestService({ kind: 'custom', open: () => keptOpen(store) }, { clock })
        await createItems(service)
        const play = async (all: readonly Act[]): Promise<void> => {
          for (const act of all) {
            if (act.kind === 'put') await put(service, act.id, act.n)
            else if (act.kind === 'delete') await remove(service, act.id)
            else if (act.kind === 'run') await service.control.runJobs()
            else if (act.kind === 'fail') failures = 2
            else {
              await service.close()
              service = await openWith(store, sinks, clock)
            }
          }
        }
        await play(before.filter(({ kind }) => kind === 'put' || kind === 'delete'))
        await service.close()
        service = await openWith(store, sinks, clock)
        await play(after)
        failures = 0
        for (let minutes = 0; minutes < 3; minutes += 1) {
          clock.advance(60_000)
          await service.control.runJobs()
        }
        assert.deepEqual(sorted(copy.items), sorted(await itemsOf(service)))
        const [sink] = (await service.control.sinks()).sinks
        assert.deepEqual([sink?.state, sink?.waitingChanges, sink?.trouble], ['following', 0, undefined])
        await service.close()
        await store.close()
      }),
      { numRuns: propertyRuns(30) },
    )
  })

  test('that is away for an hour keeps the others from nothing, and misses nothing', async (t) => {
    const folder = folderOf(t)
    const clock = new ManualClock(1_795_341_600_000)
    const copy = new Copy()
    let isAway = true
    let asked = 0
    const call = (changes: readonly Told[]): void => {
      asked += 1
      if (isAway) throw new Error('away')
      copy.take(changes)
    }
    const file = join(folder, 'items.jsonl')
    const sinks = {
      sinks: [
        { name: 'away', from: 'items', to: { call } },
        { name: 'log', from: 'items', to: { file } },
      ],
    }
    const told: string[] = []
    const service = await openTestService('any', { sinks, clock, log: (text) => told.push(text) })
    await createItems(service)
    await service.control.runJobs()
    for (let minute = 0; minute < 60; minute += 1) {
      await put(service, `i${minute % 7}`, minute)
      clock.advance(60_000)
      await service.control.runJobs()
    }
    assert.ok(asked > 5 && asked < 100, `it was asked ${asked} times`)
    assert.equal(linesOf(file).length, 60)
    const [away] = (await service.control.sinks()).sinks
    assert.deepEqual([away?.trouble, away?.waitingChanges, away?.failures], ['away', 60, asked])
    assert.deepEqual(told, ['Sink away takes nothing, and is asked again: away'])
    isAway = false
    clock.advance(60_000)
    await service.control.runJobs()
    assert.deepEqual(sorted(copy.items), sorted(await itemsOf(service)))
    await service.close()
  })

  test('of a file has a line for each change, and what is refused stands in the file of dead letters', async (t) => {
    const folder = folderOf(t)
    const [file, typed] = [join(folder, 'items.jsonl'), join(folder, 'typed.jsonl')]
    const sinks = {
      sinks: [
        { name: 'log', from: 'items', where: 'n > 1', item: { double: 'n', label: { template: '{id}!' } }, to: { file } },
        { name: 'typed', from: 'items', load: false, to: { file: typed, format: 'dynamodb' } },
      ],
    }
    const again = await openTestService('any', { sinks })
    await createItems(again)
    await put(again, 'a', 5)
    await again.control.runJobs()
    await put(again, 'a', 1)
    await put(again, 'a', 2)
    await remove(again, 'a')
    await put(again, 'b', 0)
    await again.control.runJobs()
    const told = linesOf(file) as unknown as readonly { change: string; new?: object; key: object; time: string }[]
    assert.deepEqual(
      told.map(({ change, key, new: item }) => [change, key, item]),
      [
        ['LOAD', { id: 'a' }, { id: 'a', double: 5, label: 'a!' }],
        ['REMOVE', { id: 'a' }, undefined],
        ['INSERT', { id: 'a' }, { id: 'a', double: 2, label: 'a!' }],
        ['REMOVE', { id: 'a' }, undefined],
      ],
    )
    assert.equal(told[1]?.time, '2026-11-22T10:00:00.000Z')
    assert.deepEqual(
      linesOf(typed).map(({ new: item }) => item),
      [{ id: { S: 'a' }, n: { N: '1' } }, { id: { S: 'a' }, n: { N: '2' } }, undefined, { id: { S: 'b' }, n: { N: '0' } }],
    )
    await again.close()
  })

  test('of an address is signed, is asked again, and refuses what is wrong alone', async (t) => {
    const folder = folderOf(t)
    const clock = new ManualClock(1_795_341_600_000)
    const copy = new Copy()
    const answers: number[] = []
    let isBusy = true
    const url = await answering(t, ({ request, body }) => {
      const { changes } = JSON.parse(body) as { readonly changes: readonly Told[] }
      const timestamp = String(request.headers['x-stator-timestamp'])
      const digest = createHmac('sha256', 'hush').update(`${timestamp}.${body}`).digest('hex')
      assert.equal(request.headers['x-stator-signature'], `sha256=${digest}`)
      assert.equal(request.headers['x-own'], 'yes')
      const status = isBusy ? 503 : changes.some((change) => change.key.id === 'poison') ? 422 : 204
      answers.push(status)
      if (status === 204) copy.take(changes)
      return { status, body: 'no thanks' }
    })
    const deadLetters = join(folder, 'dead.jsonl')
    const to = { url, secret: 'hush', headers: { 'x-own': 'yes' } }
    const service = await openTestService('any', { sinks: { deadLetters, sinks: [{ name: 'hook', from: 'items', to }] }, clock })
    await createItems(service)
    for (let n = 0; n < 20; n += 1) await put(service, n === 11 ? 'poison' : `i${n % 5}`, n)
    await service.control.runJobs()
    assert.deepEqual([...new Set(answers)], [503])
    isBusy = false
    clock.advance(60_000)
    await service.control.runJobs()
    const wanted = new Map(await itemsOf(service))
    wanted.delete('poison')
    assert.deepEqual(sorted(copy.items), sorted(wanted))
    const dead = linesOf(deadLetters) as unknown as readonly { sink: string; reason: string; change: { new: object } }[]
    assert.deepEqual(
      dead.map(({ sink, reason, change }) => [sink, reason, change.new]),
      [['hook', `${url} answers 422: no thanks`, { id: { S: 'poison' }, n: { N: '11' } }]],
    )
    const [sink] = (await service.control.sinks()).sinks
    assert.equal(sink?.refused, 1)
    await service.close()
  })

  test('goes on only when what it refused is kept: without a disk for dead letters nothing is lost', async (t) => {
    const folder = folderOf(t)
    const clock = new ManualClock(1_795_341_600_000)
    const url = await answering(t, () => ({ status: 400 }))
    const deadLetters = join(folder, 'absent', 'dead.jsonl')
    const service = await openTestService('any', { sinks: { deadLetters, sinks: [{ name: 'hook', from: 'items', to: { url } }] }, clock })
    await createItems(service)
    await service.control.runJobs()
    await put(service, 'a', 1)
    await service.control.runJobs()
    const [sink] = (await service.control.sinks()).sinks
    assert.match(sink?.trouble ?? '', /^The file .*dead\.jsonl cannot be written: ENOENT/)
    assert.deepEqual([sink?.waitingChanges, sink?.refused], [1, 0])
    await service.close()
  })

  test('of OpenSearch speaks its bulk API, and sends again what it was too busy for', async (t) => {
    const deadLetters = join(folderOf(t), 'dead.jsonl')
    const clock = new ManualClock(1_795_341_600_000)
    const index = new BulkIndex()
    const url = await answering(t, ({ request, body }) => index.answer(request, body))
    const to = { opensearch: url, index: 'items', headers: { authorization: 'Basic x' } }
    const service = await openTestService('any', { sinks: { deadLetters, sinks: [{ name: 'search', from: 'items', to }] }, clock })
    await createItems(service)
    await put(service, 'a|b', 1, { set: { SS: ['x', 'y'] }, exact: { N: '12345678901234567890' } })
    for (let n = 0; n < 30; n += 1) {
      index.busyFor = n % 3
      if (n % 5 === 4) await remove(service, `i${n % 4}`)
      else await put(service, n === 12 ? 'poison' : `i${n % 4}`, n)
      if (n % 4 === 3) {
        await service.control.runJobs()
        clock.advance(60_000)
      }
    }
    index.busyFor = 0
    await service.control.runJobs()
    const wanted = new Map(await itemsOf(service))
    wanted.delete('poison')
    assert.deepEqual(sorted(new Map([...index.documents.values()].map((document) => [document.id, document.n]))), sorted(wanted))
    assert.deepEqual(index.documents.get('a%7Cb'), { id: 'a|b', n: 1, set: ['x', 'y'], exact: '12345678901234567890' })
    assert.equal(linesOf(deadLetters).length, 1)
    assert.ok(index.conflicts > 0, 'what was taken beside what was not came again')
    await service.close()
  })

  test('begins anew with another table of the name, and is forgotten when it is asked to be', async () => {
    const copy = new Copy()
    const sinks = { sinks: [{ name: 'copy', from: 'items', to: { call: (changes: readonly Told[]) => copy.take(changes) } }] }
    const service = await openTestService('any', { sinks })
    await service.control.runJobs()
    assert.equal((await service.control.sinks()).sinks[0]?.trouble, 'there is no table items')
    await createItems(service)
    await put(service, 'a', 1)
    await service.control.runJobs()
    await succeed(service, 'DeleteTable', { TableName: 'items' })
    await createItems(service)
    await put(service, 'b', 2)
    await service.control.runJobs()
    assert.deepEqual(sorted(copy.items), [
      ['a', 1],
      ['b', 2],
    ])
    assert.equal((await service.control.forgetSink({ sink: 'copy' })).state, 'following')
    assert.deepEqual(service.controlContext.engine.catalog.find('items')?.outboxes, undefined)
    await assert.rejects(service.control.forgetSink({ sink: 'nothing' }), { message: 'There is no sink "nothing".' })
    await service.close()
  })
})

describe('A definition of sinks', () => {
  const one = (sink: object): object => ({ sinks: [{ name: 'log', from: 'items', ...sink }] })
  const faults: readonly (readonly [unknown, string])[] = [
    [[], 'Sinks: they are an object with the members sinks and deadLetters.'],
    [{ sinks: {} }, 'Sinks: sinks is a list.'],
    [{ sinks: [], x: 1 }, 'Sinks: there is no member x; there are sinks and deadLetters.'],
    [{ sinks: [1] }, 'Sinks: each is an object with the members name, from and to.'],
    [{ sinks: [{ name: 'a' }] }, 'Sinks: one has a name of 3 to 255 letters, digits, dots, hyphens and underscores, not "a".'],
    [{ sinks: [one({}), one({})].map(() => ({ name: 'log', from: 'items', to: { file: 'x' } })) }, 'Sinks: two of them are called log.'],
    [one({ x: 1 }), 'Sink log: there is no member x; there are name, from, region, where, item, load and to.'],
    [one({}), 'Sink log: to has one of file, url, postgres, opensearch and call.'],
    [one({ to: { file: 'x', url: 'http://x' } }), 'Sink log: to has one of file, url, postgres, opensearch and call.'],
    [one({ to: { file: 'x', x: 1 } }), 'Sink log: to has no member x; it has file, format.'],
    [one({ to: { file: 'x', format: 'csv' } }), 'Sink log: to.format is plain or dynamodb, not "csv".'],
    [one({ to: { url: 'ftp://x' } }), 'Sink log: to.url begins with http:// or https://.'],
    [one({ to: { url: 'http://x', headers: { a: 1 } } }), 'Sink log: to.headers is an object of names and texts.'],
    [one({ to: { postgres: 'mysql://x', table: 'x' } }), 'Sink log: to.postgres is a URL that begins with postgres://.'],
    [
      one({ to: { postgres: 'postgres://x', table: 'a.b.c' } }),
      'Sink log: to.table is the name of a table, or a schema, a dot and a name.',
    ],
    [
      one({ to: { postgres: 'postgres://x', table: 'a', columns: { a: 'int' } } }),
      'Sink log: to.columns is an object: names of columns, and of each the type: text, numeric, boolean, bytea, jsonb, timestamptz.',
    ],
    [one({ to: { opensearch: 'http://x', index: 'A' } }), 'Sink log: to.index is the name of an index, in lower case.'],
    [one({ to: { call: 1 } }), 'Sink log: to.call is a function, which only a program can give.'],
    [one({ load: 1, to: { file: 'x' } }), 'Sink log: load is true or false.'],
  ]

  test('that makes no sense is refused with one sentence', async () => {
    for (const [given, message] of faults) assert.throws(() => readSinks(given), { name: 'SinkDefinitionFault', message })
    await assert.rejects(openTestService('any', { sinks: one({ where: 'n =', to: { file: 'x' } }) }), {
      message: 'Sink log: where is no condition of PartiQL: Missing right-hand side expression of infix operator.',
    })
  })
})
