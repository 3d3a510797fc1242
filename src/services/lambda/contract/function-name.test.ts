import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functionArn, parseFunctionName, taggedIn } from './function-name.ts'

const place = { region: 'us-east-1', account: '123456789012' }
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f'

/** lambda-triggers.md §1: what answers name a function by that requests name so. */
const names: readonly (readonly [text: string, answered: string])[] = [
  ['f', arn],
  ['f:live', `${arn}:live`],
  ['f:$LATEST', arn],
  ['123456789012:function:f', arn],
  ['123456789012:function:f:$LATEST', `${arn}:$LATEST`],
  [arn, arn],
  [`${arn}:live`, `${arn}:live`],
  [`${arn}:$LATEST`, arn],
]

for (const [text, answered] of names) {
  test(`${text} is answered as ${answered}`, () => {
    const name = parseFunctionName(text)
    assert.ok(name !== undefined)
    assert.equal(functionArn(place, name), answered)
  })
}

test('text that is no name of a function is none', () => {
  for (const text of ['', 'a b', 'f:a:b', 'f/g']) assert.equal(parseFunctionName(text), undefined, text)
})

test('tags are of mappings and of functions', () => {
  assert.deepEqual(taggedIn(arn), { kind: 'function', name: 'f' })
  const mapping = 'arn:aws:lambda:us-east-1:123456789012:event-source-mapping:0f4a8b5e-0000-4000-8000-000000000000'
  assert.deepEqual(taggedIn(mapping), { kind: 'mapping', name: '0f4a8b5e-0000-4000-8000-000000000000' })
  assert.equal(taggedIn('arn:aws:dynamodb:us-east-1:123456789012:table/T'), undefined)
})
