import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BenchTable, openBench, startMs } from '../../../test/harness/advice-bench.ts'
import { ttlOffRule } from './ttl-off.ts'

const soon = { N: String(startMs / 1000 + 86_400) }

async function severityAfter(items: readonly object[], table: BenchTable = {}): Promise<string> {
  const bench = await openBench(ttlOffRule, table)
  for (const attributes of items) bench.hear({ writes: [{ attributes: { pk: { S: 'a' }, ...attributes } }] })
  return bench.severity()
}

function items(withTime: number, without: number, time: object = { expiresAt: soon }): readonly object[] {
  return [...Array.from({ length: withTime }, () => time), ...Array.from({ length: without }, () => ({}))]
}

test('ttl-off begins with 20 puts, of which 80 % have a time', async () => {
  assert.equal(await severityAfter(items(16, 4)), 'info')
  assert.equal(await severityAfter(items(16, 3)), 'none')
  assert.equal(await severityAfter(items(15, 5)), 'none')
  for (const name of ['ttl', 'expires_at', 'expiry', 'session_ttl', 'timeToLive'])
    assert.equal(await severityAfter(items(20, 0, { [name]: soon })), 'info', name)
})

test('ttl-off says nothing of birthdays, of milliseconds or texts, of far times, nor of a table that expires items', async () => {
  for (const time of [
    { birthday: { N: '-14182940' } },
    { birthday: soon },
    { expiresAt: { N: '0' } },
    { expiresAt: { N: String(startMs) } },
    { expiresAt: { S: '1767225600' } },
    { expected: soon },
  ]) {
    assert.equal(await severityAfter(items(40, 0, time)), 'none', JSON.stringify(time))
  }
  assert.equal(await severityAfter(items(40, 0), { changes: { timeToLive: { attributeName: 'expiresAt', enabled: true } } }), 'none')
})

test('ttl-off is silent once the table expires items', async () => {
  const bench = await openBench(ttlOffRule)
  bench.hearTimes(20, { writes: [{ attributes: { ttl: soon } }] })
  assert.equal(await bench.severity(), 'info')
  await bench.change({ timeToLive: { attributeName: 'ttl', enabled: true } })
  assert.equal(await bench.severity(), 'none')
})
