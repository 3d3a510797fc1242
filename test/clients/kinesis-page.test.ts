/** docs/kinesis.md: its commands, typed as they stand there, put into the file what the page says. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { findAwsClis, skipWithout } from './installed-clients.ts'
import { startServer } from './running-server.ts'
import { blocksOf, commandsOf, readDocument, sectionOf, servingWords, typed } from './typed-document.ts'

const [aws] = findAwsClis()
const section = sectionOf(readDocument('docs/kinesis.md'), 'Try it, without Kinesis')
const waitsMax = 100

test('docs/kinesis.md tells a file of a change', { skip: skipWithout(aws, 'AWS CLI'), timeout: 240_000 }, async (t) => {
  const [sinks, serve, endpointOfShell, create, enable, describe, put, show, ...others] = commandsOf(section)
  assert.deepEqual(others, [])
  const folder = mkdtempSync(join(tmpdir(), 'stator-kinesis-page-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const shell = { aws: aws ?? '', folder, before: [endpointOfShell?.text ?? ''] }
  await typed(sinks?.text ?? '', { ...shell, endpoint: '' })
  // The reader's server is started where he types.
  const file = join(folder, 'sinks.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('changes.jsonl', join(folder, 'changes.jsonl')))
  const words = serve === undefined ? undefined : servingWords(serve)
  assert.deepEqual(words, ['--in-memory', '--sinks', 'sinks.json'])
  const server = await startServer(['--in-memory', '--sinks', file])
  t.after(async () => assert.equal(await server.close(), 0))
  const type = async (text = ''): Promise<string> => {
    const { code, out, err } = await typed(text, { ...shell, endpoint: server.endpoint })
    assert.equal(code, 0, `${text}\n${err}`)
    return out
  }
  const until = async (expected: RegExp, text = ''): Promise<string> => {
    for (let waits = 0; waits < waitsMax; waits += 1) {
      const out = await type(text)
      if (expected.test(out)) return out
      await wait(50)
    }
    return assert.fail(`${text} never says ${expected}`)
  }
  await type(create?.text)
  await type(enable?.text)
  await until(/"DestinationStatus": "ACTIVE"/, describe?.text)
  await type(put?.text)
  const [promised = ''] = blocksOf(section, 'json')
  const shown = (text: string): string =>
    text
      .trim()
      .replace(/"eventID":"[^"]*"/, '"eventID":"…"')
      .replace(/DateTime":\d+/, 'DateTime":…')
  assert.equal(shown(await until(/eventID/, show?.text)), shown(promised))
})
