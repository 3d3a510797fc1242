/** What programs say wrong is told in one sentence, before anything is opened. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { createStator, type InProcessRequest, type ListenOptions, type StatorOptions, start } from '../../src/index.ts'

const times = 'a number of milliseconds from 0 to 86400000'
const password = 'not-to-be-told'

const wrong: readonly (readonly [object, string])[] = [
  [{ throughput: 'Enforce' }, "throughput must be off, observe or enforce, not 'Enforce'."],
  [{ throughtput: 'enforce' }, 'createStator has no option throughtput: did you mean throughput?'],
  [{ toString: 'x' }, 'createStator has no option toString: it has '],
  [{ port: 8000 }, 'createStator has no option port: it is one of start, which has a port.'],
  [{ jobs: 'Manual' }, "jobs must be timed or manual, not 'Manual'."],
  [{ indexLagMs: '5s' }, `indexLagMs must be ${times}, not '5s'.`],
  [{ tableStateDelayMs: Number.NaN }, `tableStateDelayMs must be ${times}, not NaN.`],
  [{ ttlSweepIntervalMs: 86_400_001 }, `ttlSweepIntervalMs must be ${times}, not 86400001.`],
  [{ pitrLagMs: -1 }, `pitrLagMs must be ${times}, not -1.`],
  [{ regions: 'isolate' }, "regions must be shared or isolated, not 'isolate'."],
  [{ region: 'EU' }, "region must be the name of a region such as us-east-1, not 'EU'."],
  [{ account: '12' }, "account must be an account number of twelve digits, not '12'."],
  [{ account: 123456789012 }, 'account must be an account number of twelve digits, not 123456789012.'],
  [{ trace: 'ful' }, "trace must be off, keys or full, not 'ful'."],
  [{ inMemory: 'yes' }, "inMemory must be true or false, not 'yes'."],
  [{ clock: 5 }, 'clock must be a time such as 2026-11-22T10:00:00Z, or a clock whose now() tells milliseconds, not 5.'],
  [{ clock: null }, 'clock must be a time such as 2026-11-22T10:00:00Z, or a clock whose now() tells milliseconds, not null.'],
  [{ random: Math.random }, 'random must be an object whose bytes(length) gives that many bytes, not a function.'],
  [{ log: 'x' }, "log must be a function that is told a text and its cause, not 'x'."],
  [{ dataDir: '' }, "dataDir must be the name of a folder, not ''."],
  [{ faults: {} }, 'faults must be a list of faults (docs/faults.md), not an object.'],
  [{ s3: 'x' }, "s3 must be an object whose endpoint is a URL without a path such as http://127.0.0.1:9000, not 'x'."],
  [{ seed: 0.5 }, 'seed must be a whole number from 0 to 4294967295, not 0.5.'],
  [{ streamShards: 0 }, 'streamShards must be a whole number from 1 to 1000, not 0.'],
  [{ storage: `mysql://u:${password}@h/d` }, 'storage must be the URL of a PostgreSQL such as postgres://user:password@host/database.'],
  [[], 'createStator takes an object of options, not a list.'],
]

for (const [options, sentence] of wrong) {
  test(`createStator is told in one sentence what is wrong: ${sentence.slice(0, 60)}`, async () => {
    await assert.rejects(createStator(options), (error: Error) => {
      assert.equal(error.name, 'TypeError')
      assert.ok(error.message.startsWith(sentence), error.message)
      assert.ok(!error.message.includes(password))
      return true
    })
  })
}

test('start is told so, too, and nothing is opened', async () => {
  const refused = (options: object, message: string): Promise<void> => assert.rejects(start(options), { name: 'TypeError', message })
  await refused({ prot: 8000 }, 'start has no option prot: did you mean port?')
  await refused({ port: '8000' }, "port must be a whole number from 0 to 65535, not '8000'.")
  await refused({ host: 'a/b' }, "host must be an address or a name of this machine, not 'a/b'.")
  await refused({ cors: '*' }, "cors must be true, false or a list of origins such as https://example.com, not '*'.")
  await refused({ controlAccess: 'all' }, "controlAccess must be local, open or off, not 'all'.")
  await refused({ console: true }, 'console must be off, read or full, not true.')
  await refused({ http: 'Node' }, "http must be strict or node, not 'Node'.")
  await refused({ tls: {} }, 'tls must be an object with cert and key in PEM, not an object.')
  await refused({ plainPort: 0 }, 'plainPort goes with tls: port is not encrypted without it.')
  await refused({ dataDir: 'never-made', throughput: 'x' }, "throughput must be off, observe or enforce, not 'x'.")
  assert.equal(existsSync('never-made'), false)
})

test('What is right, or undefined, is taken', async (t) => {
  const options = {
    account: '123456789012',
    clock: new ManualClock(0),
    dataDir: undefined,
    faults: [],
    inMemory: true,
    indexLagMs: 0.5,
    jobs: 'manual',
    log: () => {},
    random: seededRandom(1),
    region: 'eu-west-1',
    regions: 'isolated',
    s3: { endpoint: 'http://127.0.0.1:9000' },
    seed: 1,
    streamShards: 1,
    throughput: 'enforce',
    trace: 'full',
  }
  const stator = await createStator(options as unknown as StatorOptions)
  t.after(() => stator.close())
  assert.equal(stator.region, 'eu-west-1')
  assert.equal((await stator.control.settings()).throughput, 'enforce')
  const listened = { port: 'x' } as unknown as ListenOptions
  await assert.rejects(stator.listen(listened), { name: 'TypeError', message: "port must be a whole number from 0 to 65535, not 'x'." })
})

test('A request in process that is none is told so', async (t) => {
  const stator = await createStator({ inMemory: true })
  t.after(() => stator.close())
  const refused = (request: unknown, message: string): Promise<void> =>
    assert.rejects(stator.handle(request as InProcessRequest), { name: 'TypeError', message })
  const target = 'DynamoDB_20120810.ListTables'
  await refused(undefined, 'handle takes an object with body, headers, target, not undefined.')
  await refused({}, 'body must be JSON as a text or as bytes, not undefined.')
  await refused({ target, body: '{}' }, 'headers must be an object of headers, their names in lower case, not undefined.')
  await refused({ target, headers: {}, body: {} }, 'body must be JSON as a text or as bytes, not an object.')
  await refused({ headers: {}, body: '{}' }, 'target must be a text such as DynamoDB_20120810.GetItem, not undefined.')
})
