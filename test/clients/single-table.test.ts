/** The tutorial docs/single-table.md: all that it says is done, in its order, and comes out as it says. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { advanceClock, stopClock } from '../harness/control-endpoint.ts'
import { findAwsCli, skipWithout } from './installed-clients.ts'
import { startServer } from './running-server.ts'
import { follow, readDocument, servingWords, stepsOf } from './typed-document.ts'

const aws = findAwsCli()

test('docs/single-table.md comes out as it says', { skip: skipWithout(aws, 'AWS CLI'), timeout: 300_000 }, async (t) => {
  const [first, ...steps] = stepsOf(readDocument('docs/single-table.md'))
  const words = first?.kind === 'command' ? servingWords(first) : undefined
  assert.deepEqual(words, ['--in-memory', '--throughput', 'enforce'])
  assert.deepEqual([steps.length, steps.filter(({ kind }) => kind === 'file').length], [28, 5])
  const folder = mkdtempSync(join(tmpdir(), 'stator-tutorial-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const server = await startServer(words)
  t.after(async () => assert.equal(await server.close(), 0))
  // So that what loads meet does not depend on how fast this machine is.
  await stopClock(server.endpoint, new Date(Date.now() - 300_000).toISOString())
  for (const step of steps) {
    const isLoad = step.kind === 'command' && step.text.startsWith('stator load ')
    // What was used is given back, and there is no more of it than a moment has.
    if (isLoad) await advanceClock(server.endpoint, 60_000)
    const done = isLoad ? { ...step, text: step.text.replace('--duration 10s', '--requests 3000') } : step
    assert.equal(done === step, !isLoad)
    await follow([done], { endpoint: server.endpoint, aws: aws ?? '', folder })
  }
})
