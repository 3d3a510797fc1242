/**
 * What clients do to a server that nobody should have to do to: too many of them, too large, too slow, all at once. Each scenario holds
 * until it has seen what became of its requests, and says in the end what was wrong of what it was told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { requestBytes } from '../../test/server/raw-connection.ts'
import { type Answered, Client, itemRequest } from './client.ts'

export interface Scene {
  readonly port: number
  /** How much of the full size: 1 is all of it. */
  readonly scale: number
}

/** How often each status was answered, what was wrong among it, and how many connections the server ended. */
export interface Outcome {
  readonly statuses: ReadonlyMap<number, number>
  readonly wrong: readonly string[]
  readonly dropped: number
}

export interface Scenario {
  readonly name: string
  readonly does: string
  readonly run: (scene: Scene) => Promise<Outcome>
}

export const tableName = 'Overloaded'
/** Ten of these are a page of more than a megabyte. */
export const largeItems = 10
export const largeText: string = 'x'.repeat(120_000)
const megabyte = 1024 * 1024

const smallRequest = itemRequest('GetItem', { TableName: tableName, Key: { pk: { S: 'small' }, sk: { N: '0' } } })
const pageRequest = itemRequest('Query', {
  TableName: tableName,
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: 'large' } },
})

class Tally implements Outcome {
  readonly statuses = new Map<number, number>()
  readonly wrong: string[] = []
  dropped = 0

  /** Of a request that is answered with a text that holds `expected`, or refused for the time being. */
  note({ status, body }: Answered, right: number, expected: string): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    const isRight = status === right ? body.includes(expected) : status === 503 && body.includes('ServiceUnavailable')
    if (!isRight && this.wrong.length < 5) this.wrong.push(`${status} ${body.toString('latin1', 0, 200)}`)
  }

  get answers(): number {
    return this.statuses.values().reduce((sum, count) => sum + count, 0)
  }
}

/** What `act` makes of each client. Connections are opened in groups, so that none is lost for want of a place to wait. */
async function withClients(count: number, port: number, tally: Tally, onAnswer: (answer: Answered) => void, act: Act): Promise<Outcome> {
  const clients: Client[] = []
  for (let opened = 0; opened < count; opened += 200) {
    const group = Math.min(200, count - opened)
    clients.push(...(await Promise.all(Array.from({ length: group }, () => Client.open(port, onAnswer)))))
  }
  await act(clients)
  tally.dropped = clients.filter(({ isClosed }) => isClosed).length
  for (const { socket } of clients) socket.destroy()
  return tally
}

type Act = (clients: readonly Client[]) => Promise<void>

async function until(isSo: () => boolean, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!isSo() && performance.now() < endMs) await sleep(50)
}

async function manyIdle({ port, scale }: Scene): Promise<Outcome> {
  return withClients(
    5000 * scale,
    port,
    new Tally(),
    () => {},
    () => sleep(3000),
  )
}

async function manyActive({ port, scale }: Scene): Promise<Outcome> {
  const tally = new Tally()
  const count = 5000 * scale
  const rounds = 6
  const onAnswer = (answer: Answered): void => tally.note(answer, 200, '"small value"')
  return withClients(count, port, tally, onAnswer, async (clients) => {
    for (let round = 1; round <= rounds; round += 1) {
      for (const client of clients) client.send(smallRequest)
      await until(() => tally.answers >= round * count, 30_000)
    }
    if (tally.answers < rounds * count) tally.wrong.push(`${rounds * count - tally.answers} requests were not answered`)
  })
}

/** They read, each some 20 KB at a time, and so slowly that all of it would take minutes. */
async function slowReaders({ port, scale }: Scene): Promise<Outcome> {
  const tally = new Tally()
  return withClients(
    1000 * scale,
    port,
    tally,
    (answer) => tally.note(answer, 200, largeText),
    async (clients) => {
      for (const { socket } of clients) {
        socket.pause()
        socket.on('data', () => socket.pause())
      }
      for (const client of clients) client.send(Buffer.concat(Array.from({ length: 4 }, () => pageRequest)))
      for (let turn = 0; turn < 40; turn += 1) {
        await sleep(250)
        for (const { socket } of clients) socket.resume()
      }
    },
  )
}

async function slowSenders({ port, scale }: Scene): Promise<Outcome> {
  const tally = new Tally()
  const whole = requestBytes({ target: 'PutItem', body: 'y'.repeat(megabyte) })
  return withClients(
    1000 * scale,
    port,
    tally,
    (answer) => tally.note(answer, 400, ''),
    async (clients) => {
      for (let turn = 0; turn < 40; turn += 1) {
        await sleep(250)
        for (const client of clients) if (!client.isClosed) client.send(whole.subarray(turn * 2000, (turn + 1) * 2000))
      }
    },
  )
}

async function stalledBodies({ port, scale }: Scene): Promise<Outcome> {
  const tally = new Tally()
  const whole = requestBytes({ target: 'PutItem', body: 'y'.repeat(16 * megabyte - 1024) })
  return withClients(
    60 * scale,
    port,
    tally,
    (answer) => tally.note(answer, 400, ''),
    async (clients) => {
      for (const client of clients) client.send(whole.subarray(0, 15 * megabyte))
      await sleep(10_000)
    },
  )
}

/** Requests of which one is as large as it may be, each by a connection of its own. */
async function once(scene: Scene, count: number, request: Buffer, expected: string): Promise<Outcome> {
  const tally = new Tally()
  const clientCount = Math.ceil(count * scene.scale)
  return withClients(
    clientCount,
    scene.port,
    tally,
    (answer) => tally.note(answer, 400, expected),
    async (clients) => {
      for (const client of clients) client.send(request)
      await until(() => clients.filter(({ isClosed }) => isClosed).length + tally.answers >= clientCount, 60_000)
      await sleep(200)
      if (tally.answers < clientCount) tally.wrong.push(`${clientCount - tally.answers} requests were not answered`)
    },
  )
}

const tooLarge = 'Item size has exceeded the maximum allowed size'

function largeBodies(scene: Scene): Promise<Outcome> {
  const head = `{"TableName":"${tableName}","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"text":{"S":"`
  return once(scene, 200, requestBytes({ target: 'PutItem', body: `${head}${'y'.repeat(15.5 * megabyte)}"}}}` }), tooLarge)
}

/** Not many bytes, but a million values. */
function manyValues(scene: Scene): Promise<Outcome> {
  const values = `${'{"NULL":true},'.repeat(1_100_000)}{"NULL":true}`
  const body = `{"TableName":"${tableName}","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"list":{"L":[${values}]}}}`
  return once(scene, 50, requestBytes({ target: 'PutItem', body }), tooLarge)
}

function manyAttributes(scene: Scene): Promise<Outcome> {
  const attributes = Array.from({ length: 700_000 }, (_, number) => `"a${number}":{"N":"1"}`).join(',')
  const body = `{"TableName":"${tableName}","Item":{"pk":{"S":"a"},"sk":{"N":"1"},${attributes}}}`
  return once(scene, 20, requestBytes({ target: 'PutItem', body }), tooLarge)
}

function largeSets(scene: Scene): Promise<Outcome> {
  const elements = Array.from({ length: 1_000_000 }, (_, number) => `"${number}"`).join(',')
  const body = `{"TableName":"${tableName}","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"set":{"NS":[${elements}]}}}`
  return once(scene, 20, requestBytes({ target: 'PutItem', body }), tooLarge)
}

function gzipBombs(scene: Scene): Promise<Outcome> {
  const head = `{"TableName":"${tableName}","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"text":{"S":"`
  const body = gzipSync(`${head}${'y'.repeat(15.5 * megabyte)}"}}}`)
  return once(scene, 200, requestBytes({ target: 'PutItem', headers: { 'Content-Encoding': 'gzip' }, body }), tooLarge)
}

/** Hundreds of pages at once that nobody reads. */
async function unreadPages({ port, scale }: Scene): Promise<Outcome> {
  const tally = new Tally()
  return withClients(
    8,
    port,
    tally,
    (answer) => tally.note(answer, 200, largeText),
    async (clients) => {
      for (const { socket } of clients) socket.pause()
      for (const client of clients) client.send(Buffer.concat(Array.from({ length: 200 * scale }, () => pageRequest)))
      await sleep(Math.max(1000, 8000 * scale))
    },
  )
}

/** The same, read as fast as it can be. */
async function pipelinedPages({ port, scale }: Scene): Promise<Outcome> {
  const tally = new Tally()
  const count = 60 * Math.ceil(10 * scale)
  return withClients(
    60,
    port,
    tally,
    (answer) => tally.note(answer, 200, largeText),
    async (clients) => {
      for (const client of clients) client.send(Buffer.concat(Array.from({ length: Math.ceil(10 * scale) }, () => pageRequest)))
      await until(() => tally.answers >= count, 120_000)
      if (tally.answers < count) tally.wrong.push(`${count - tally.answers} requests were not answered`)
    },
  )
}

export const scenarios: readonly Scenario[] = [
  { name: 'idle', does: '5,000 connections that ask for nothing', run: manyIdle },
  { name: 'active', does: '5,000 connections that ask at the same time', run: manyActive },
  { name: 'slow-readers', does: '1,000 clients that read answers of 1 MB slowly', run: slowReaders },
  { name: 'slow-senders', does: '1,000 clients that send 1 MB slowly', run: slowSenders },
  { name: 'stalled-bodies', does: '60 clients that stop after 15 of 16 MB', run: stalledBodies },
  { name: 'large-bodies', does: '200 bodies of 16 MB at once', run: largeBodies },
  { name: 'gzip-bombs', does: '200 bodies at once that are 16 MB when decompressed', run: gzipBombs },
  { name: 'many-values', does: '50 bodies of a million values at once', run: manyValues },
  { name: 'many-attributes', does: '20 items of 700,000 attributes at once', run: manyAttributes },
  { name: 'large-sets', does: '20 sets of a million elements at once', run: largeSets },
  { name: 'unread-pages', does: '8 clients that ask for 200 pages of 1 MB and read none', run: unreadPages },
  { name: 'pipelined-pages', does: '60 clients that ask for 10 pages of 1 MB and read them', run: pipelinedPages },
]
