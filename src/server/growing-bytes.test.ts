/** Bytes in pieces, and who may give memory back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GrowingBytes, letGo, letGoLater, letGoOfRead } from './growing-bytes.ts'
import { longTransferBytesMin, ownBlockBytesMin } from './limits.ts'

test('Pieces of every size come out as they went in', () => {
  const pieces = [1, 5, 100, 65_536, 0, 3, 200_000, 1].map((length, number) => Buffer.alloc(length, number + 1))
  const growing = new GrowingBytes()
  for (const piece of pieces) growing.add(piece)
  assert.deepEqual(growing.bytes, Buffer.concat(pieces))
  assert.equal(growing.length, growing.bytes.length)
})

test('What is dropped gives its memory back at once, and it can begin anew', () => {
  const growing = new GrowingBytes()
  growing.add(Buffer.alloc(ownBlockBytesMin))
  const { buffer } = growing.bytes
  growing.clear()
  assert.deepEqual([buffer.byteLength, growing.length], [0, 0])
  growing.add(Buffer.of(1, 2))
  assert.deepEqual([...growing.bytes], [1, 2])
})

test('Only large blocks of our own are let go of, and what was read only as a whole', () => {
  const small = letGoLater(Buffer.alloc(ownBlockBytesMin - 1, 1))
  const strange = Buffer.alloc(ownBlockBytesMin, 1)
  const ours = letGoLater(Buffer.alloc(ownBlockBytesMin, 1))
  for (const bytes of [small, strange, ours, ours]) letGo(bytes)
  assert.deepEqual([small.length, strange.length, ours.length], [ownBlockBytesMin - 1, ownBlockBytesMin, 0])

  const read = Buffer.allocUnsafeSlow(longTransferBytesMin)
  letGoOfRead(read.subarray(1))
  assert.equal(read.length, longTransferBytesMin)
  letGoOfRead(read)
  assert.equal(read.length, 0)
})
