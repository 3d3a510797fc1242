/** docs/global-tables.md: its commands, typed as they stand there, cut a region off and heal it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findAwsCli, skipWithout } from './installed-clients.ts'
import { startServer } from './running-server.ts'
import { commandsOf, readDocument, sectionOf, servingWords, typed } from './typed-document.ts'

const aws = findAwsCli()
const commands = commandsOf(sectionOf(readDocument('docs/global-tables.md'), 'Three regions, one of them cut off'))

test('docs/global-tables.md does what it says', { skip: skipWithout(aws, 'AWS CLI'), timeout: 240_000 }, async (t) => {
  const [serve, ...rest] = commands
  assert(serve !== undefined && rest.length === 17, String(rest.length))
  const words = servingWords(serve) ?? []
  assert.deepEqual(words, ['--in-memory', '--regions', 'isolated'])
  const server = await startServer([...words])
  t.after(async () => assert.equal(await server.close(), 0))
  for (const { text, output } of rest) {
    const { code, out, err } = await typed(text, { endpoint: server.endpoint, aws: aws ?? '' })
    assert.equal(code, 0, `${text}\n${err}`)
    if (output.length > 0) assert.deepEqual(out.trim().split('\n'), output, text)
  }
})
