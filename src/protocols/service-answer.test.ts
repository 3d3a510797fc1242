import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, Tagged } from 'cborg'
import { errorAnswer, outputAnswer } from './service-answer.ts'
import type { ProtocolName, ProtocolRequest, ServiceContract } from './service-contract.ts'

const contract: ServiceContract = {
  apiVersion: '2026-11-22',
  operations: { Measure: { notes: '' }, Forget: { notes: '' } },
  shapes: {
    Double: { kind: 'double' },
    Doubles: { kind: 'list', of: 'Double' },
    Count: { kind: 'long' },
    Time: { kind: 'timestamp' },
    Times: { kind: 'list', of: 'Time' },
    Bytes: { kind: 'blob' },
    Text: { kind: 'string' },
    Map: { kind: 'map', from: 'Text', to: 'Double' },
    Part: { kind: 'structure', members: { Value: 'Double!' } },
    Parts: { kind: 'list', of: 'Part' },
    MeasureOutput: {
      kind: 'structure',
      members: {
        Doubles: 'Doubles',
        Count: 'Count!',
        Time: 'Time',
        Times: 'Times',
        Bytes: 'Bytes',
        Map: 'Map',
        Parts: 'Parts',
        Text: 'Text',
      },
    },
  },
  errors: {
    AccessDeniedException: { status: 400 },
    ExpiredTokenException: { status: 400 },
    IncompleteSignatureException: { status: 400 },
    InvalidSignatureException: { status: 400 },
    MissingAuthenticationTokenException: { status: 400 },
    SerializationException: { status: 400 },
    UnknownOperationException: { status: 400, code: 'InvalidAction' },
    UnrecognizedClientException: { status: 400 },
    BrokenException: { status: 503, messageMember: 'Message' },
  },
  fault: { exception: 'BrokenException', message: '' },
  errorNamespace: 'made.up',
  xmlNamespace: 'http://made.up/',
}

const output = {
  Doubles: [1, 0.5, 1e21],
  Count: 2,
  Time: 1_795_341_600.25,
  Times: [0],
  Bytes: 'AP8K',
  Map: { ['__proto__']: 3 },
  Parts: [{ Value: 4, Stranger: 1 }],
  Text: undefined,
}

function request(protocol: ProtocolName, type?: string): ProtocolRequest {
  return { protocol, operation: 'Measure', method: 'POST', path: '/', query: '', headers: { 'content-type': type }, body: Buffer.of() }
}

function measured(protocol: ProtocolName, type?: string) {
  return outputAnswer(contract, request(protocol, type), { operation: 'Measure', output }, 'ID')
}

test('In JSON doubles show that they are, and the type is that of the protocol', async () => {
  const text =
    '{"Doubles":[1.0,0.5,1e+21],"Count":2,"Time":1795341600.25,"Times":[0],"Bytes":"AP8K","Map":{"__proto__":3.0},"Parts":[{"Value":4.0}]}'
  const types: readonly (readonly [ProtocolName, string | undefined, string])[] = [
    ['awsJson1_0', undefined, 'application/x-amz-json-1.0'],
    ['awsJson1_0', 'application/json', 'application/json'],
    ['awsJson1_1', 'application/json', 'application/x-amz-json-1.1'],
    ['rpcv2Json', 'application/json', 'application/json'],
  ]
  for (const [protocol, sent, received] of types) {
    const { status, headers, body } = await measured(protocol, sent)
    assert.deepEqual([status, headers['Content-Type'], headers['x-amzn-RequestId'], body], [200, received, 'ID', text])
    assert.equal(headers['smithy-protocol'], protocol === 'rpcv2Json' ? 'rpc-v2-json' : undefined)
  }
})

test('In CBOR doubles are floats, integers integers, times tagged and blobs bytes', async () => {
  const { headers, body } = await measured('rpcv2Cbor')
  assert.equal(headers['Content-Type'], 'application/cbor')
  const tags = { 1: (content: () => unknown) => new Tagged(1, content()) }
  const told = decode(body as Uint8Array, { tags })
  assert.deepEqual(told.Time, new Tagged(1, 1_795_341_600.25))
  assert.deepEqual([told.Count, [...told.Bytes], told.Doubles, told.Parts], [2, [0, 255, 10], [1, 0.5, 1e21], [{ Value: 4 }]])
  const hex = Buffer.from(body).toString('hex')
  // `Count` and the integer 2; `Value` and the float 4.
  assert.ok(hex.includes(`65${Buffer.from('Count').toString('hex')}02`))
  assert.ok(hex.includes(`65${Buffer.from('Value').toString('hex')}fb4010000000000000`))
})

test('In XML lists have members, maps entries, and times are ISO 8601', async () => {
  const { headers, body } = await measured('awsQuery')
  assert.equal(headers['Content-Type'], 'text/xml')
  assert.equal(
    body,
    '<MeasureResponse xmlns="http://made.up/"><MeasureResult><Doubles><member>1</member><member>0.5</member><member>1e+21</member></Doubles><Count>2</Count><Time>2026-11-22T10:00:00.250Z</Time><Times><member>1970-01-01T00:00:00.000Z</member></Times><Bytes>AP8K</Bytes><Map><entry><key>__proto__</key><value>3</value></entry></Map><Parts><member><Value>4</Value></member></Parts></MeasureResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></MeasureResponse>',
  )
})

test('An operation without an output answers an empty structure', async () => {
  const forgotten = async (protocol: ProtocolName) =>
    (await outputAnswer(contract, request(protocol), { operation: 'Forget', output: undefined }, 'ID')).body
  assert.equal(await forgotten('awsJson1_1'), '{}')
  assert.deepEqual(decode((await forgotten('rpcv2Cbor')) as Uint8Array), {})
  assert.match(String(await forgotten('awsQuery')), /^<ForgetResponse xmlns="[^"]+"><ResponseMetadata>/)
})

test('An error has its name, its old name and its message where the protocol and its row put them', async () => {
  const broken = { exception: 'BrokenException', message: 'Too\u0000 hot.', members: { Part: 'a' } }
  const json = await errorAnswer(contract, request('awsJson1_0'), broken, 'ID')
  assert.deepEqual([json.status, json.headers['x-amzn-query-error']], [503, undefined])
  assert.deepEqual(JSON.parse(String(json.body)), { __type: 'made.up#BrokenException', Message: 'Too\u0000 hot.', Part: 'a' })
  const unknown = { exception: 'UnknownOperationException', message: '' }
  const cbor = await errorAnswer(contract, request('rpcv2Cbor'), unknown, 'ID')
  assert.equal(cbor.headers['x-amzn-query-error'], 'InvalidAction;Sender')
  assert.deepEqual(decode(cbor.body as Uint8Array), { __type: 'made.up#UnknownOperationException' })
  const xml = await errorAnswer(contract, request('awsQuery'), broken, 'ID')
  assert.equal(
    xml.body,
    '<ErrorResponse xmlns="http://made.up/"><Error><Type>Receiver</Type><Code>BrokenException</Code><Message>Too\ufffd hot.</Message></Error><RequestId>ID</RequestId></ErrorResponse>',
  )
})
