/** Negative controls of the check of histories: a few calls of which one cannot be true, beside what is nearly the same and true. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkHistory, type OperationHistory } from './check-history.ts'
import type { Action, Answer, Item, Operation } from './model.ts'

const a = 'group/a'
const b = 'group/b'

type Line = readonly [calledAt: number, doneAt: number | undefined, operation: Operation, answer: Answer]

function historyOf(...lines: readonly Line[]): OperationHistory {
  return lines.map(([calledAt, doneAt, operation, answer], number) => ({
    number,
    client: `client ${number}`,
    operation,
    calledAt,
    ...(doneAt !== undefined && { outcome: { answer, doneAt } }),
  }))
}

const done: Answer = { kind: 'done', attributes: null }
const refused: Answer = { kind: 'refused', item: null }
const items = (...shown: readonly (Item | null)[]): Answer => ({ kind: 'items', items: shown })
const put = (key: string, item: Item): Operation & Action => ({ kind: 'put', key, item, returns: 'NONE' })
const get = (key: string): Operation => ({ kind: 'get', key })
const snapshot: Operation = { kind: 'transactGet', keys: [a, b] }
const setIfVersion = (version: number, tag: string): Operation => ({
  kind: 'update',
  key: a,
  add: {},
  set: { tag, version: version + 1 },
  condition: { kind: 'equal', attribute: 'version', value: version },
  returns: 'NONE',
})
const transfer = (amount: number): Operation => ({ kind: 'transactWrite', actions: [plus(a, -amount), plus(b, amount)] })
const plus = (key: string, amount: number): Action => ({ kind: 'update', key, add: { balance: amount }, set: {}, returns: 'NONE' })
/** B goes if A is there. */
const removeB: Operation = {
  kind: 'transactWrite',
  actions: [
    { kind: 'check', key: a, condition: { kind: 'present' } },
    { kind: 'delete', key: b, returns: 'NONE' },
  ],
}
const removeA: Operation = {
  kind: 'transactWrite',
  actions: [
    { kind: 'check', key: b, condition: { kind: 'present' } },
    { kind: 'delete', key: a, returns: 'NONE' },
  ],
}
const failedFirst: Answer = {
  kind: 'cancelled',
  reasons: [
    { code: 'ConditionalCheckFailed', item: null },
    { code: 'None', item: null },
  ],
}
const both: Line = [1, 2, { kind: 'transactWrite', actions: [put(a, { balance: 5 }), put(b, { balance: 5 })] }, done]
const first: Line = [1, 2, put(a, { tag: 'x', version: 1 }), done]

const explained: { readonly [name: string]: OperationHistory } = {
  'an update that lost against another one': historyOf(first, [3, 6, setIfVersion(1, 'y'), done], [4, 5, setIfVersion(1, 'z'), refused]),
  'a snapshot before a transfer and one after it': historyOf(
    both,
    [3, 9, transfer(2), done],
    [4, 5, snapshot, items({ balance: 5 }, { balance: 5 })],
    [6, 7, snapshot, items({ balance: 3 }, { balance: 7 })],
  ),
  'two transactions of which one took away what the other needed': historyOf(both, [3, 6, removeA, done], [4, 5, removeB, failedFirst]),
  'a conflict': historyOf(both, [3, 4, transfer(2), { kind: 'conflict' }], [5, 6, get(a), items({ balance: 5 })]),
  'a transaction that was repeated and done once': historyOf(
    both,
    [3, 4, { kind: 'transactWrite', actions: [plus(a, 1)], token: 't' }, done],
    [5, 6, { kind: 'repeat', actions: [plus(a, 1)], token: 't' }, done],
    [7, 8, get(a), items({ balance: 6 })],
  ),
}

const broken: { readonly [name: string]: OperationHistory } = {
  'a stale read': historyOf(first, [3, 4, put(a, { tag: 'y' }), done], [5, 6, get(a), items({ tag: 'x', version: 1 })]),
  'a lost update: two with the same condition': historyOf(first, [3, 6, setIfVersion(1, 'y'), done], [4, 5, setIfVersion(1, 'z'), done]),
  'a lost count': historyOf(both, [3, 6, plusOne(), done], [4, 5, plusOne(), done], [7, 8, get(a), items({ balance: 6 })]),
  'a refusal that shows what was not there': historyOf(first, [3, 4, shownIfAbsent(), { kind: 'refused', item: { tag: 'old' } }]),
  'a torn transaction: half of it in a snapshot': historyOf(
    both,
    [3, 6, transfer(2), done],
    [4, 5, snapshot, items({ balance: 3 }, { balance: 5 })],
  ),
  'a torn transaction: half of it in single reads, then the other half not yet': historyOf(
    both,
    [3, 10, transfer(2), done],
    [4, 5, get(a), items({ balance: 3 })],
    [6, 7, get(b), items({ balance: 5 })],
  ),
  'a transaction that was cancelled and done all the same': historyOf(
    [1, 2, removeA, failedFirst],
    [3, 4, put(a, { balance: 1 }), done],
    [5, 6, removeA, failedFirst],
    [7, 8, get(a), items(null)],
  ),
  'a conflict that did something': historyOf(both, [3, 4, transfer(2), { kind: 'conflict' }], [5, 6, get(a), items({ balance: 3 })]),
  'write skew: each took away what the other needed': historyOf(both, [3, 6, removeA, done], [4, 5, removeB, done]),
  'a cancellation without a reason': historyOf(both, [3, 4, removeA, failedFirst]),
  'a transaction that was repeated and done twice': historyOf(
    both,
    [3, 4, { kind: 'transactWrite', actions: [plus(a, 1)], token: 't' }, done],
    [5, 6, { kind: 'repeat', actions: [plus(a, 1)], token: 't' }, done],
    [7, 8, get(a), items({ balance: 7 })],
  ),
  'an index that does not show an item yet': historyOf(
    [1, 2, put(a, { color: 'red' }), done],
    [3, 4, { kind: 'query', index: 'color', key: a, value: 'red' }, items(null)],
  ),
  'an index that still shows an item': historyOf(
    [1, 2, put(a, { color: 'red' }), done],
    [3, 4, put(a, { color: 'blue' }), done],
    [5, 6, { kind: 'query', index: 'color', key: a, value: 'red' }, items({ color: 'red' })],
  ),
  'an index that shows an item twice': historyOf(
    [1, 2, put(a, { color: 'red' }), done],
    [3, 4, { kind: 'query', index: 'color', key: a, value: 'red' }, items({ color: 'red' }, { color: 'red' })],
  ),
}

function plusOne(): Operation {
  return { kind: 'update', key: a, add: { balance: 1 }, set: {}, returns: 'NONE' }
}

function shownIfAbsent(): Operation {
  return { kind: 'put', key: a, item: { tag: 'y' }, condition: { kind: 'absent' }, showsRefused: true, returns: 'NONE' }
}

for (const [name, history] of Object.entries(explained)) {
  test(`checkHistory explains ${name}`, () => assert.equal(checkHistory(history), undefined))
}

for (const [name, history] of Object.entries(broken)) {
  test(`checkHistory refuses ${name}`, () => assert.match(checkHistory(history) ?? 'nothing was found', /no order of these calls/))
}

test('checkHistory searches partitions apart, and names seed, partition, state and calls of the one that is wrong', () => {
  const other = historyOf([1, 2, put('other/a', { tag: 'x' }), done])
  const stale = historyOf(first, [3, 8, put(a, { tag: 'y' }), done], [4, 5, get(a), items({ tag: 'y' })], [6, 7, get(a), items(null)])
  assert.match(
    checkHistory([...other, ...stale]) ?? '',
    new RegExp(
      [
        /^seed \d+, group: no order of these calls explains the answer to #3\./,
        /Before them the items were \{"group\/a":\{"tag":"y"\}\}/,
        /\+ #1 client 1 \[3 … 8\] \{"kind":"put".* → \{"kind":"done","attributes":null\}/,
        /> #3 client 3 \[6 … 7\] \{"kind":"get","key":"group\/a"\} → \{"kind":"items","items":\[null\]\}/,
      ]
        .map(({ source }) => source)
        .join('\n'),
    ),
  )
})
