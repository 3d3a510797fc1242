import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ShapeTable } from '../api/shapes/shape-table.ts'
import { readRequest } from './read-request.ts'
import { errorAnswer, outputAnswer } from './service-answer.ts'
import type { OperationTable, ProtocolRequest, ServiceContract } from './service-contract.ts'

const text = { kind: 'string' } as const

const shapes: ShapeTable = {
  Text: text,
  Number: { kind: 'integer' },
  Weight: { kind: 'double' },
  Flag: { kind: 'boolean' },
  Time: { kind: 'timestamp' },
  Bytes: { kind: 'blob' },
  Texts: { kind: 'list', of: 'Text' },
  Numbers: { kind: 'list', of: 'Number' },
  Cover: { kind: 'structure', members: { Colour: 'Text', Weight: 'Weight' } },
  ListBooksInput: {
    kind: 'structure',
    members: { Shelf: 'Text!', Max: 'Number', Old: 'Flag', After: 'Time', Tags: 'Texts', Years: 'Numbers', Since: 'Time', Tracing: 'Text' },
  },
  ListBooksOutput: { kind: 'structure', members: { Books: 'Texts', Weight: 'Weight', Changed: 'Time', ETag: 'Text', Count: 'Number' } },
  AddBookInput: { kind: 'structure', members: { Shelf: 'Text!', Book: 'Text!', Cover: 'Cover', Added: 'Time' } },
  AddBookOutput: { kind: 'structure', members: { Code: 'Number', Book: 'Text' } },
  ReadPageInput: { kind: 'structure', members: { Shelf: 'Text!', Question: 'Bytes' } },
  ReadPageOutput: { kind: 'structure', members: { Page: 'Bytes', Reader: 'Text' } },
  NoteInput: { kind: 'structure', members: { Note: 'Text' } },
  NoteOutput: { kind: 'structure', members: { Note: 'Text' } },
  BindInput: { kind: 'structure', members: { Cover: 'Cover' } },
  BindOutput: { kind: 'structure', members: { Cover: 'Cover' } },
  FindCoverInput: { kind: 'structure', members: {} },
  RemoveInput: { kind: 'structure', members: { Shelf: 'Text!' } },
  SpecialInput: { kind: 'structure', members: {} },
}

const operations: OperationTable = {
  ListBooks: {
    notes: '',
    http: {
      method: 'GET',
      path: '/1/shelves/{Shelf}/books',
      query: { Max: 'max', Old: 'old', After: 'after', Tags: 'tag', Years: 'year' },
      headers: { Since: 'If-Modified-Since', Tracing: 'X-Tracing' },
      answer: { headers: { Changed: 'Last-Modified', ETag: 'ETag', Count: 'X-Count' } },
    },
  },
  AddBook: { notes: '', http: { method: 'POST', path: '/1/shelves/{Shelf}/books/', status: 201, answer: { status: 'Code' } } },
  ReadPage: {
    notes: '',
    http: {
      method: 'POST',
      path: '/1/shelves/{Shelf}/page',
      payload: 'Question',
      answer: { payload: 'Page', headers: { Reader: 'X-Reader' } },
    },
  },
  Note: { notes: '', http: { method: 'PUT', path: '/1/note', payload: 'Note', answer: { payload: 'Note' } } },
  Bind: { notes: '', http: { method: 'PUT', path: '/1/cover', payload: 'Cover', answer: { payload: 'Cover' } } },
  FindCover: { notes: '', http: { method: 'GET', path: '/1/shelves/{Shelf}/books?find=Cover' } },
  Remove: { notes: '', http: { method: 'DELETE', path: '/1/shelves/{Shelf}', status: 204 } },
  Special: { notes: '', http: { method: 'DELETE', path: '/1/shelves/special' } },
}

const contract: ServiceContract = {
  apiVersion: '2026-11-22',
  operations,
  shapes,
  errors: {
    AccessDeniedException: { status: 403 },
    ExpiredTokenException: { status: 403 },
    IncompleteSignatureException: { status: 403 },
    InvalidSignatureException: { status: 403 },
    MissingAuthenticationTokenException: { status: 403 },
    SerializationException: { status: 400 },
    UnknownOperationException: { status: 404 },
    UnrecognizedClientException: { status: 403 },
    ShelfNotFoundException: { status: 404, messageMember: 'Message' },
    LibraryClosedException: { status: 500 },
  },
  fault: { exception: 'LibraryClosedException', message: 'Closed.' },
}

interface Asked {
  readonly headers?: ProtocolRequest['headers']
  readonly body?: string | Uint8Array
}

function request(line: string, { headers = {}, body = '' }: Asked = {}): ProtocolRequest {
  const [method = '', url = ''] = line.split(' ')
  const [path = '', query = ''] = url.split('?')
  return { protocol: 'restJson1', operation: undefined, method, path, query, headers, body: Buffer.from(body) }
}

async function read(line: string, asked?: Asked): Promise<unknown> {
  const { operation, raw } = await readRequest(contract, request(line, asked))
  return [operation, raw]
}

test('An address means the operation whose method and template it fits, with or without a slash at its end', async () => {
  assert.deepEqual(await read('GET /1/shelves/a/books'), ['ListBooks', { Shelf: 'a' }])
  assert.deepEqual(await read('GET /1/shelves/a/books/'), ['ListBooks', { Shelf: 'a' }])
  assert.deepEqual(await read('DELETE /1/shelves/a'), ['Remove', { Shelf: 'a' }])
  for (const line of ['PUT /1/shelves/a/books', 'GET /1/shelves/a', 'GET /1/shelves/a/books/b', 'GET /2/shelves/a/books', 'GET /1']) {
    await assert.rejects(read(line), { name: 'UnknownOperationException' }, line)
  }
})

test('A template that names more of the address goes before one with labels', async () => {
  assert.deepEqual(await read('DELETE /1/shelves/special'), ['Special', {}])
  assert.deepEqual(await read('GET /1/shelves/a/books?find=Cover'), ['FindCover', {}])
  assert.deepEqual(await read('GET /1/shelves/a/books?find=Title'), ['ListBooks', { Shelf: 'a' }])
})

test('A label is what was percent-encoded, slashes included', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), async (shelf) => {
      assert.deepEqual(await read(`DELETE /1/shelves/${encodeURIComponent(shelf)}x`), ['Remove', { Shelf: `${shelf}x` }])
    }),
  )
  await assert.rejects(read('DELETE /1/shelves/%zz'), { name: 'SerializationException' })
})

test('Members behind the question mark and in headers are of the kinds of their shapes', async () => {
  const headers = { 'if-modified-since': 'Sun, 22 Nov 2026 10:00:00 GMT', 'x-tracing': 'on', shelf: 'no' }
  const query = 'max=7&old=true&after=2026-11-22T10:00:00Z&tag=a%20b&tag=c&year=1&year=2&unknown=1'
  assert.deepEqual(await read(`GET /1/shelves/a/books?${query}`, { headers }), [
    'ListBooks',
    {
      Shelf: 'a',
      Max: 7,
      Old: true,
      After: 1_795_341_600,
      Tags: ['a b', 'c'],
      Years: [1, 2],
      Since: 1_795_341_600,
      Tracing: 'on',
    },
  ])
  const nonsense = 'max=seven&old=yes&after=soon'
  assert.deepEqual(await read(`GET /1/shelves/a/books?${nonsense}`), ['ListBooks', { Shelf: 'a', Max: 'seven', Old: 'yes', After: 'soon' }])
})

test('The body holds what is bound to no place, and nothing else', async () => {
  const body = JSON.stringify({ Book: 'b', Cover: { Colour: 'red' }, Added: 5, Shelf: 'other', Unknown: 1 })
  assert.deepEqual(await read('POST /1/shelves/a/books', { body }), [
    'AddBook',
    { Shelf: 'a', Book: 'b', Cover: { Colour: 'red' }, Added: 5 },
  ])
  assert.deepEqual(await read('POST /1/shelves/a/books', { body: '[1]' }), ['AddBook', [1]])
  await assert.rejects(read('POST /1/shelves/a/books', { body: '{' }), { name: 'SerializationException' })
})

test('A payload is the whole body: bytes in base64, text as it is, a structure in JSON', async () => {
  const body = Uint8Array.of(0, 255, 10)
  assert.deepEqual(await read('POST /1/shelves/a/page', { body }), ['ReadPage', { Shelf: 'a', Question: 'AP8K' }])
  assert.deepEqual(await read('POST /1/shelves/a/page'), ['ReadPage', { Shelf: 'a' }])
  assert.deepEqual(await read('PUT /1/note', { body: '{"é' }), ['Note', { Note: '{"é' }])
  assert.deepEqual(await read('PUT /1/cover', { body: '{"Colour":"red"}' }), ['Bind', { Cover: { Colour: 'red' } }])
})

async function answer(operation: string, output: unknown): Promise<unknown[]> {
  const { status, headers, body } = await outputAnswer(contract, request('GET /'), { operation, output }, 'ID')
  return [status, headers, typeof body === 'string' ? body : [...body]]
}

test('An answer has its members in the status, in headers and in the body', async () => {
  const output = { Books: ['b'], Weight: 2, Changed: 1_795_341_600, ETag: 'e', Count: 1 }
  assert.deepEqual(await answer('ListBooks', output), [
    200,
    {
      'x-amzn-RequestId': 'ID',
      'Last-Modified': 'Sun, 22 Nov 2026 10:00:00 GMT',
      ETag: 'e',
      'X-Count': '1',
      'Content-Type': 'application/json',
    },
    '{"Books":["b"],"Weight":2.0}',
  ])
  const json = { 'x-amzn-RequestId': 'ID', 'Content-Type': 'application/json' }
  assert.deepEqual(await answer('AddBook', { Book: 'b' }), [201, json, '{"Book":"b"}'])
  assert.deepEqual(await answer('AddBook', { Book: 'b', Code: 202 }), [202, json, '{"Book":"b"}'])
  assert.deepEqual(await answer('Remove', undefined), [204, { 'x-amzn-RequestId': 'ID' }, ''])
})

test('An answer whose body is one member is of the type of that', async () => {
  const bytes = { 'x-amzn-RequestId': 'ID', 'X-Reader': 'r', 'Content-Type': 'application/octet-stream' }
  assert.deepEqual(await answer('ReadPage', { Page: 'AP8K', Reader: 'r' }), [200, bytes, [0, 255, 10]])
  assert.deepEqual(await answer('ReadPage', {}), [200, { 'x-amzn-RequestId': 'ID' }, ''])
  assert.deepEqual(await answer('Note', { Note: 'é' }), [200, { 'x-amzn-RequestId': 'ID', 'Content-Type': 'text/plain' }, 'é'])
  const json = { 'x-amzn-RequestId': 'ID', 'Content-Type': 'application/json' }
  assert.deepEqual(await answer('Bind', { Cover: { Weight: 1 } }), [200, json, '{"Weight":1.0}'])
})

test('An error is named by a header, and its members are the body', async () => {
  const error = { exception: 'ShelfNotFoundException', message: 'No shelf a.', members: { Type: 'User' } }
  const { status, headers, body } = await errorAnswer(contract, request('GET /'), error, 'ID')
  assert.deepEqual([status, headers['x-amzn-ErrorType'], body], [404, 'ShelfNotFoundException', '{"Message":"No shelf a.","Type":"User"}'])
})
