import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderOf } from './text-order.ts'

const first = Date.UTC(2026, 0, 20)

function texts(textOf: (at: number) => string, count = 30): readonly string[] {
  return Array.from({ length: count }, (_, at) => textOf(at))
}

test('orderOf finds numbers of different widths behind a prefix', () => {
  const found = orderOf(texts((at) => `ORDER#${at}`))
  assert.equal(found?.width, 2)
  assert.ok((found?.before ?? '') < (found?.after ?? ''))
  assert.ok((found?.outOfOrder ?? 0) > 0)
})

test('orderOf finds dates that do not sort by time', () => {
  const dateAt = (at: number) => new Date(first + at * 86_400_000)
  const iso = (at: number) => dateAt(at).toISOString()
  for (const textOf of [
    (at: number) => iso(at).slice(0, 10).split('-').reverse().join('/'),
    (at: number) => dateAt(at).toUTCString(),
    (at: number) => (at % 2 === 0 ? `2026-01-20T10:00:${String(10 + at)}Z` : `2026-01-20T11:00:${String(10 + at)}+02:00`),
    (at: number) => `2026-01-20T10:00:00${at === 0 ? '' : `.${at}`}Z`,
  ]) {
    assert.notEqual(orderOf(texts(textOf)), undefined, textOf(3))
    assert.equal(orderOf(texts(textOf))?.width, undefined)
  }
})

test('orderOf says nothing of fixed widths, of ISO 8601, of ids, of few samples, nor across prefixes', () => {
  for (const textOf of [
    (at: number) => `ORDER#${String(at).padStart(5, '0')}`,
    (at: number) => new Date(first + at * 3_600_000).toISOString(),
    (at: number) => `0f8fad5b-d9cb-469f-a165-70867728950${(at * 7).toString(16)}`,
    (at: number) => (at % 2 === 0 ? `A#1${at}` : `B#${at}`),
    (at: number) => `name ${at}`,
  ]) {
    assert.equal(orderOf(texts(textOf)), undefined, textOf(3))
  }
  assert.equal(orderOf(texts((at) => `${at}`, 19)), undefined)
  assert.notEqual(orderOf(texts((at) => `${at}`, 20)), undefined)
})
