/**
 * A function is invoked for thousands of writes while its server is killed again and again, and the function kills itself: every
 * record that was acknowledged arrives at least once, and those of a key for the first time in their order.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { KilledServer } from './killed-server.ts'

const keys = 24
const writers = 12
const rounds = 3
const writesPerRound = 1000
const table = { TableName: 'Orders' }

/** It notes what it is given, and ends now and then in the middle of that. */
const handler = `
import { appendFileSync } from 'node:fs'
let count = 0
export const handler = async ({ Records }) => {
  count += 1
  const lines = Records.map(({ dynamodb }) => dynamodb.Keys.id.S + ' ' + dynamodb.NewImage.version.N + '\\n')
  if (count % 15 === 0) {
    appendFileSync('seen.txt', lines.slice(0, lines.length / 2).join(''))
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  }
  appendFileSync('seen.txt', lines.join(''))
}
`

function seenIn(folder: string): ReadonlyMap<string, readonly number[]> {
  const seen = new Map<string, number[]>()
  const path = join(folder, 'seen.txt')
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []) {
    const [key = '', version] = line.split(' ')
    const versions = seen.get(key) ?? []
    versions.push(Number(version))
    seen.set(key, versions)
  }
  return seen
}

/** Writes versions of every key, one after the other, until the server is killed. Notes what was acknowledged. */
async function writeUntilKilled(server: KilledServer, versions: Map<string, number>, acknowledged: Map<string, number>): Promise<void> {
  let answers = 0
  const write = async (writer: number): Promise<void> => {
    for (let at = writer; !server.isKilled; at = (at + writers) % keys) {
      const id = `order-${at}`
      const version = (versions.get(id) ?? 0) + 1
      versions.set(id, version)
      try {
        await server.call('PutItem', { ...table, Item: { id: { S: id }, version: { N: String(version) } } })
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        return
      }
      acknowledged.set(id, version)
      answers += 1
      if (answers === writesPerRound) await server.kill()
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
}

test('every record arrives, and in the order of its key, whoever is killed', { timeout: 240_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-trigger-crash-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'on-order.mjs'), handler)
  const definition = { functions: { 'on-order': { handler: 'on-order.handler', timeout: 20 } } }
  writeFileSync(join(folder, 'functions.json'), JSON.stringify(definition))
  const flags = ['--functions', join(folder, 'functions.json')]
  const data = join(folder, 'data')
  let server = await KilledServer.start(t, data, flags)
  const { TableDescription } = await server.call('CreateTable', {
    ...table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  })
  const response = await fetch(`${server.endpoint}/2015-03-31/event-source-mappings`, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20261122T100000Z',
    },
    body: JSON.stringify({
      EventSourceArn: (TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn,
      FunctionName: 'on-order',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 50,
      ParallelizationFactor: 3,
    }),
  })
  assert.equal(response.status, 202)
  const [versions, acknowledged] = [new Map<string, number>(), new Map<string, number>()]
  for (let round = 0; round < rounds; round += 1) {
    await writeUntilKilled(server, versions, acknowledged)
    server = await KilledServer.start(t, data, flags)
  }
  const isComplete = (): boolean => {
    const seen = seenIn(folder)
    return [...acknowledged].every(([key, version]) => seen.get(key)?.includes(version) === true)
  }
  for (let looks = 0; looks < 600 && !isComplete(); looks += 1) await wait(200)
  const seen = seenIn(folder)
  let total = 0
  for (const [key, version] of acknowledged) {
    const first = [...new Set(seen.get(key))]
    total += first.length
    assert.deepEqual(
      first,
      [...first].sort((a, b) => a - b),
      `${key} came in order`,
    )
    assert.ok(first.includes(version), `${key} ${version} came`)
    // What was not acknowledged may be missing, and whatever was written before the last one is not.
    const missing = Array.from({ length: version }, (_, at) => at + 1).filter((each) => !first.includes(each))
    assert.ok(missing.length <= rounds, `${key} lacks ${missing}`)
  }
  assert.ok(total >= rounds * writesPerRound, String(total))
})
