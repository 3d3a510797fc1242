import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setOwn } from '../base/own.ts'
import type { RawAttributes } from '../values/check.ts'
import {
  checkExpressionParameters,
  checkExpressionValues,
  checkNoMixing,
  type ExpressionParameters,
} from './check-expression-parameters.ts'
import { compileCondition } from './condition.ts'
import { Placeholders } from './placeholders.ts'
import { compileProjection } from './projection.ts'

function rejected(run: () => unknown, message: string, inRequest = true): void {
  assert.throws(run, { exception: 'ValidationException', message, inRequest })
}

describe('Placeholders', () => {
  test('reports what is not defined, also when it is called like a member that every object has', () => {
    const placeholders = new Placeholders({}, {})
    rejected(
      () => compileCondition('FilterExpression', '#n = :v', placeholders),
      'Invalid FilterExpression: An expression attribute name used in the document path is not defined; attribute name: #n',
    )
    rejected(
      () => compileCondition('ConditionExpression', 'a = :constructor', placeholders),
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :constructor',
    )
  })

  test('reports unused names before unused values, all of them in the order given', () => {
    const placeholders = new Placeholders({ '#a': 'a', '#b': 'b', '#c': 'c' }, { ':v': { S: 'v' }, ':w': { S: 'w' } })
    compileProjection('#b', placeholders)
    rejected(() => placeholders.checkAllUsed(), 'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}')
    compileProjection('#a, #c', placeholders)
    rejected(() => placeholders.checkAllUsed(), 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:v, :w}')
    compileCondition('ConditionExpression', 'a = :v OR (a = :v AND b = :w)', placeholders)
    assert.doesNotThrow(() => placeholders.checkAllUsed())
  })

  test('lets a name be anything, also with dots and inherited names', () => {
    const item = { 'a.b': { S: 'x' }, constructor: { S: 'y' } }
    setOwn(item, '__proto__', { S: 'z' })
    const names = { '#d': 'a.b', '#c': 'constructor', '#p': '__proto__', '#t': 'toString' }
    const projection = compileProjection('#d, #c, #p, #t', new Placeholders(names))
    const projected = projection.apply(item)
    assert.deepEqual(Object.entries(projected), [
      ['a.b', { S: 'x' }],
      ['constructor', { S: 'y' }],
      ['__proto__', { S: 'z' }],
    ])
  })
})

describe('checkExpressionParameters', () => {
  const given = (parameters: Partial<ExpressionParameters>) => (): void =>
    checkExpressionParameters({ expressions: {}, names: undefined, values: undefined, wording: 'current', ...parameters })

  test('wants an expression for names', () => {
    rejected(
      given({ names: {}, values: {}, expressions: { ConditionExpression: undefined } }),
      'ExpressionAttributeNames can only be specified when using expressions',
    )
    assert.doesNotThrow(given({ names: { '#a': 'a' }, expressions: { ProjectionExpression: '#a' } }))
  })

  test('wants an expression that takes values for values', () => {
    const values = { ':v': { S: 'v' } }
    rejected(
      given({ values, expressions: { FilterExpression: undefined, ProjectionExpression: 'a' } }),
      'ExpressionAttributeValues can only be specified when using expressions',
    )
    const older = (expressions: ExpressionParameters['expressions'], suffix: string): void =>
      rejected(
        given({ values, wording: 'older', expressions }),
        `ExpressionAttributeValues can only be specified when using expressions${suffix}`,
      )
    older({ ConditionExpression: undefined }, ': ConditionExpression is null')
    older({ ConditionExpression: undefined, UpdateExpression: undefined }, ': UpdateExpression and ConditionExpression are null')
    older(
      { KeyConditionExpression: undefined, FilterExpression: undefined, ProjectionExpression: 'a' },
      ': FilterExpression and KeyConditionExpression are null',
    )
  })

  test('refuses empty maps and then bad keys', () => {
    const expressions = { ConditionExpression: 'a = b' }
    rejected(given({ expressions, names: {}, values: {} }), 'ExpressionAttributeNames must not be empty')
    rejected(given({ expressions, names: { bad: 'a' }, values: {} }), 'ExpressionAttributeValues must not be empty')
    for (const key of ['a', '#', '#a.b', '#a-b', ':a', '', '#é']) {
      rejected(given({ expressions, names: { [key]: 'a' } }), `ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`)
    }
    const tooLong = 'The expression attribute map contains a key that is too long; size of key: 256'
    rejected(given({ expressions, names: { [`#${'a'.repeat(255)}`]: 'a' } }), `ExpressionAttributeNames contains invalid key: ${tooLong}`)
    rejected(given({ expressions, values: { v: { S: 'v' } } }), 'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"')
    rejected(
      given({ expressions, names: { '#a': '' } }),
      'ExpressionAttributeNames contains invalid value: Empty attribute name for key #a',
    )
    assert.doesNotThrow(given({ expressions, names: { [`#${'a'.repeat(254)}`]: 'a', '#0_A': 'b' }, values: { ':0': { S: '' } } }))
  })
})

describe('checkExpressionValues', () => {
  test('makes values canonical', () => {
    assert.deepEqual(checkExpressionValues({ ':n': { N: '1.50' }, ':s': { SS: ['b', 'a'] } }, 'current'), {
      ':n': { N: '1.5' },
      ':s': { SS: ['a', 'b'] },
    })
    assert.deepEqual(checkExpressionValues(undefined, 'older'), {})
  })

  test('tells what is wrong, wrapped in the older wording', () => {
    const bad: RawAttributes = { ':a': { S: 'fine' }, ':v': { SS: [] }, ':w': { N: 'x' } }
    rejected(() => checkExpressionValues(bad, 'current'), 'One or more parameter values were invalid: An string set  may not be empty')
    rejected(
      () => checkExpressionValues(bad, 'older'),
      'ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An string set  may not be empty for key :v',
    )
    const empty = 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'
    rejected(() => checkExpressionValues({ ':v': {} }, 'current'), empty, false)
    rejected(() => checkExpressionValues({ ':v': {} }, 'older'), `ExpressionAttributeValues contains invalid value: ${empty} for key :v`)
  })
})

describe('checkNoMixing', () => {
  test('names the parameters of both languages in the order of declaration', () => {
    rejected(
      () =>
        checkNoMixing({
          nonExpression: { AttributeUpdates: {}, Expected: {}, ConditionalOperator: undefined },
          expression: { UpdateExpression: undefined, ConditionExpression: '' },
        }),
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates, Expected} Expression parameters: {ConditionExpression}',
    )
  })

  test('accepts one language alone', () => {
    assert.doesNotThrow(() => checkNoMixing({ nonExpression: { Expected: {} }, expression: { ConditionExpression: undefined } }))
    assert.doesNotThrow(() => checkNoMixing({ nonExpression: { Expected: undefined }, expression: { ConditionExpression: 'a' } }))
  })
})
