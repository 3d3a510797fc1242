/**
 * The house rules as a test: floors, cycles, lengths, names, and who may touch clock, chance, environment and files
 * (docs/architecture.md). A rule that is not checked here is a wish.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { parseSync, Visitor } from 'oxc-parser'
import { services } from '../src/services/services.ts'
import { findLimits } from './harness/find-limits.ts'

const root = normalize(join(import.meta.dirname, '..'))

/** What each floor of src/ may import of those below it. Within a floor `rooms` decides. */
const floors: { readonly [floor: string]: readonly string[] } = {
  base: [],
  api: ['base'],
  values: ['api', 'base'],
  protocols: ['api', 'base'],
  storage: ['base'],
  outbound: ['protocols', 'values', 'api', 'base'],
  expressions: ['values', 'api', 'base'],
  policies: ['base'],
  engine: ['storage', 'outbound', 'values', 'api', 'base'],
  patterns: ['base'],
  functions: ['base'],
  metering: ['engine', 'storage', 'values', 'api', 'base'],
  operations: ['policies', 'metering', 'engine', 'expressions', 'outbound', 'values', 'api', 'base'],
  advice: ['metering', 'engine', 'storage', 'expressions', 'values', 'api', 'base'],
  services: ['operations', 'policies', 'patterns', 'functions', 'metering', 'engine', 'storage', 'protocols', 'values', 'api', 'base'],
  server: ['services', 'functions', 'advice', 'operations', 'policies', 'metering', 'engine', 'protocols', 'api', 'base'],
  infrastructure: ['values', 'api', 'base'],
  cli: ['infrastructure', 'server', 'functions', 'policies', 'storage', 'values', 'api', 'base'],
  'index.ts': ['server', 'protocols', 'api', 'base'],
  kit: ['index.ts', 'infrastructure', 'server', 'values', 'api', 'base'],
}

/**
 * Which rooms of a floor may import which of its other rooms. Every room is here: a folder, a file that stands on the floor itself
 * and is named, or under the floor's own name what stands there besides.
 */
const rooms: { readonly [room: string]: readonly string[] } = {
  base: [],
  api: ['api/shapes'],
  'api/shapes': [],
  values: [],
  'values/files': ['values'],
  protocols: [],
  'protocols/sigv4': ['protocols'],
  expressions: [],
  'expressions/legacy': ['expressions'],
  'expressions/partiql': ['expressions'],
  policies: [],
  outbound: [],
  'outbound/sinks': ['outbound'],
  patterns: [],
  functions: [],
  'storage/limits.ts': [],
  'storage/store.ts': [],
  'storage/local': ['storage/limits.ts', 'storage/store.ts'],
  'storage/memory': ['storage/limits.ts', 'storage/store.ts', 'storage/local'],
  'storage/sqlite': ['storage/limits.ts', 'storage/store.ts', 'storage/local'],
  'storage/postgres': ['storage/limits.ts', 'storage/store.ts', 'storage/local'],
  'storage/buckets': ['storage/limits.ts'],
  'storage/faulty': ['storage/store.ts', 'storage/memory'],
  'engine/limits.ts': [],
  'engine/schedule.ts': [],
  'engine/settings.ts': ['engine/keyspace', 'engine/limits.ts'],
  'engine/keyspace': [],
  'engine/records': ['engine/keyspace', 'engine/limits.ts'],
  'engine/nodes': ['engine/keyspace', 'engine/limits.ts', 'engine/records', 'engine/settings.ts'],
  'engine/schema': ['engine/limits.ts', 'engine/keyspace', 'engine/records', 'engine/settings.ts'],
  'engine/partitions': ['engine/limits.ts', 'engine/keyspace', 'engine/schema', 'engine/settings.ts'],
  'engine/catalog': ['engine/keyspace', 'engine/records', 'engine/schema', 'engine/settings.ts'],
  'engine/changes': ['engine/limits.ts', 'engine/keyspace', 'engine/schema'],
  'engine/recent': ['engine/limits.ts', 'engine/keyspace', 'engine/changes'],
  'engine/streams': ['engine/limits.ts', 'engine/keyspace', 'engine/catalog', 'engine/changes', 'engine/schema'],
  'engine/outboxes': ['engine/limits.ts', 'engine/keyspace', 'engine/catalog', 'engine/changes', 'engine/schema'],
  'engine/backups': ['engine/limits.ts', 'engine/keyspace', 'engine/catalog', 'engine/changes', 'engine/schema'],
  'engine/history': ['engine/limits.ts', 'engine/keyspace', 'engine/catalog', 'engine/changes', 'engine/schema'],
  'engine/branches': ['engine/limits.ts', 'engine/keyspace', 'engine/catalog', 'engine/history', 'engine/schema'],
  'engine/replicas': ['engine/keyspace', 'engine/changes', 'engine/schema', 'engine/settings.ts'],
  'engine/expiry': ['engine/keyspace', 'engine/changes', 'engine/schema'],
  'engine/vectors': ['engine/limits.ts', 'engine/keyspace', 'engine/records', 'engine/changes', 'engine/schema'],
  'engine/items': [
    'engine/limits.ts',
    'engine/settings.ts',
    'engine/keyspace',
    'engine/branches',
    'engine/catalog',
    'engine/changes',
    'engine/expiry',
    'engine/history',
    'engine/outboxes',
    'engine/partitions',
    'engine/recent',
    'engine/replicas',
    'engine/schema',
    'engine/streams',
    'engine/vectors',
  ],
  'engine/transactions': ['engine/keyspace', 'engine/changes', 'engine/history', 'engine/items', 'engine/partitions', 'engine/schema'],
  'engine/transfers': [
    'engine/limits.ts',
    'engine/keyspace',
    'engine/records',
    'engine/catalog',
    'engine/changes',
    'engine/history',
    'engine/items',
    'engine/schema',
  ],
  'engine/destinations': [
    'engine/limits.ts',
    'engine/schedule.ts',
    'engine/keyspace',
    'engine/catalog',
    'engine/outboxes',
    'engine/schema',
    'engine/transfers',
  ],
  'engine/format': ['engine/limits.ts', 'engine/keyspace', 'engine/records', 'engine/schema'],
  'engine/engine.ts': [
    'engine/nodes',
    'engine/schedule.ts',
    'engine/format',
    'engine/settings.ts',
    'engine/keyspace',
    'engine/records',
    'engine/catalog',
    'engine/history',
    'engine/recent',
    'engine/schema',
    'engine/transactions',
    'engine/vectors',
  ],
  'engine/regions.ts': ['engine/engine.ts', 'engine/catalog'],
  'engine/consumers': [
    'engine/engine.ts',
    'engine/jobs',
    'engine/keyspace',
    'engine/limits.ts',
    'engine/records',
    'engine/schema',
    'engine/streams',
  ],
  'engine/followers': ['engine/keyspace', 'engine/branches', 'engine/catalog', 'engine/items', 'engine/outboxes', 'engine/schema'],
  'engine/views': [
    'engine/limits.ts',
    'engine/keyspace',
    'engine/records',
    'engine/catalog',
    'engine/changes',
    'engine/followers',
    'engine/items',
    'engine/jobs',
    'engine/outboxes',
    'engine/schema',
  ],
  'engine/sinks': [
    'engine/limits.ts',
    'engine/schedule.ts',
    'engine/keyspace',
    'engine/catalog',
    'engine/followers',
    'engine/nodes',
    'engine/outboxes',
    'engine/schema',
    'engine/transfers',
  ],
  'engine/check': [
    'engine/engine.ts',
    'engine/regions.ts',
    'engine/limits.ts',
    'engine/keyspace',
    'engine/records',
    'engine/changes',
    'engine/expiry',
    'engine/items',
    'engine/outboxes',
    'engine/schema',
    'engine/streams',
    'engine/vectors',
  ],
  'engine/jobs': [
    'engine/backups',
    'engine/nodes',
    'engine/engine.ts',
    'engine/regions.ts',
    'engine/limits.ts',
    'engine/schedule.ts',
    'engine/keyspace',
    'engine/records',
    'engine/catalog',
    'engine/changes',
    'engine/destinations',
    'engine/expiry',
    'engine/history',
    'engine/items',
    'engine/recent',
    'engine/replicas',
    'engine/schema',
    'engine/settings.ts',
    'engine/streams',
    'engine/transactions',
    'engine/transfers',
    'engine/vectors',
  ],
  'metering/limits.ts': [],
  'metering/table-scaling.ts': [],
  'metering/metered-engine.ts': [
    'metering/insights',
    'metering/table-scaling.ts',
    'metering/metrics',
    'metering/reports',
    'metering/splits',
    'metering/throughput',
    'metering/traffic',
  ],
  'metering/traffic': ['metering/limits.ts'],
  'metering/insights': ['metering/limits.ts', 'metering/metered-engine.ts'],
  'metering/metrics': ['metering/limits.ts', 'metering/metered-engine.ts', 'metering/traffic'],
  'metering/throughput': ['metering/insights', 'metering/limits.ts', 'metering/metered-engine.ts', 'metering/metrics', 'metering/traffic'],
  'metering/reports': ['metering/limits.ts', 'metering/metered-engine.ts', 'metering/throughput', 'metering/traffic'],
  'metering/splits': ['metering/limits.ts', 'metering/metered-engine.ts', 'metering/reports', 'metering/throughput'],
  'metering/open-metered-engine.ts': [
    'metering/insights',
    'metering/table-scaling.ts',
    'metering/metered-engine.ts',
    'metering/metrics',
    'metering/reports',
    'metering/splits',
    'metering/throughput',
    'metering/traffic',
  ],
  advice: [],
  'advice/rules': ['advice'],
  'operations/limits.ts': [],
  'operations/request': [],
  'operations/items': ['operations/request'],
  'operations/reads': ['operations/items', 'operations/request'],
  'operations/batches': ['operations/items', 'operations/request'],
  'operations/transactions': ['operations/items', 'operations/request'],
  'operations/partiql': ['operations/items', 'operations/reads', 'operations/request', 'operations/transactions'],
  'operations/tables': ['operations/limits.ts', 'operations/request'],
  'operations/backups': ['operations/tables'],
  'operations/transfers': ['operations/backups', 'operations/items', 'operations/limits.ts', 'operations/request', 'operations/tables'],
  'operations/insights': ['operations/tables'],
  'operations/kinesis': ['operations/tables'],
  'operations/streams': [],
  'operations/tags': ['operations/tables'],
  'operations/ttl': [],
  'operations/policies': ['operations/request', 'operations/tables', 'operations/tags'],
  'operations/access': ['operations/partiql', 'operations/request'],
  'operations/views': ['operations/limits.ts', 'operations/tables'],
  'operations/sinks': ['operations/limits.ts', 'operations/views'],
  'operations/works': ['operations/tables', 'operations/transfers'],
  'operations/vectors': ['operations/limits.ts', 'operations/request'],
  'operations/registry.ts': [
    'operations/backups',
    'operations/insights',
    'operations/kinesis',
    'operations/items',
    'operations/reads',
    'operations/request',
    'operations/batches',
    'operations/transactions',
    'operations/partiql',
    'operations/tables',
    'operations/streams',
    'operations/policies',
    'operations/tags',
    'operations/transfers',
    'operations/ttl',
    'operations/vectors',
  ],
  'services/wing.ts': ['services/records.ts'],
  'services/records.ts': [],
  'services/services.ts': [
    'services/wing.ts',
    'services/cloudwatch',
    'services/auto-scaling',
    'services/iam',
    'services/lambda',
    'services/sts',
  ],
  'services/answer-request.ts': ['services/wing.ts'],
  'services/limits.ts': [],
  'services/wings.ts': [
    'services/limits.ts',
    'services/answer-request.ts',
    'services/services.ts',
    'services/records.ts',
    'services/wing.ts',
  ],
  'services/unchecked-members.ts': [],
  'services/cloudwatch': ['services/unchecked-members.ts', 'services/wing.ts'],
  'services/auto-scaling': ['services/cloudwatch', 'services/unchecked-members.ts', 'services/wing.ts'],
  'services/iam': ['services/unchecked-members.ts', 'services/wing.ts'],
  'services/lambda': ['services/unchecked-members.ts', 'services/wing.ts'],
  'services/sts': ['services/iam', 'services/unchecked-members.ts', 'services/wing.ts'],
  'services/cost': ['services/auto-scaling', 'services/limits.ts', 'services/records.ts'],
  server: [
    'server/advice',
    'server/audit',
    'server/auth',
    'server/budget',
    'server/console',
    'server/control',
    'server/faults',
    'server/front',
    'server/requests',
    'server/streams',
  ],
  'server/advice': ['server', 'server/faults', 'server/requests'],
  'server/audit': ['server', 'server/requests'],
  'server/auth': ['server'],
  'server/budget': ['server'],
  'server/console': ['server', 'server/control'],
  'server/control': ['server', 'server/advice', 'server/auth', 'server/faults', 'server/requests', 'server/streams'],
  'server/faults': ['server'],
  'server/front': ['server', 'server/budget'],
  'server/in-process': ['server', 'server/control', 'server/faults'],
  'server/requests': ['server', 'server/faults'],
  'server/streams': ['server', 'server/advice', 'server/requests'],
  'infrastructure/limits.ts': [],
  'infrastructure/import-options.ts': [],
  'infrastructure/documents': ['infrastructure/limits.ts'],
  'infrastructure/tables': ['infrastructure/documents', 'infrastructure/import-options.ts'],
  'infrastructure/cloudformation': [
    'infrastructure/documents',
    'infrastructure/import-options.ts',
    'infrastructure/limits.ts',
    'infrastructure/tables',
  ],
  'infrastructure/server': ['infrastructure/documents', 'infrastructure/limits.ts', 'infrastructure/tables'],
  'infrastructure/formats': [
    'infrastructure/cloudformation',
    'infrastructure/documents',
    'infrastructure/import-options.ts',
    'infrastructure/limits.ts',
    'infrastructure/tables',
  ],
  infrastructure: [
    'infrastructure/cloudformation',
    'infrastructure/documents',
    'infrastructure/formats',
    'infrastructure/import-options.ts',
    'infrastructure/limits.ts',
    'infrastructure/server',
    'infrastructure/tables',
  ],
  cli: [
    'cli/access',
    'cli/advise',
    'cli/apply',
    'cli/asking',
    'cli/audit',
    'cli/auth',
    'cli/check',
    'cli/copies',
    'cli/copy',
    'cli/cost',
    'cli/load',
    'cli/mcp',
    'cli/shell',
    'cli/time-travel',
    'cli/tls',
    'cli/views',
  ],
  'cli/apply': ['cli', 'cli/asking', 'cli/copy', 'cli/load'],
  'cli/asking': ['cli'],
  'cli/audit': ['cli'],
  'cli/check': ['cli', 'cli/asking'],
  'cli/copies': ['cli', 'cli/asking'],
  'cli/copy': ['cli', 'cli/asking', 'cli/load'],
  'cli/mcp': ['cli', 'cli/asking', 'cli/copy', 'cli/load'],
  'cli/shell': ['cli', 'cli/apply', 'cli/asking'],
  'cli/tls': ['cli'],
  'cli/views': ['cli', 'cli/asking'],
  'cli/auth': ['cli'],
  'cli/access': ['cli', 'cli/asking'],
  'cli/advise': ['cli', 'cli/asking'],
  'cli/cost': ['cli', 'cli/asking'],
  'cli/time-travel': ['cli', 'cli/asking'],
  'cli/load': ['cli', 'cli/asking'],
  'index.ts': [],
  kit: [],
}

/** Who may know a wing besides its row in services.ts, and why. */
const wingNeighbours: readonly { readonly from: RegExp; readonly wing: string; readonly why: string }[] = [
  { from: /^src\/services\/auto-scaling\//, wing: 'cloudwatch', why: 'the alarms of a policy are made as anybody makes alarms' },
  { from: /^src\/services\/sts\//, wing: 'iam', why: 'sessions are of the users and roles that IAM keeps' },
  { from: /^src\/services\/cost\//, wing: 'auto-scaling', why: 'what scaling would have provisioned follows from its decisions' },
]

/**
 * Where limits stand: in the limits file of a floor, in that of a service's contract, and as bounds of AWS's shapes in the tables of
 * shapes, which are AWS's models.
 */
const limitTables = /^src\/([a-z]+\/limits\.ts|api\/shapes\/[a-z-]+\.ts|services\/[a-z-]+\/contract\/(limits|shapes|shapes\/[a-z-]+)\.ts)$/

/**
 * Numbers that bound nothing anybody would set otherwise, by the name of the constant, or as they stand where they have none. What is a
 * limit does not belong here.
 */
const notLimits: { readonly [path: string]: readonly string[] } = {
  // Formats of files.
  'src/storage/sqlite/commit-mark.ts': ['markBytes', 'firstSqliteThatTells', 'bytes.subarray(0, 20)'],
  'src/storage/sqlite/write-ahead-log.ts': ['logHeaderBytes', 'frameHeaderBytes', 'head.subarray(0, 24)', 'frame.subarray(0, 8)'],
  // What scripts look at.
  'src/cli/exit-codes.ts': ['exitCodes'],
  // Units and calendars.
  'src/base/clock.ts': ['secondMs', 'minuteMs', 'hourMs', 'dayMs', 'dateSecondsMax'],
  'src/cli/load/load-options.ts': ['unitsMs'],
  'src/services/auto-scaling/operations/schedule.ts': [
    'hour > 23',
    'minute > 59',
    '(second ?? 0) > 59',
    'parseField(fields[0], 0, 59)',
    'parseField(fields[1], 0, 23)',
    'parseField(fields[2], 1, 31)',
    'parseField(fields[5], 1970, 2199)',
  ],
  'src/services/cloudwatch/operations/statistic.ts': ['percent <= 100'],
  'src/services/cost/assumptions.ts': ['dayMinutes'],
  'src/services/cost/throughput-cost.ts': ['hoursPerMonth', 'million'],
  'src/advice/text-order.ts': ['monthsOfYear'],
  // Formats: of what is stored, and of what is sent.
  'src/base/sealing.ts': ['idBytes', 'nonceBytes', 'tagBytes'],
  'src/base/log-histogram.ts': ['octaves', 'stepsPerOctave', 'leastExponent'],
  'src/engine/keyspace/keys.ts': ['versionedRecordsIds', 'expirySecondMax', 'tablePrefixBytes', 'itemPrefixBytes', 'collectionPrefixBytes'],
  'src/engine/keyspace/stored-item.ts': ['digit <= 9'],
  'src/engine/keyspace/history-keys.ts': ['momentBytes'],
  'src/engine/keyspace/expiry-keys.ts': ['expiryPrefixBytes'],
  'src/engine/keyspace/stream-keys.ts': ['streamPrefixBytes', 'shardPrefixBytes'],
  'src/engine/keyspace/insight-keys.ts': ['insightRules', 'insightKeyBytes'],
  'src/engine/keyspace/outbox-keys.ts': ['logBytes'],
  'src/engine/keyspace/vector-keys.ts': ['vectorLogCount', 'logBytes'],
  'src/engine/schema/history.ts': ['lastSecond'],
  'src/engine/keyspace/replica-keys.ts': ['tableIdBytes'],
  'src/engine/nodes/feature-level.ts': ['newestFeatureLevel', 'outboxLevel', 'branchLevel', 'replicaLevel'],
  'src/engine/schema/table-record.ts': ['historyFormat', 'newestFormat'],
  'src/engine/streams/sequence-number.ts': ['wireDigits'],
  'src/engine/streams/shard-iterator.ts': ['payloadBytes'],
  'src/engine/transactions/client-tokens.ts': ['periodMax'],
  'src/engine/vectors/vector-entries.ts': ['floatBytes'],
  'src/metering/metrics/metric-keys.ts': ['minuteMax', 'writerMax', 'seriesBytes', 'minuteBytes'],
  'src/metering/metrics/metrics-of-format-1.ts': ['definitionWords'],
  'src/metering/metrics/series.ts': ['durationBoundsMs'],
  // Components of an ARN.
  'src/policies/check-statement.ts': ['rest.length < 3'],
  'src/policies/pattern.ts': ['parts.length < 5'],
  'src/protocols/sigv4/signing-key.ts': ['blockBytes', 'hexBytes'],
  'src/protocols/request-ids.ts': ['idLength', 'digitsPerWord'],
  'src/services/auto-scaling/operations/describe-scaling-activities.ts': ['endOfTimeMs'],
  'src/services/iam/identities/identity-ids.ts': ['idLength', 'keyBytes', 'secretBytes'],
  'src/services/iam/identities/identity-keys.ts': ['kindBytes'],
  'src/storage/postgres/binary-arrays.ts': ['headerBytes', 'byteaType', 'bigintType', 'textType'],
  'src/storage/sqlite/database-file.ts': ['pageSizeBytes'],
  'src/storage/sqlite/folder.ts': ['ownersFileMode', 'ownersFolderMode', 'modeOfOthers'],
  'src/storage/sqlite/sqlite-errors.ts': [
    'sqliteBusy',
    'sqliteCorrupt',
    'sqliteFull',
    'sqliteNotADatabase',
    'sqliteReadOnly',
    'sqliteIoError',
    'sqliteCannotOpen',
  ],
  'src/storage/store.ts': ['logNumberBytes', 'logNumberMax'],
  // How Ion prints numbers.
  'src/values/files/ion-text.ts': ['plainPointMin'],
  'src/values/key-bytes.ts': ['signPositive'],
  'src/values/number.ts': ['digitsOfInt64'],
  // Formulas of what AWS counts and charges.
  'src/services/cost/table-cost.ts': ['overheadBytes'],
  'src/server/advice/costs-for-advice.ts': ['million'],
  'src/values/size.ts': ['containerOverheadBytes'],
  // How numbers are printed.
  'src/cli/cost/columns.ts': ['amount < 0.0001', 'amount < 0.9995', 'amount < 999.995', 'value >= 10', 'value < 0.001'],
  'src/cli/cost/cost-report.ts': ['share < 0.0995'],
  'src/cli/load/summary-text.ts': ['ms < 10', 'ms < 100'],
  'src/protocols/typed-json.ts': ['Math.abs(value) < 1e21'],
  'src/services/cloudwatch/alarms/judge-alarm.ts': ['size >= 1e7', 'size < 1e-3'],
  // Mathematics, what a number type can hold, and how many arguments a function has.
  'src/cli/load/key-distribution.ts': ['Math.abs(x) > 1e-8', 'each <= 4'],
  'src/cli/load/seeded-numbers.ts': ['warmUp < 12'],
  'src/engine/vectors/float-vector.ts': ['exactIntegersMax', 'typicalDigits'],
  'src/services/cloudwatch/operations/evaluate-metric-math.ts': ['values.length > 3'],
  // Names of endings.
  // A version.
  'src/cli/needed-node.ts': ['oldestNode'],
  'src/cli/time-travel/table-at.ts': ['units'],
}

const bannedNames = /^(utils?|helpers?|common|misc|.*-?manager|types)(\.test)?\.ts$/
const functionLinesMax = 70
const fileLinesMax = 400
/** Pure tables: longer than a file of code may be. */
const tables = /^src\/(api\/shapes\/|expressions\/reserved-words\.ts)/

interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
  /** What is imported of others, but for Node itself. */
  readonly packages: readonly string[]
  readonly functionLengths: readonly { readonly line: number; readonly lines: number }[]
}

const sources = filesBelow('src').map(readSource)
const codeFiles = sources.filter((file) => !file.path.endsWith('.test.ts'))
/** What bounds something outside the tables of limits, by file. */
const foundLimits = new Map(
  codeFiles.filter(({ path }) => !limitTables.test(path)).map(({ path, text }) => [path, findLimits(path, text)] as const),
)

test('a floor imports only from floors below it', () => {
  const up = codeFiles.flatMap((file) => {
    const allowed = floors[floorOf(file.path)] ?? []
    const targets = file.imports.filter((target) => floorOf(target) !== floorOf(file.path) && !allowed.includes(floorOf(target)))
    return [...new Set(targets)].map((target) => `${file.path} -> ${target}`)
  })
  assert.deepEqual(up, [])
})

test('every room is listed, and knows only the rooms of its floor that the list says', () => {
  const faults = codeFiles.flatMap((file) => {
    const allowed = rooms[roomOf(file.path)]
    if (allowed === undefined || floors[floorOf(file.path)] === undefined) return [`${file.path} stands in a room that is not listed`]
    return file.imports
      .filter((target) => floorOf(target) === floorOf(file.path) && roomOf(target) !== roomOf(file.path))
      .filter((target) => !allowed.includes(roomOf(target)))
      .map((target) => `${file.path} imports ${target}`)
  })
  assert.deepEqual(faults, [])
})

test('the list of rooms names nothing that is not there', () => {
  const there = new Set(codeFiles.map((file) => roomOf(file.path)))
  const arrows = new Set(codeFiles.flatMap((file) => file.imports.map((target) => `${roomOf(file.path)} -> ${roomOf(target)}`)))
  const unused = Object.entries(rooms).flatMap(([room, allowed]) => [
    ...(there.has(room) ? [] : [room]),
    ...allowed.filter((target) => !arrows.has(`${room} -> ${target}`)).map((target) => `${room} -> ${target}`),
  ])
  assert.deepEqual(unused, [])
})

test('every service has one row in services.ts, and nothing else knows its folder', () => {
  const table = 'src/services/services.ts'
  const wings = new Set(codeFiles.flatMap((file) => /^src\/services\/([^/]+)\/contract\//.exec(file.path)?.[1] ?? []))
  const wingOf = (path: string): string | undefined => [...wings].find((wing) => path.startsWith(`src/services/${wing}/`))
  const arrows = codeFiles.flatMap((file) => file.imports.map((target) => ({ from: file.path, target, wing: wingOf(target) })))
  // A row may load two files: the wing, and how its records of an older format are carried over.
  const rows = new Set(arrows.flatMap(({ from, wing }) => (from === table && wing !== undefined ? [wing] : [])))
  assert.deepEqual([...rows].sort(), [...wings].sort())
  assert.deepEqual(services.map(({ name }) => name).sort(), [...wings].sort())
  const strangers = arrows.filter(({ from, wing }) => wing !== undefined && from !== table && wingOf(from) !== wing)
  const isNeighbour = ({ from, wing }: (typeof arrows)[number]) => wingNeighbours.some((each) => each.wing === wing && each.from.test(from))
  assert.deepEqual(
    strangers.filter((arrow) => !isNeighbour(arrow)).map(({ from, target }) => `${from} -> ${target}`),
    [],
  )
  for (const { from, wing } of wingNeighbours) assert.ok(strangers.some((arrow) => arrow.wing === wing && from.test(arrow.from)))
})

test('a wing says whose records it changes', () => {
  for (const { name, uses = [] } of services) {
    const known = wingNeighbours.filter(({ from }) => from.test(`src/services/${name}/`)).map(({ wing }) => wing)
    assert.deepEqual([...uses], known, name)
  }
})

test('no file is part of an import cycle', () => {
  const importsOf = new Map(codeFiles.map((file) => [file.path, file.imports]))
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `cycle: ${[...trail, path].join(' -> ')}`)
    if (done.has(path)) return
    for (const target of importsOf.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const file of codeFiles) visit(file.path, [])
})

test('no function is longer than a screen and no file longer than four hundred lines', () => {
  const long = codeFiles
    .filter((file) => !tables.test(file.path))
    .flatMap((file) => [
      ...file.functionLengths
        .filter(({ lines }) => lines > functionLinesMax)
        .map(({ line, lines }) => `${file.path}:${line} has a function of ${lines} lines`),
      ...(file.text.split('\n').length > fileLinesMax ? [`${file.path} is longer than ${fileLinesMax} lines`] : []),
    ])
  assert.deepEqual(long, [])
})

/** The console: a building of its own, which knows types of the server's answers and nothing else of it. */
const consoleFiles = filesBelow('console', /\.tsx?$/).map(readSource)
const consolePackages = ['@preact', '@tanstack', 'aws4fetch', 'lucide-preact', 'preact', 'uplot', 'wouter-preact']
/** Which of its rooms know which; what stands in none may be known by all. */
const consoleRooms: { readonly [room: string]: readonly string[] } = {
  values: [],
  server: ['values'],
  widgets: ['server', 'values'],
  parts: ['app', 'server', 'values', 'widgets'],
  app: ['parts', 'server', 'widgets'],
}

test('the console is a building of its own', () => {
  const roomOfConsole = (path: string): string => path.split('/')[1] ?? ''
  const faults = consoleFiles.flatMap(({ path, text, imports, packages, functionLengths }) => [
    ...(text.startsWith('/**') ? [] : [`${path} does not say what it is`]),
    ...(text.split('\n').length > fileLinesMax ? [`${path} is longer than ${fileLinesMax} lines`] : []),
    ...functionLengths
      .filter(({ lines }) => lines > functionLinesMax)
      .map(({ line, lines }) => `${path}:${line} has a function of ${lines} lines`),
    ...packages.filter((name) => !consolePackages.includes(name)).map((name) => `${path} imports ${name}`),
    ...(importsMoreThanTypes(text, path) ? [`${path} imports more than types of the server`] : []),
    ...imports
      .filter(
        (target) => target.startsWith('console/') && roomOfConsole(target) !== roomOfConsole(path) && roomOfConsole(target) in consoleRooms,
      )
      .filter((target) => !(consoleRooms[roomOfConsole(path)]?.includes(roomOfConsole(target)) ?? true))
      .map((target) => `${path} imports ${target}`),
  ])
  assert.deepEqual(faults, [])
  assert.deepEqual([...new Set(consoleFiles.flatMap(({ packages }) => packages))].sort(), consolePackages)
})

/** Decision 51: what reads infrastructure code runs in the page, too; nothing else of the server does. */
function importsMoreThanTypes(text: string, path: string): boolean {
  const values = text.replace(/^import type .*$/gm, '').matchAll(/from '(?:\.\.\/)+src\/([a-z]+)\//g)
  return [...values].some(([, floor]) => !(path.startsWith('console/parts/infrastructure/') && floor === 'infrastructure'))
}

test('what of the server the console runs asks nothing of Node', () => {
  const asked = new Set<string>()
  const known = new Map(codeFiles.map((file) => [file.path, file]))
  const visit = (path: string): void => {
    const file = known.get(path)
    if (file === undefined || asked.has(path)) return
    asked.add(path)
    for (const target of valuesImportedBy(file)) visit(target)
  }
  for (const file of consoleFiles) for (const target of valuesImportedBy(file)) visit(target)
  assert.ok(asked.has('src/infrastructure/formats/terraform.ts'))
  assert.deepEqual(
    [...asked].filter((path) => /\bBuffer\b|\bprocess\.|from 'node:/.test(withoutComments(known.get(path)?.text ?? ''))),
    [],
  )
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
}

/** Without those of which nothing but types is imported, as the bundler leaves them out. */
function valuesImportedBy({ path, text }: SourceFile): readonly string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module
  const names = [
    ...staticImports
      .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
      .map((node) => node.moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ isType, moduleRequest }) => (isType ? [] : (moduleRequest?.value ?? [])))),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => importedName(text.slice(start, end))),
  ]
  return names.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name)))
}

/** Other tools say how they are named. */
const isOurs = (path: string): boolean => !/^test\/package\/projects\/|\/stator\.config\.ts$|\.d\.ts$/.test(path)

test('file names say what is inside', () => {
  const all = [
    ...sources.map((file) => file.path),
    ...['test', 'bench', 'scripts', 'examples', 'site/.vitepress', 'console'].flatMap((folder) => filesBelow(folder)),
  ].filter(isOurs)
  assert.deepEqual(
    all.filter((path) => bannedNames.test(basename(path))),
    [],
  )
  assert.deepEqual(
    all.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract))?\.ts$/.test(basename(path))),
    [],
  )
})

test('every file opens with a comment that says what it is', () => {
  const faults = codeFiles.filter((file) => !/^(#!.*\n)?\/\*\*/.test(file.text)).map((file) => file.path)
  assert.deepEqual(faults, [])
})

test('clock, chance, environment and files are touched only where they belong', () => {
  const outside = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|from 'node:(fs|fs\/promises|crypto)'|\bperformance\.now\(/
  const allowed =
    /^src\/(base\/(clock|digest|public-key|random|sealing)\.ts|storage\/|functions\/|outbound\/append-lines\.ts|cli\/|kit\/|infrastructure\/documents\/disk-files|server\/console\/package-files)/
  const faults = codeFiles.filter((file) => !allowed.test(file.path) && outside.test(file.text)).map((file) => file.path)
  assert.deepEqual(faults, [])
})

test('every limit stands in a limits file', () => {
  const faults = [...foundLimits].flatMap(([path, found]) =>
    found
      .filter(({ name }) => notLimits[path]?.includes(name) !== true)
      .map(({ line, name, text }) => (name === text ? `${path}:${line} ${name}` : `${path}:${line} ${name} = ${text}`)),
  )
  assert.deepEqual(faults, [])
})

test('what is called no limit is there', () => {
  const isThere = (path: string, name: string): boolean => foundLimits.get(path)?.some((found) => found.name === name) === true
  const stale = Object.entries(notLimits).flatMap(([path, names]) =>
    names.filter((name) => !isThere(path, name)).map((name) => `${path} ${name}`),
  )
  assert.deepEqual(stale, [])
})

test('the rule about limits finds the bounds of a text that breaks it, and nothing else', () => {
  const namesIn = (text: string): string[] => findLimits('sample.ts', text).map(({ name }) => name)
  const breaks: readonly (readonly [string, string])[] = [
    ['const textsMax = 1000', 'textsMax'],
    ['export const budget: ScanBudget = { entries: 100, bytes: 1 << 20 } as const', 'budget'],
    ['const steps = [5, 10]', 'steps'],
    ['const ageMsMax = 7 * dayMs', 'ageMsMax'],
    ['const mmapBytes = 0x7fff0000', 'mmapBytes'],
    ['class Cache { static readonly places = 500 }', 'places'],
    ['const read = () => { const triesMax = 3; return triesMax }', 'triesMax'],
    ['if (texts.length > 100) texts.pop()', 'texts.length > 100'],
    ['const told = faults.slice(0, 50)', 'faults.slice(0, 50)'],
    ['const some = Math.min(wanted, 4096)', 'Math.min(wanted, 4096)'],
    ['setTimeout(stop, 5000)', 'setTimeout(stop, 5000)'],
    ['const signal = AbortSignal.timeout(2500)', 'AbortSignal.timeout(2500)'],
    ['open(file, { timeout: 250, mode: 7 })', 'timeout'],
    ['const limit = readValue(given, wholeNumber(1, 10_000))', 'wholeNumber(1, 10_000)'],
    ['const places = given ?? 16', 'given ?? 16'],
    ['const keep = (places = 20_000) => places', 'places = 20_000'],
  ]
  for (const [text, name] of breaks) assert.deepEqual(namesIn(text), [name], text)
  const keeps = [
    'const signNegative = 1',
    'const recordTag = 0x0a',
    'const hashSpace = 2 ** 32',
    'const rangeShift = 26',
    'if (texts.length > 1 || code >= 0x30 || status >= 500) texts.pop()',
    'const day = iso.slice(0, 10)',
    'const end = text.slice(3, 10)',
    "const hex = word.toString(16).padStart(8, '0')",
    'const seconds = timeMs / 1000',
    'if (texts.length > textsMax) texts.pop()',
    'throw new ControlError(404, { status: 400 })',
    'const { status = 200 } = row',
    'const heat = { columnMs: minuteMs, ranges }',
  ]
  for (const text of keeps) assert.deepEqual(namesIn(text), [], text)
})

/** Each with its reason in docs/decisions/0009. */
const runtimeDependencies = ['pg']
/** Of the program's own, which may do without them. */
const optionalPeers: readonly string[] = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/lib-dynamodb',
  '@jest/globals',
  '@modelcontextprotocol/sdk',
  '@playwright/test',
  'hyparquet',
  'hyparquet-writer',
  'vitest',
]
/** Asked for by a name that no import has. */
const loadedByName: readonly string[] = ['@modelcontextprotocol/sdk']
const bundledPackages = ['aws4', 'cborg', 'fast-xml-builder', 'smol-toml', 'yaml']

test('a test is skipped by skip.ts alone, which skips none in CI, or not run once more on PostgreSQL', () => {
  const own = /\bskip: (?!skip[A-Z]|notOnPostgres\()|\bt(est)?\.skip\(/
  const tests = [...filesBelow('src'), ...filesBelow('test')].filter((path) => path.endsWith('.test.ts') && path !== 'test/tidy.test.ts')
  assert.deepEqual(
    tests.filter((path) => own.test(readFileSync(join(root, path), 'utf8'))),
    [],
  )
})

test('a test that expects an error says which, so that no other passes for it', () => {
  const tests = [...filesBelow('src'), ...filesBelow('test')].filter((path) => /\.(test|contract)\.ts$|^test\//.test(path))
  assert.deepEqual(
    tests.flatMap((path) => unnamedErrors(path, readFileSync(join(root, path), 'utf8'))),
    [],
  )
  const sample = 'assert.rejects(act()); assert.throws(() => a(b, c)); assert.rejects(act(), {}); assert.throws(act, /x/); rejects(a)'
  assert.deepEqual(unnamedErrors('a.ts', sample), ['a.ts: assert.rejects(act())', 'a.ts: assert.throws(() => a(b, c))'])
})

function unnamedErrors(path: string, text: string): readonly string[] {
  const found: string[] = []
  new Visitor({
    CallExpression: ({ callee, arguments: given, start, end }) => {
      if (/^assert\.(rejects|throws)$/.test(text.slice(callee.start, callee.end)) && given.length === 1)
        found.push(`${path}: ${text.slice(start, end)}`)
    },
  }).visit(parseSync(path, text).program)
  return found
}

test('nothing that is not ours runs or is bundled that is not in docs/decisions', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: { readonly [name: string]: string }
    readonly peerDependencies: { readonly [name: string]: string }
    readonly peerDependenciesMeta: { readonly [name: string]: { readonly optional: boolean } }
  }
  assert.deepEqual(Object.keys(manifest.dependencies), runtimeDependencies)
  assert.deepEqual(Object.keys(manifest.peerDependencies), optionalPeers)
  for (const name of optionalPeers) assert.equal(manifest.peerDependenciesMeta[name]?.optional, true)
  const named = [
    ...bundledPackages,
    ...runtimeDependencies,
    ...optionalPeers.filter((name) => !loadedByName.includes(name)).map(packageOrScope),
  ]
  assert.deepEqual([...new Set(codeFiles.flatMap(({ packages }) => packages))].sort(), [...new Set(named)].sort())
})

function packageOrScope(name: string): string {
  return name.split('/')[0] ?? ''
}

function filesBelow(folder: string, ending = /\.ts$/): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const parsed = parseSync(path, text)
  const modules = [
    ...parsed.module.staticImports.map((node) => node.moduleRequest.value),
    ...parsed.module.staticExports.flatMap((node) => node.entries.map((entry) => entry.moduleRequest?.value ?? '')),
    ...parsed.module.dynamicImports.map(({ moduleRequest: { start, end } }) => importedName(text.slice(start, end))),
  ]
  const imports = modules.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name)))
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const packages = modules.flatMap((name) => (/^(\.|node:|$)/.test(name) ? [] : packageOrScope(name)))
  const functionLengths: { line: number; lines: number }[] = []
  const measure = (node: { start: number; end: number }): void => {
    const line = lineOf(node.start)
    functionLengths.push({ line, lines: lineOf(node.end) - line + 1 })
  }
  new Visitor({ FunctionDeclaration: measure, FunctionExpression: measure, ArrowFunctionExpression: measure }).visit(parsed.program)
  return { path, text, imports, packages, functionLengths }
}

function floorOf(path: string): string {
  return path.split('/')[1] ?? ''
}

/**
 * A file that `rooms` names, such as `engine/engine.ts`; else `engine/items` for src/engine/items/read-item.ts and what lies deeper;
 * else the floor, for what stands on it.
 */
function roomOf(path: string): string {
  const [floor = '', ...below] = path.split('/').slice(1)
  const inside = `${floor}/${below[0]}`
  return below.length > 1 || (below.length === 1 && inside in rooms) ? inside : floor
}

/** The name in `import('…')`. One that is made up as it runs could not be checked. */
function importedName(source: string): string {
  const [, name] = /^'([^']+)'$/.exec(source) ?? []
  assert.ok(name !== undefined, `import(${source}) names no file`)
  return name
}
