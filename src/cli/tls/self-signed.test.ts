import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { dayMs } from '../../base/clock.ts'
import { makeSelfSigned, stillServes } from './self-signed.ts'

/** 2026-11-22T10:00:00Z */
const nowMs = 1_795_341_600_000
const names = ['localhost', 'a-long-name.of-a.machine.example', '127.0.0.1', '::1', '2001:db8::a:1', '::ffff:10.0.0.1']

test('A certificate is read by others, is signed by itself, goes with its key and names what it is for', () => {
  const made = makeSelfSigned(names, nowMs)
  const certificate = new X509Certificate(made.cert)
  assert.ok(certificate.verify(certificate.publicKey))
  assert.ok(certificate.checkPrivateKey(createPrivateKey(made.key)))
  assert.ok(certificate.ca)
  assert.equal(certificate.subject, 'CN=Stator')
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  assert.equal(Date.parse(certificate.validFrom), nowMs)
  for (const name of names.slice(0, 2)) assert.equal(certificate.checkHost(name), name)
  for (const address of names.slice(2)) assert.notEqual(certificate.checkIP(address), undefined, address)
  assert.equal(certificate.checkIP('127.0.0.2'), undefined)
  assert.notEqual(new X509Certificate(makeSelfSigned(names, nowMs).cert).serialNumber, certificate.serialNumber)
})

test('One is used again until it is about to end, or another name is asked for', () => {
  const made = makeSelfSigned(['localhost'], nowMs)
  assert.ok(stillServes(made, ['localhost'], nowMs))
  assert.ok(stillServes(made, ['localhost'], nowMs + 300 * dayMs))
  assert.ok(!stillServes(made, ['localhost'], nowMs + 340 * dayMs))
  assert.ok(!stillServes(made, ['localhost'], nowMs - dayMs))
  assert.ok(!stillServes(made, ['localhost', '10.0.0.1'], nowMs))
  assert.ok(!stillServes({ cert: 'x', key: 'y' }, [], nowMs))
})
