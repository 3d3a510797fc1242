/** docs/first-steps.md word for word: its commands are typed as they stand there, and print what it says they print. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { StatorProcess } from '../cli/stator-process.ts'
import { advanceClock, stopClock } from '../harness/control-endpoint.ts'
import { findAwsCli, findPythonWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { assertPrinted, blocksOf, commandsOf, here, readDocument, sectionOf, servingWords, type Typed, typed } from './typed-document.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const document = readDocument('docs/first-steps.md')
const aws = findAwsCli()
const python = findPythonWithBoto3()

describe('docs/first-steps.md', () => {
  const exports = commandsOf(document).filter(({ text }) => text.startsWith('export '))
  const produced = commandsOf(sectionOf(document, 'See what production would do to it'))
  let server: RunningServer
  let throttled = 0

  before(async () => {
    const [words] = produced.map(servingWords).filter((each) => each !== undefined)
    assert.deepEqual(words, ['--throughput', 'enforce'])
    server = await startServer([...words, '--in-memory'])
    // So that what the load meets does not depend on how fast this machine is.
    await stopClock(server.endpoint, new Date(Date.now() - 300_000).toISOString())
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  const type = (text: string): Promise<Typed> =>
    typed(text, { endpoint: server.endpoint, aws: aws ?? '', before: exports.map((each) => each.text) })

  test('the AWS CLI prints what stands under each command', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const shown = commandsOf(sectionOf(document, 'AWS CLI'))
    assert.deepEqual([exports.length, shown.length], [2, 6])
    for (const command of shown) assertPrinted(await type(command.text), command)
  })

  test('the JavaScript reads the item', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const [script = ''] = blocksOf(document, 'js')
    const words = ['--input-type=module', '--eval', `${here(script, server.endpoint)}\nconsole.log(Item.name.S)`]
    assert.equal((await run(process.execPath, words, { cwd: root })).stdout, 'Ada Jensen\n')
  })

  test('the Python reads the item', { skip: skipWithout(aws, 'AWS CLI') || skipWithout(python, 'boto3') }, async () => {
    const [script = ''] = blocksOf(document, 'python')
    const shown = here(script, server.endpoint).replace(/^table\.get_item.*$/m, (expression) => `print(${expression}['name'])`)
    assert.equal((await run(python ?? '', ['-c', shown])).stdout, 'Ada Jensen\n')
  })

  for (const load of produced.filter(({ text }) => text.startsWith('npm start -- load '))) {
    test(`\`${load.text}\` ends with the sentence under it`, { skip: skipWithout(aws, 'AWS CLI'), timeout: 120_000 }, async (t) => {
      // Partitions and table have saved up again what they can.
      await advanceClock(server.endpoint, 60_000)
      const words = [...load.text.split(' ').slice(3), '--requests', '4000', '--json']
      const process = new StatorProcess(words, { environment: { AWS_ENDPOINT_URL_DYNAMODB: server.endpoint } })
      t.after(() => process.child.kill('SIGKILL'))
      const { code, out, err } = await process.ended
      assert.equal(code, 0, err)
      const summary = JSON.parse(out) as { throttled: number; finding: string }
      throttled += summary.throttled
      // How many of the throttles are whose depends a little on the order of what is under way at once.
      const withoutShares = (sentence: string | undefined): string | undefined => sentence?.replaceAll(/\d+ %/g, '… %')
      assert.equal(withoutShares(summary.finding), withoutShares(load.output.at(-1)))
    })
  }

  test('CloudWatch has the sum of the throttles', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const metrics = produced.find(({ text }) => text.startsWith('aws cloudwatch '))
    const { code, out, err } = await type(metrics?.text ?? '')
    assert.equal(code, 0, err)
    const { Datapoints } = JSON.parse(out) as { Datapoints: { Sum: number }[] }
    assert(throttled > 0)
    assert.deepEqual(
      Datapoints.map(({ Sum }) => Sum),
      [throttled],
    )
  })

  test('what makes everything anew leaves tables without items', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const [reset] = commandsOf(sectionOf(document, 'Where next'))
    const { code, err } = await type(reset?.text.replace('curl', 'curl --fail') ?? '')
    assert.equal(code, 0, err)
    assert.equal((await type('aws dynamodb scan --table-name Shop --select COUNT --query Count')).out, '0')
  })
})
