import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../read-arguments.ts'
import { type LoadOptions, loadHelp, readLoadOptions } from './load-options.ts'

function read(line: string): LoadOptions | undefined {
  return readLoadOptions(
    line.split(' ').filter((word) => word !== ''),
    99,
  )
}

const defaults: LoadOptions = {
  table: 'Shop',
  keys: { kind: 'uniform' },
  sortKeys: 10,
  weights: { get: 50, put: 50, query: 0, update: 0, delete: 0 },
  durationMs: 60_000,
  concurrency: 16,
  items: { kind: 'made' },
  seed: 99,
  consistent: false,
  limit: 100,
  retries: 0,
  json: false,
}

test('a table is all that must be said', () => {
  assert.deepEqual(read('--table Shop'), defaults)
  assert.equal(read('--table Shop --help'), undefined)
  assert.equal(read('-h'), undefined)
})

test('every option is understood', () => {
  const line =
    '--table=Shop --endpoint http://127.0.0.1:1 --region eu-west-1 --profile p --keys zipf --zipf 1.2 --key-count 5 --sort-keys 3 ' +
    '--operations get=60,update=.5,query=1 --rate 500/s --duration 5m --requests 10 --concurrency 3 --item t.json --item-size 900 ' +
    '--seed 5 --consistent --limit 7 --retries 2 --json'
  assert.deepEqual(read(line), {
    ...defaults,
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-west-1',
    profile: 'p',
    keys: { kind: 'zipf', exponent: 1.2 },
    keyCount: 5,
    sortKeys: 3,
    weights: { get: 60, put: 0, query: 1, update: 0.5, delete: 0 },
    ratePerSecond: 500,
    durationMs: 300_000,
    requestsMax: 10,
    concurrency: 3,
    items: { kind: 'template', path: 't.json' },
    itemSizeBytes: 900,
    seed: 5,
    consistent: true,
    limit: 7,
    retries: 2,
    json: true,
  })
})

test('reads of an index are queries, and a number of requests stands for a duration', () => {
  const { durationMs, ...rest } = defaults
  assert.equal(durationMs, 60_000)
  assert.deepEqual(read('--table Shop --index ByTag --reads 30 --requests 5'), {
    ...rest,
    index: 'ByTag',
    weights: { get: 0, put: 70, query: 30, update: 0, delete: 0 },
    requestsMax: 5,
  })
  assert.equal(read('--table Shop --rate unlimited')?.ratePerSecond, undefined)
  assert.deepEqual(read('--table Shop --keys hot --hot-keys 2 --hot-share .5')?.keys, { kind: 'hot', hotKeys: 2, hotShare: 0.5 })
})

const refusals: readonly (readonly [string, string])[] = [
  ['', '--table must say which table to send load to: see stator load --help.'],
  ['--tabel Shop', '--tabel is not an option of stator load: did you mean --table? See stator load --help.'],
  ['Shop', 'Shop is not an option of stator load: see stator load --help.'],
  ['--table', '--table needs a value: --table NAME.'],
  ['--table --json', '--table needs a value: --table NAME.'],
  ['--table Shop --json=1', '--json takes no value.'],
  ['--table Shop --keys gauss', "--keys must be uniform, zipf, hot or time, not 'gauss'."],
  ['--table Shop --key-count 0', "--key-count must be a whole number from 1 to 1000000000, not '0'."],
  ['--table Shop --rate fast', "--rate must be requests a second, such as 500 or 0.01, or unlimited, not 'fast'."],
  ['--table Shop --rate .009', "--rate must be requests a second, such as 500 or 0.01, or unlimited, not '.009'."],
  ['--table Shop --duration 5y', "--duration must be a time such as 500ms, 30s, 5m or 1h, up to a week, not '5y'."],
  ['--table Shop --reads 101', "--reads must be a number from 0 to 100, not '101'."],
  [
    '--table Shop --operations scan=1',
    "--operations must be weights such as get=60,put=40, of get, put, update, query, delete, not 'scan=1'.",
  ],
  [
    '--table Shop --operations get=0',
    "--operations must be weights such as get=60,put=40, of get, put, update, query, delete, not 'get=0'.",
  ],
  ['--table Shop --operations get=1 --reads 5', 'Choose either --operations or --reads, not both.'],
  ['--table Shop --index I --operations get=1', 'An index has no GetItem: with --index, read with query.'],
  ['--table Shop --zipf 1', '--zipf goes with --keys zipf.'],
  ['--table Shop --hot-keys 1', '--hot-keys goes with --keys hot.'],
  ['--table Shop --keys zipf --hot-share 1', '--hot-share goes with --keys hot.'],
  ['--table Shop --keys hot --hot-keys 5 --key-count 5', '--hot-keys must be fewer than the keys there are: 5 of 5 are not.'],
  ['--table Shop --item a --sample b', 'Choose either --item or --sample, not both.'],
  ['--table Shop --sample b --item-size 9', 'The items of a sample are sent as they are: --item-size goes without --sample.'],
]

for (const [line, message] of refusals) {
  test(`'${line}' is refused`, () => {
    assert.throws(() => read(line), new UsageError(message))
  })
}

test('help lists the options and the placeholders', () => {
  assert.match(loadHelp(), /^ {2}--item-size BYTES +fill items up to about this size$/m)
  assert.match(loadHelp(), /^ {2}\$\{uuid\} +a random UUID$/m)
})
