/** boto3 against a running server: the Python script beside this file does the work and stops at the first thing that is wrong. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { clientEnvironment } from './dummy-credentials.ts'
import { findPythonWithBoto3, skipWithout } from './installed-clients.ts'
import { startServer } from './running-server.ts'

const script = join(import.meta.dirname, 'boto3_client.py')
const python = findPythonWithBoto3()

test('boto3 lives through the life of a table, with client and resource', { skip: skipWithout(python, 'boto3') }, async () => {
  assert.ok(python !== undefined, 'boto3 is not installed')
  const server = await startServer()
  try {
    const env = { ...clientEnvironment(server.endpoint), PYTHONDONTWRITEBYTECODE: '1' }
    const { stdout } = await promisify(execFile)(python, [script, server.endpoint], { env, timeout: 120_000 })
    assert.match(stdout, /all passed\n$/)
  } finally {
    assert.equal(await server.close(), 0)
  }
})
