/** The thirty seconds of the README, word for word. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { clientEnvironment } from './dummy-credentials.ts'
import { findAwsCli, findPythonWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { assertPrinted, blocksOf, commandsOf, here, readDocument, sectionOf, typed } from './typed-document.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const section = sectionOf(readDocument('README.md'), 'Thirty seconds')
const aws = findAwsCli()
const python = findPythonWithBoto3()

describe('README.md', () => {
  let server: RunningServer

  before(async () => {
    server = await startServer()
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  test('the AWS CLI prints what stands under each command', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const commands = commandsOf(section)
    const exports = commands.filter(({ text }) => text.startsWith('export ')).map(({ text }) => text)
    assert.deepEqual([exports.length, commands.length], [2, 5])
    for (const command of commands.slice(exports.length)) {
      assertPrinted(await typed(command.text, { endpoint: server.endpoint, aws: aws ?? '', before: exports }), command)
    }
  })

  test('the JavaScript reads the item', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const [script = ''] = blocksOf(section, 'js')
    const words = ['--input-type=module', '--eval', `${script}\nconsole.log(Item.plays)`]
    const env = { ...clientEnvironment(server.endpoint), AWS_REGION: 'us-east-1' }
    assert.equal((await run(process.execPath, words, { cwd: root, env })).stdout, '3\n')
  })

  test('the Python reads the item', { skip: skipWithout(aws, 'AWS CLI') || skipWithout(python, 'boto3') }, async () => {
    const [script = ''] = blocksOf(section, 'python')
    const shown = here(script, server.endpoint).replace(/^table\.get_item.*$/m, (expression) => `print(${expression}['plays'])`)
    assert.equal((await run(python ?? '', ['-c', shown], { env: clientEnvironment(server.endpoint) })).stdout, '3\n')
  })
})
