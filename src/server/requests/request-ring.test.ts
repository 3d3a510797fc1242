/** What comes out of the ring is what was put into it, as far as there is room, whatever the texts are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Table } from '../../engine/schema/table.ts'
import { keptKeyTextMax, keptTextsBytes, textsPerBlock } from '../limits.ts'
import type { AnsweredRequest, ItemKey } from './answered-request.ts'
import { RequestRing } from './request-ring.ts'

const table = { name: 'Music', key: { hash: [{ name: 'pk', type: 'S' }], range: [{ name: 'sk', type: 'N' }] } } as unknown as Table

function requestWith(texts: Partial<AnsweredRequest>, named?: ItemKey): AnsweredRequest {
  const counts = { readUnits: 0.5, writeUnits: 0, evaluatedItems: 1, returnedItems: undefined }
  return {
    requestId: 'A1',
    atMs: 1_795_341_600_000.5,
    durationMs: 0.25,
    service: 'dynamodb',
    operation: 'GetItem',
    region: 'us-east-1',
    status: 200,
    error: undefined,
    caller: 'arn:aws:iam::123456789012:root',
    accessKeyId: undefined,
    sourceAddress: undefined,
    userAgent: undefined,
    faults: undefined,
    ...texts,
    items: { table, tableName: undefined, otherTables: undefined, index: undefined, pattern: undefined, named, ...counts },
  }
}

test('Requests come out as they went in, also where places are used again', () => {
  const ring = new RequestRing(textsPerBlock + 1)
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
  let number = 0
  fc.assert(
    fc.property(text, text, fc.option(text, { nil: undefined }), (pk, sk, userAgent) => {
      const faults = number % 2 === 0 ? undefined : ['fault-1']
      const request = requestWith({ userAgent, sourceAddress: '::1', accessKeyId: 'AKIA', faults }, { pk: { S: pk }, sk: { N: sk } })
      number += 1
      ring.put(number, request)
      assert.deepEqual(ring.get(number), request)
      const before = ring.get(Math.max(1, number - textsPerBlock))
      assert.equal(before?.requestId, 'A1')
    }),
    { numRuns: 3 * textsPerBlock },
  )
  assert.equal(ring.size, textsPerBlock + 1)
})

test('What names no key, or one that is too long, has none', () => {
  const ring = new RequestRing(10)
  const long = 'x'.repeat(keptKeyTextMax + 1)
  const wide = '\u{10000}'.repeat(keptKeyTextMax / 2)
  const all: readonly (ItemKey | undefined)[] = [
    undefined,
    { pk: { S: 'a' } },
    { pk: { N: '1' }, sk: { N: '1' } },
    { pk: { S: long }, sk: { N: '1' } },
    { pk: 'a', sk: null },
  ]
  for (const [at, named] of all.entries()) {
    ring.put(at + 1, requestWith({ userAgent: 'sdk' }, named))
    assert.deepEqual([ring.get(at + 1)?.items?.named, ring.get(at + 1)?.userAgent], [undefined, 'sdk'])
  }
  // What sent it makes room for the key, but nothing does for its id.
  ring.put(6, requestWith({ userAgent: 'é'.repeat(keptTextsBytes) }, { pk: { S: wide }, sk: { N: wide } }))
  assert.deepEqual([ring.get(6)?.items?.named, ring.get(6)?.userAgent], [{ pk: { S: wide }, sk: { N: wide } }, undefined])
  ring.put(7, requestWith({ requestId: 'B'.repeat(200) }, { pk: { S: wide }, sk: { N: wide } }))
  assert.deepEqual([ring.get(7)?.items?.named, ring.get(7)?.requestId], [undefined, 'B'.repeat(200)])
})
