import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { TestBuckets } from '../../../test/harness/test-buckets.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Buckets } from '../../storage/buckets/buckets.ts'
import { type Store, StoreUnavailable } from '../../storage/store.ts'
import { updateContinuousBackups } from '../backups/update-continuous-backups.ts'
import { putItem } from '../items/put-item.ts'
import { scan } from '../reads/scan.ts'
import { createTable } from '../tables/create-table.ts'
import { describeBulkOperation } from './describe-bulk-operation.ts'
import { describeExport } from './describe-export.ts'
import { describeImport } from './describe-import.ts'
import { exportTableToPointInTime } from './export-table-to-point-in-time.ts'
import { importTable } from './import-table.ts'
import { startBulkPutItems } from './start-bulk-put-items.ts'
import { transferJobs } from './transfer-jobs.ts'

const startMs = 1_795_341_600_000
const TableName = 'Made'

const definition = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
} as const

const importInput = { S3BucketSource: { S3Bucket: 'in' }, InputFormat: 'DYNAMODB_JSON', TableCreationParameters: definition } as const

const bulkInput = {
  TableName,
  InputS3Configuration: { S3Bucket: 'in', InputFormat: 'DYNAMODB_JSON' },
  OutputS3Configuration: { S3Bucket: 'out', OutputType: ['ERROR'] },
} as const

function linesOf(count: number, name = 'i'): string {
  return Array.from({ length: count }, (_, n) => `{"Item":{"id":{"S":"${name}${n}"}}}\n`).join('')
}

/** Fails once at each name, with what no bucket is expected to fail with, in the middle of what it is asked for. */
function failingOnce({ put, list, read }: Buckets): Buckets {
  const failed = new Set<string>()
  const fail = (what: string): void => {
    if (failed.has(what)) return
    failed.add(what)
    throw new Error(`a fault of ${what}`)
  }
  return {
    put: async (name, body, options) => {
      const etag = await put(name, body, options)
      fail(`put ${name.key}`)
      return etag
    },
    list: async (name, after) => {
      const page = await list(name, after)
      fail(`list ${after}`)
      return page
    },
    read: async function* (name) {
      for await (const piece of read(name)) {
        yield piece.subarray(0, piece.length / 2)
        fail(`read ${name.key}`)
        yield piece.subarray(piece.length / 2)
      }
    },
  }
}

interface Failing {
  readonly engine: MeteredEngine
  readonly buckets: TestBuckets
  /** From now on every other write to the store is refused. */
  failWrites(): void
}

async function openFailing(): Promise<Failing> {
  const buckets = new TestBuckets('in', 'out')
  const store = await openTestStore()
  let writes: number | undefined
  const write: Store['write'] = async (...asked) => {
    if (writes !== undefined) writes += 1
    if ((writes ?? 0) % 2 === 1) throw new StoreUnavailable('not now')
    return store.write(...asked)
  }
  const engine = await openMeteredEngine({
    storage: { kind: 'custom', open: () => ({ ...forwardedStore(store), write }) },
    clock: new ManualClock(startMs),
    random: seededRandom(1),
    buckets: buckets.options,
    pitrLagMs: 0,
  })
  return {
    engine,
    buckets,
    failWrites: () => {
      writes = 0
    },
  }
}

/** Steps that fail are tried again, as those of jobs are. Resolves with how many failed. */
async function runTransfers(engine: MeteredEngine): Promise<number> {
  const [job] = transferJobs(engine)
  assert(job !== undefined)
  for (let failed = 0; ; ) {
    const isBusy = await job.step(startMs).catch(() => {
      failed += 1
      return true
    })
    if (!isBusy) return failed
  }
}

async function makeImport(engine: MeteredEngine): Promise<() => Promise<readonly unknown[]>> {
  const { ImportArn = '' } = (await importTable(engine, importInput)).ImportTableDescription
  return async () => {
    const { ImportStatus, ImportedItemCount, ProcessedItemCount } = (await describeImport(engine, { ImportArn })).ImportTableDescription
    return [ImportStatus, ImportedItemCount, ProcessedItemCount, await itemCount(engine)]
  }
}

async function itemCount(engine: MeteredEngine): Promise<number | undefined> {
  return (await scan(engine, { TableName, Select: 'COUNT' }, new RequestUsage())).Count
}

test('A batch of an import or a bulk operation that could not be put is put later', async () => {
  const { engine, buckets, failWrites } = await openFailing()
  buckets.write('in/1', linesOf(300))
  const imported = await makeImport(engine)
  failWrites()
  assert.ok((await runTransfers(engine)) > 10)
  assert.deepEqual(await imported(), ['COMPLETED', 300, 300, 300])
  buckets.write('in/1', linesOf(300, 'j'))
  const { BulkOperationArn = '' } = (await startBulkPutItems(engine, bulkInput).catch(() => startBulkPutItems(engine, bulkInput)))
    .BulkOperationDescription
  assert.ok((await runTransfers(engine)) > 10)
  const { BulkOperationStatus, ProcessedItemCount } = (await describeBulkOperation(engine, { BulkOperationArn })).BulkOperationDescription
  assert.deepEqual([BulkOperationStatus, ProcessedItemCount, await itemCount(engine)], ['COMPLETED', 300, 600])
  await engine.close()
  buckets.remove()
})

test('An import goes on behind what it has after faults that nobody foresaw', async () => {
  const { engine, buckets } = await openFailing()
  buckets.write('in/1', linesOf(100, 'a'))
  buckets.write('in/2', linesOf(100, 'b'))
  const imported = await makeImport(engine)
  assert.equal(await runTransfers({ ...engine, buckets: failingOnce(engine.buckets) }), 4)
  assert.deepEqual(await imported(), ['COMPLETED', 200, 200, 200])
  await engine.close()
  buckets.remove()
})

test('An export leaves nothing out after faults that nobody foresaw', async () => {
  const { engine, buckets } = await openFailing()
  await createTable(engine, definition)
  await updateContinuousBackups(engine, { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  for (let n = 0; n < 40; n += 1) await putItem(engine, { TableName, Item: { id: { S: `i${n}` } } }, new RequestUsage())
  const TableArn = `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}`
  const { ExportDescription } = await exportTableToPointInTime(engine, { TableArn, S3Bucket: 'in' })
  // One at each of four files and five other objects.
  assert.equal(await runTransfers({ ...engine, buckets: failingOnce(engine.buckets) }), 9)
  const { ExportArn = '' } = ExportDescription ?? {}
  const { ExportDescription: description } = await describeExport(engine, { ExportArn })
  assert.deepEqual([description?.ExportStatus, description?.ItemCount], ['COMPLETED', 40])
  const manifest = buckets
    .read(`in/${description?.ExportManifest?.replace('summary', 'files')}`)
    .toString()
    .trim()
    .split('\n')
  const files = manifest.map((line) => (JSON.parse(line) as { readonly dataFileS3Key: string }).dataFileS3Key)
  const lines = files.flatMap((key) => buckets.gunzip(`in/${key}`).split('\n').slice(0, -1))
  assert.equal(new Set(lines).size, 40)
  await engine.close()
  buckets.remove()
})
