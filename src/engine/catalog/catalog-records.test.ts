import assert from 'node:assert/strict'
import { test } from 'node:test'
import { featureLevelKey, movedClockKey, settingsKey } from '../keyspace/node-keys.ts'
import { CatalogRecords } from './catalog-records.ts'

test('a record of the whole database that is not among all records any more is gone, and one that is stays as it was', () => {
  const keys = { settings: settingsKey(), movedClock: movedClockKey(), featureLevel: featureLevelKey() } as const
  for (const [name, key] of Object.entries(keys) as [keyof typeof keys, (typeof keys)['settings']][]) {
    const records = new CatalogRecords()
    records.replace([{ key, value: '1' }])
    assert.equal(records[name], '1', name)
    records.replace([{ key, value: '1' }])
    assert.equal(records[name], '1', name)
    records.apply([{ key, value: '2' }])
    assert.equal(records[name], '2', name)
    records.replace([])
    assert.equal(records[name], undefined, name)
  }
})
