/** What can be typed, and the sentence for what can't (product.md, drop-in flags). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cliOptions, helpText, localOnlyFlags } from '../../src/cli/options.ts'
import { type Environment, readArguments, UsageError, unknownVariables } from '../../src/cli/read-arguments.ts'
import { isOn, type Settings, settingsFrom } from '../../src/cli/settings.ts'

function settings(line: string, environment: Environment = {}): Settings {
  return settingsFrom(readArguments(line === '' ? [] : line.split(' '), environment))
}

function refusal(line: string, environment: Environment = {}): string {
  let message = ''
  assert.throws(
    () => settings(line, environment),
    (error: Error) => {
      message = error.message
      return error instanceof UsageError
    },
  )
  return message
}

const defaults: Settings = {
  port: 8000,
  storage: { kind: 'disk', folder: './.stator' },
  crossOrigin: false,
  controlAccess: 'local',
  auth: { mode: 'off' },
  log: { form: 'errors', level: 'info' },
  isTestCluster: false,
  isLikeLocal: false,
  http: 'strict',
  budget: {},
  tableStateDelayMs: 0,
  indexLagMs: 0,
}

test('Without arguments everything has its default', () => {
  assert.deepEqual(settings(''), defaults)
  assert.deepEqual(settings('start'), defaults)
})

test('Values follow their flag or an equals sign, and the last of several counts', () => {
  const expected = { ...defaults, port: 9000, host: '::1', storage: { kind: 'disk', folder: 'd' } }
  assert.deepEqual(settings('start --port 9000 --host ::1 --data-dir d'), expected)
  assert.deepEqual(settings('--port=1 --port=9000 --host=::1 --data-dir=d'), expected)
  assert.deepEqual(settings('--data-dir=a=b').storage, { kind: 'disk', folder: 'a=b' })
})

test('Every flag of ours is understood', () => {
  assert.deepEqual(settings('--in-memory --account 210987654321 --region eu-west-2 --cors https://a,https://b --table-state-delay 2s'), {
    ...defaults,
    storage: { kind: 'memory' },
    account: '210987654321',
    region: 'eu-west-2',
    crossOrigin: ['https://a', 'https://b'],
    tableStateDelayMs: 2000,
  })
  assert.deepEqual(settings('--regions isolated --index-lag 300ms --control-open'), {
    ...defaults,
    regions: 'isolated',
    indexLagMs: 300,
    controlAccess: 'open',
  })
  assert.deepEqual(settings('--ttl-sweep-interval 5s --clock 2026-11-22T10:00:00Z'), {
    ...defaults,
    ttlSweepIntervalMs: 5000,
    startMs: 1_795_341_600_000,
  })
  assert.equal(settings('--throughput enforce').throughput, 'enforce')
  assert.equal(settings('--throughput=off').throughput, 'off')
  assert.equal(settings('--prices prices.json').pricesFile, 'prices.json')
  assert.equal(refusal('--prices='), "--prices must be the name of a file, not ''.")
  assert.equal(settings('--clock 2026-11-22').startMs, Date.UTC(2026, 10, 22))
  assert.equal(settings('--no-control').controlAccess, 'off')
  assert.equal(settings('--control-open=no --no-control=no').controlAccess, 'local')
  assert.equal(settings('--http node').http, 'node')
  assert.equal(settings('--test-cluster --storage postgres://db/stator').isTestCluster, true)
  assert.equal(refusal('--test-cluster'), '--test-cluster goes with --storage.')
  assert.equal(settings('--table-state-delay 250ms').tableStateDelayMs, 250)
  assert.equal(settings('--table-state-delay 86400s').tableStateDelayMs, 86_400_000)
  assert.equal(settings('--table-state-delay 2m').tableStateDelayMs, 120_000)
  assert.equal(settings('--table-state-delay 1h').tableStateDelayMs, 3_600_000)
  assert.equal(settings('--table-state-delay 0').tableStateDelayMs, 0)
})

test("DynamoDB Local's flags are understood with one dash and two", () => {
  for (const dash of ['-', '--']) {
    const line = 'port 9000 -dbPath /data -sharedDb -cors * -delayTransientStatuses -optimizeDbBeforeStartup -disableTelemetry'
    assert.deepEqual(settings(`-${line}`.replaceAll(/-(?=\w)/g, dash)), {
      ...defaults,
      port: 9000,
      storage: { kind: 'disk', folder: '/data' },
      crossOrigin: true,
      isLikeLocal: true,
    })
    assert.deepEqual(settings(`${dash}inMemory`).storage, { kind: 'memory' })
  }
  assert.equal(settings('-delayTransientStatuses --table-state-delay 1s').tableStateDelayMs, 1000)
})

test('Whether someone speaks to DynamoDB Local shows in the form of the flags', () => {
  for (const line of ['-port 1', '--inMemory', '-sharedDb', '--disableTelemetry', '-cors']) {
    assert.equal(readArguments(line.split(' '), {}).likeLocal, true, line)
  }
  for (const line of ['--port 1', '-p 1', '--in-memory', '--cors', '-h', '-v', '--help']) {
    assert.equal(readArguments(line.split(' '), {}).likeLocal, false, line)
  }
})

test('What starts Java with DynamoDB Local starts Stator', () => {
  const like = { ...defaults, isLikeLocal: true }
  const line = '-Djava.library.path=./DynamoDBLocal_lib -Xmx512m -XX:+UseSerialGC -jar DynamoDBLocal.jar -inMemory -port 9000'
  assert.deepEqual(settings(line), { ...like, storage: { kind: 'memory' }, port: 9000 })
  const byClass = '-cp DynamoDBLocal.jar:lib/* com.amazonaws.services.dynamodbv2.local.main.ServerRunner -dbPath /data'
  assert.deepEqual(settings(byClass), { ...like, storage: { kind: 'disk', folder: '/data' } })
})

test('Who wants it to be like DynamoDB Local gets one shard for a stream, unless another number is asked for', () => {
  const environment = { STATOR_COMPAT: 'dynamodb-local' }
  assert.deepEqual(settings('', environment), { ...defaults, isLikeLocal: true, streamShards: 1 })
  assert.equal(settings('--stream-shards 8', environment).streamShards, 8)
  assert.equal(settings('', { STATOR_COMPAT: '', STATOR_STREAM_SHARDS: '3' }).streamShards, 3)
  assert.equal(refusal('', { STATOR_COMPAT: 'moto' }), 'STATOR_COMPAT must be dynamodb-local, not moto.')
  for (const wrong of ['0', '1001', '1.5', 'x']) {
    assert.equal(refusal(`--stream-shards ${wrong}`), `--stream-shards must be a number from 1 to 1000, not '${wrong}'.`)
  }
})

test('--cors without a value means every origin, also before another flag', () => {
  assert.deepEqual(settings('--cors --in-memory'), { ...defaults, crossOrigin: true, storage: { kind: 'memory' } })
  assert.deepEqual(settings('-cors'), { ...defaults, crossOrigin: true, isLikeLocal: true })
})

test('A flag wins over a variable, which wins over the default; an empty variable is none', () => {
  const environment = { STATOR_PORT: '9001', STATOR_REGION: 'eu-west-1', AWS_REGION: 'us-west-2', STATOR_HOST: '' }
  assert.deepEqual(settings('', environment), { ...defaults, port: 9001, region: 'eu-west-1' })
  assert.deepEqual(settings('--port 9002', environment), { ...defaults, port: 9002, region: 'eu-west-1' })
  assert.equal(settings('', { AWS_REGION: 'us-west-2' }).region, 'us-west-2')
})

test('Of memory, folder and database, the one that was typed wins; two in one place exclude each other', () => {
  assert.deepEqual(settings('--in-memory', { STATOR_DATA_DIR: '/d' }).storage, { kind: 'memory' })
  assert.deepEqual(settings('--data-dir /d', { STATOR_IN_MEMORY: 'true' }).storage, { kind: 'disk', folder: '/d' })
  assert.deepEqual(settings('', { STATOR_IN_MEMORY: 'false', STATOR_DATA_DIR: '/d' }).storage, { kind: 'disk', folder: '/d' })
  assert.equal(refusal('-inMemory -dbPath /d'), 'Choose either -inMemory or -dbPath, not both.')
  assert.equal(
    refusal('', { STATOR_IN_MEMORY: '1', STATOR_DATA_DIR: '/d' }),
    'Choose either STATOR_IN_MEMORY or STATOR_DATA_DIR, not both.',
  )
  const url = 'postgres://user:hunter2@host/db'
  assert.deepEqual(settings(`--storage ${url}`).storage, { kind: 'postgres', url })
  assert.deepEqual(settings(`--storage ${url}`, { STATOR_DATA_DIR: '/d', STATOR_IN_MEMORY: '1' }).storage, { kind: 'postgres', url })
  assert.deepEqual(settings('--data-dir /d', { STATOR_STORAGE: url }).storage, { kind: 'disk', folder: '/d' })
  assert.equal(refusal(`--storage ${url} --data-dir d`), 'Choose either --data-dir or --storage, not both.')
  assert.equal(refusal('', { STATOR_STORAGE: url, STATOR_IN_MEMORY: '1' }), 'Choose either STATOR_IN_MEMORY or STATOR_STORAGE, not both.')
})

test('What is typed wrong is named in one sentence', () => {
  const cases: [string, string][] = [
    ['--prot 1', '--prot is not an option of stator: did you mean --port? See stator --help.'],
    ['-data-dir d', '-data-dir is not an option of stator: did you mean --data-dir? See stator --help.'],
    ['--prot=1', '--prot is not an option of stator: did you mean --port? See stator --help.'],
    ['--', '-- is not an option of stator: see stator --help.'],
    ['--constructor', '--constructor is not an option of stator: see stator --help.'],
    ['server', 'server is not a command of stator: see stator --help.'],
    ['start start', 'start is not a command of stator: see stator --help.'],
    ['--port', '--port needs a value: --port NUMBER.'],
    ['--port --in-memory', '--port needs a value: --port NUMBER.'],
    ['--port http', "--port must be a number from 0 to 65535, not 'http'."],
    ['--port 65536', "--port must be a number from 0 to 65535, not '65536'."],
    ['--port -1', "--port must be a number from 0 to 65535, not '-1'."],
    ['-port=', "-port must be a number from 0 to 65535, not ''."],
    ['--host a/b', "--host must be an address or a name of this machine, not 'a/b'."],
    ['--data-dir=', '--data-dir needs the name of a folder.'],
    ['--in-memory=perhaps', "--in-memory must be true or false, not 'perhaps'."],
    ['--account 1', "--account must be an account number of twelve digits, not '1'."],
    ['--region EU', "--region must be the name of a region such as us-east-1, not 'EU'."],
    ['--cors a,,b', "--cors must be * or origins such as https://example.com, separated by commas, not 'a,,b'."],
    ['--region a--b', "--region must be the name of a region such as us-east-1, not 'a--b'."],
    ['--throughput full', "--throughput must be off, observe or enforce, not 'full'."],
    ['--regions some', "--regions must be shared or isolated, not 'some'."],
    ['--table-state-delay soon', "--table-state-delay must be a time such as 500ms, 2s or 5m, up to a day, not 'soon'."],
    ['--index-lag 500', "--index-lag must be a time such as 500ms, 2s or 5m, up to a day, not '500'."],
    ['--index-lag 86401s', "--index-lag must be a time such as 500ms, 2s or 5m, up to a day, not '86401s'."],
    ['--ttl-sweep-interval 1d', "--ttl-sweep-interval must be a time such as 500ms, 2s or 5m, up to a day, not '1d'."],
    ['--clock noon', "--clock must be a time such as 2026-11-22T10:00:00Z, from 1970 on, not 'noon'."],
    ['--clock 1969-12-31', "--clock must be a time such as 2026-11-22T10:00:00Z, from 1970 on, not '1969-12-31'."],
    ['--no-control --control-open', 'Choose either --no-control or --control-open, not both.'],
    ['--http fast', "--http must be strict or node, not 'fast'."],
    ['--storage mysql://user:hunter2@host/db', '--storage must be the URL of a PostgreSQL such as postgres://user:password@host/database.'],
    ['-sharedDb=true', '-sharedDb takes no value.'],
  ]
  for (const [line, expected] of cases) assert.equal(refusal(line), expected)
  assert.equal(refusal('', { STATOR_PORT: 'x' }), "STATOR_PORT must be a number from 0 to 65535, not 'x'.")
  assert.throws(() => readArguments([''], {}), new UsageError('The empty word is not a command of stator: see stator --help.'))
})

test('Variables that nobody knows are named, and what Kubernetes says of a service of that name is passed over', () => {
  const environment = {
    STATOR_PROT: '1',
    STATOR_VERBOSE: '1',
    STATOR_PORT: 'tcp://10.0.0.1:8000',
    STATOR_PORT_8000_TCP: 'tcp://10.0.0.1:8000',
    STATOR_SERVICE_HOST: '10.0.0.1',
    STATOR_SECRET_KEY: 'secret',
    PATH: '/bin',
  }
  assert.deepEqual(unknownVariables(environment), [
    'STATOR_PROT is no variable that Stator knows: did you mean STATOR_PORT?',
    'STATOR_VERBOSE is no variable that Stator knows',
  ])
  assert.deepEqual(settings('', environment), defaults)
})

test('Help and version are asked for in every form', () => {
  for (const word of ['--help', '-help', '-h']) assert.equal(isOn(readArguments([word], {}).given, 'help'), true)
  for (const word of ['--version', '-version', '-v']) assert.equal(isOn(readArguments(['start', word], {}).given, 'version'), true)
})

test('Help names every flag and every variable', () => {
  const help = helpText()
  for (const { name, localName, variables } of cliOptions) {
    for (const word of [`--${name}`, ...(localName === undefined ? [] : [`-${localName}`]), ...variables]) {
      assert(help.includes(word), word)
    }
  }
  for (const { localName } of localOnlyFlags) assert(help.includes(`-${localName}`), localName)
  for (const line of help.split('\n')) assert(line.length <= 120, line)
})
