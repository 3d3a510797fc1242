/**
 * The table of options: parsing, help and docs/command-line.md derive from it. Each is a flag, an environment variable and, where DynamoDB Local
 * has the same thing, its word for it (product.md).
 */

import { commands } from './commands.ts'

export type OptionName =
  | 'account'
  | 'allowed-hosts'
  | 'audit'
  | 'audit-data'
  | 'log'
  | 'log-level'
  | 'trace'
  | 'advice'
  | 'advice-profile'
  | 'auth'
  | 'clock'
  | 'connections-max'
  | 'console'
  | 'control-open'
  | 'control-token-file'
  | 'data'
  | 'cors'
  | 'data-dir'
  | 'faults'
  | 'functions'
  | 'help'
  | 'host'
  | 'http'
  | 'iam-file'
  | 'http-port'
  | 'in-memory'
  | 'index-lag'
  | 'keys-file'
  | 'kinesis-endpoint'
  | 'memory-budget'
  | 'metrics-token-file'
  | 'no-control'
  | 'pitr-lag'
  | 'port'
  | 'prices'
  | 'region'
  | 'regions'
  | 's3-endpoint'
  | 's3-folder'
  | 'secret-key-file'
  | 'seed-sets'
  | 'seed'
  | 'sinks'
  | 'storage'
  | 'stream-shards'
  | 'table-state-delay'
  | 'tables'
  | 'tables-lenient'
  | 'test-cluster'
  | 'throughput'
  | 'tls-cert'
  | 'tls-client-ca'
  | 'tls-key'
  | 'tls-self-signed'
  | 'ttl-sweep-interval'
  | 'version'

export interface CliOption {
  /** `--name`. */
  readonly name: OptionName
  /** DynamoDB Local's word, taken with one dash or two. */
  readonly localName?: string
  /** `-p`: one letter, for the few that everybody tries. */
  readonly short?: string
  /** Looked at in this order when there is no flag; an empty one counts as not set. */
  readonly variables: readonly string[]
  /** What help calls its value. Without one, it is a switch. */
  readonly value?: string
  /** What a flag without a value stands for, where it may have none. */
  readonly valueIfBare?: string
  readonly help: string
}

export const cliOptions: readonly CliOption[] = [
  {
    name: 'port',
    localName: 'port',
    short: 'p',
    variables: ['STATOR_PORT'],
    value: 'NUMBER',
    help: 'port to listen on; 0 for any free one (8000)',
  },
  { name: 'host', variables: ['STATOR_HOST'], value: 'ADDRESS', help: 'address to listen on; 0.0.0.0 for all (127.0.0.1, ::1)' },
  { name: 'data-dir', localName: 'dbPath', variables: ['STATOR_DATA_DIR'], value: 'FOLDER', help: 'where the data is kept (./.stator)' },
  { name: 'in-memory', localName: 'inMemory', variables: ['STATOR_IN_MEMORY'], help: 'keep nothing on disk' },
  {
    name: 'storage',
    variables: ['STATOR_STORAGE'],
    value: 'URL',
    help: 'keep the data in a PostgreSQL: postgres://user:password@host/database',
  },
  {
    name: 'test-cluster',
    variables: ['STATOR_TEST_CLUSTER'],
    help: 'with --storage: for tests, with resets and a clock to move',
  },
  { name: 'account', variables: ['STATOR_ACCOUNT'], value: 'DIGITS', help: 'the twelve digits in ARNs' },
  { name: 'region', variables: ['STATOR_REGION', 'AWS_REGION'], value: 'NAME', help: 'the region in ARNs (us-east-1)' },
  {
    name: 'regions',
    variables: ['STATOR_REGIONS'],
    value: 'MODE',
    help: 'shared: all see the same tables; isolated: each has its own (shared)',
  },
  {
    name: 'cors',
    localName: 'cors',
    variables: ['STATOR_CORS'],
    value: 'ORIGINS',
    valueIfBare: '*',
    help: 'let web pages of these origins in, separated by commas; * for all (none)',
  },
  {
    name: 'allowed-hosts',
    variables: ['STATOR_ALLOWED_HOSTS'],
    value: 'NAMES',
    help: 'further names that web pages may call it by',
  },
  {
    name: 'table-state-delay',
    variables: ['STATOR_TABLE_STATE_DELAY'],
    value: 'TIME',
    help: 'how long tables are CREATING, UPDATING, DELETING: 500ms, 2s (0)',
  },
  {
    name: 'throughput',
    variables: ['STATOR_THROUGHPUT'],
    value: 'MODE',
    help: 'requests beyond the limits: observe, enforce (refuse) or off (observe)',
  },
  { name: 'index-lag', variables: ['STATOR_INDEX_LAG'], value: 'TIME', help: 'how long writes take to show in global indexes (0)' },
  {
    name: 'ttl-sweep-interval',
    variables: ['STATOR_TTL_SWEEP_INTERVAL'],
    value: 'TIME',
    help: 'how long expired items may stay before they are swept (60s)',
  },
  {
    name: 'pitr-lag',
    variables: ['STATOR_PITR_LAG'],
    value: 'TIME',
    help: 'how far behind now the latest second is that can be restored (5m)',
  },
  {
    name: 'stream-shards',
    variables: ['STATOR_STREAM_SHARDS'],
    value: 'NUMBER',
    help: 'with how many shards streams begin (one for each partition)',
  },
  {
    name: 's3-folder',
    variables: ['STATOR_S3_FOLDER'],
    value: 'FOLDER',
    help: 'its subfolders are the buckets of exports and imports (./buckets)',
  },
  {
    name: 's3-endpoint',
    variables: ['STATOR_S3_ENDPOINT'],
    value: 'URL',
    help: 'buckets of an S3-compatible server instead (docs/time-travel.md)',
  },
  {
    name: 'kinesis-endpoint',
    variables: ['STATOR_KINESIS_ENDPOINT'],
    value: 'URL',
    help: 'where Kinesis data streams are (docs/kinesis.md)',
  },
  {
    name: 'sinks',
    variables: ['STATOR_SINKS'],
    value: 'FILE',
    help: 'where changes of tables go (docs/sinks.md, docs/kinesis.md)',
  },
  {
    name: 'tables',
    variables: ['STATOR_TABLES'],
    value: 'PATH',
    help: 'make the tables of this file or folder first (docs/infrastructure.md)',
  },
  { name: 'tables-lenient', variables: ['STATOR_TABLES_LENIENT'], help: 'with --tables: start also when something of it is not done' },
  {
    name: 'data',
    variables: ['STATOR_DATA'],
    value: 'WHEN',
    help: 'rows that --tables brings: new, for tables made then; always; never (new)',
  },
  {
    name: 'seed-sets',
    variables: ['STATOR_SEED_SETS'],
    value: 'NAMES',
    help: 'which sets of rows that --tables brings, separated by commas (all)',
  },
  { name: 'clock', variables: ['STATOR_CLOCK'], value: 'TIME', help: 'what time it is at the start: 2026-11-22T10:00:00Z (now)' },
  { name: 'prices', variables: ['STATOR_PRICES'], value: 'FILE', help: 'other prices for stator cost than those of docs/cost.md' },
  {
    name: 'auth',
    variables: ['STATOR_AUTH'],
    value: 'MODE',
    help: 'who is answered: off for all, keys for --keys-file, iam for IAM (off)',
  },
  {
    name: 'iam-file',
    variables: ['STATOR_IAM_FILE'],
    value: 'FILE',
    help: 'with --auth iam: identities in JSON (docs/iam.md)',
  },
  {
    name: 'secret-key-file',
    variables: ['STATOR_SECRET_KEY_FILE'],
    value: 'FILE',
    help: 'key that secrets are sealed under (STATOR_SECRET_KEY)',
  },
  { name: 'keys-file', variables: ['STATOR_KEYS_FILE'], value: 'FILE', help: 'with --auth keys: key pairs in JSON (docs/security.md)' },
  {
    name: 'metrics-token-file',
    variables: ['STATOR_METRICS_TOKEN_FILE'],
    value: 'FILE',
    help: 'a token: who brings it sees /metrics, as Prometheus does',
  },
  { name: 'tls-cert', variables: ['STATOR_TLS_CERT'], value: 'FILE', help: 'serve HTTPS with this certificate, in PEM' },
  { name: 'tls-key', variables: ['STATOR_TLS_KEY'], value: 'FILE', help: 'the key of --tls-cert, in PEM' },
  {
    name: 'tls-client-ca',
    variables: ['STATOR_TLS_CLIENT_CA'],
    value: 'FILE',
    help: 'let in only clients with a certificate signed by these',
  },
  { name: 'tls-self-signed', variables: ['STATOR_TLS_SELF_SIGNED'], help: 'serve HTTPS with a certificate of its own' },
  { name: 'http-port', variables: ['STATOR_HTTP_PORT'], value: 'NUMBER', help: 'with HTTPS at --port: HTTP at this one (none)' },
  { name: 'audit', variables: ['STATOR_AUDIT'], value: 'FILE', help: 'a line of JSON for each call that manages something; - for stdout' },
  { name: 'audit-data', variables: ['STATOR_AUDIT_DATA'], help: 'with --audit: also for each call that reads or writes items' },
  {
    name: 'log',
    variables: ['STATOR_LOG'],
    value: 'FORM',
    help: 'on stderr: errors of the server; requests, too; json, both as JSON (errors)',
  },
  {
    name: 'log-level',
    variables: ['STATOR_LOG_LEVEL'],
    value: 'LEVEL',
    help: 'which requests: info, all; warn, with an error; error, failed (info)',
  },
  {
    name: 'trace',
    variables: ['STATOR_TRACE'],
    value: 'MODE',
    help: 'what is kept of the last requests: keys, full with all values, off (keys)',
  },
  {
    name: 'advice',
    variables: ['STATOR_ADVICE'],
    value: 'MODE',
    help: 'whether requests are looked at for stator advise: on, off (on)',
  },
  {
    name: 'advice-profile',
    variables: ['STATOR_ADVICE_PROFILE'],
    value: 'PROFILE',
    help: 'for whom advice is: test, prod (prod once a day old)',
  },
  {
    name: 'functions',
    variables: ['STATOR_FUNCTIONS'],
    value: 'FILE',
    help: 'functions that streams may invoke (docs/triggers.md)',
  },
  {
    name: 'faults',
    variables: ['STATOR_FAULTS'],
    value: 'FILE',
    help: 'for tests: a list in JSON of faults that requests meet (docs/faults.md)',
  },
  {
    name: 'seed',
    variables: ['STATOR_SEED'],
    value: 'NUMBER',
    help: 'for tests: the chance of faults repeats; with --in-memory ids, too',
  },
  { name: 'no-control', variables: ['STATOR_NO_CONTROL'], help: 'no control endpoint at /_stator/' },
  {
    name: 'control-open',
    variables: ['STATOR_CONTROL_OPEN'],
    help: 'a control endpoint for other machines, too, not for this one only',
  },
  {
    name: 'control-token-file',
    variables: ['STATOR_CONTROL_TOKEN_FILE'],
    value: 'FILE',
    help: 'with --control-open: the token they bring (one is made)',
  },
  {
    name: 'console',
    variables: ['STATOR_CONSOLE'],
    value: 'MODE',
    help: 'the page at /_stator/console/: off, read or full',
  },
  {
    name: 'http',
    variables: ['STATOR_HTTP'],
    value: 'READER',
    help: 'who reads HTTP/1.1: strict for Stator itself, node for Node (strict)',
  },
  {
    name: 'memory-budget',
    variables: ['STATOR_MEMORY_BUDGET'],
    value: 'SIZE',
    help: 'memory it may take: what needs more is refused for now (512MB)',
  },
  {
    name: 'connections-max',
    variables: ['STATOR_CONNECTIONS_MAX'],
    value: 'NUMBER',
    help: 'connections at once; beyond it idle ones make place (10000)',
  },
  { name: 'help', localName: 'help', short: 'h', variables: [], help: 'print this' },
  { name: 'version', localName: 'version', short: 'v', variables: [], help: 'print the version' },
]

export type LocalOnlyFlag = 'delayTransientStatuses' | 'disableTelemetry' | 'optimizeDbBeforeStartup' | 'sharedDb'

/** Flags that only DynamoDB Local has. Those without an effect here ask for what Stator does anyway. */
export const localOnlyFlags: readonly { readonly localName: LocalOnlyFlag; readonly help: string }[] = [
  { localName: 'sharedDb', help: 'not needed: all credentials see the same tables, all regions unless isolated' },
  { localName: 'delayTransientStatuses', help: 'not needed: there it delays indexes alone; --table-state-delay delays tables, too' },
  { localName: 'optimizeDbBeforeStartup', help: 'not needed' },
  { localName: 'disableTelemetry', help: 'always so: nothing is ever sent anywhere' },
]

/** Read by read-arguments.ts before flags are. */
const javaRow = ['-jar FILE, -cp PATHS, -D…, -X…', 'not needed: for what starts Java with DynamoDB Local'] as const

/** What `--help` prints. */
export function helpText(): string {
  const rows = cliOptions.map((option) => {
    const variables = option.variables.length === 0 ? '' : `  [${option.variables.join(', ')}]`
    const short = option.short === undefined ? '' : `-${option.short}, `
    return [`${short}--${option.name}${valueHint(option)}`, `${option.help}${variables}`] as const
  })
  const localWords = cliOptions.flatMap((option) =>
    option.localName === undefined ? [] : [[`-${option.localName}${valueHint(option)}`, `--${option.name}`] as const],
  )
  const localRows = localOnlyFlags.map(({ localName, help }) => [`-${localName}`, help] as const)
  return `Stator: DynamoDB that stays with you.

Usage: stator [start] [options]
       stator COMMAND [options]

Other commands, each with its own --help:
${columns(commands.map(({ name, help }) => [name, help] as const))}

Options, each also as the environment variable behind it:
${columns(rows)}

The flags of DynamoDB Local are understood, with one dash or two:
${columns([...localWords, ...localRows, javaRow])}
`
}

function valueHint(option: CliOption): string {
  if (option.value === undefined) return ''
  return option.valueIfBare === undefined ? ` ${option.value}` : ` [${option.value}]`
}

/** Rows of two columns, as help shows them. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
