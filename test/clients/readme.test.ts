/**
 * The README word for word: its commands are typed as they stand there, against a server of this test's own instead of the one at
 * port 8000, and print what it says they print.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { StatorProcess } from '../cli/stator-process.ts'
import { advanceClock, stopClock } from '../harness/control-endpoint.ts'
import { findAwsCli, findPythonWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const aws = findAwsCli()
const python = findPythonWithBoto3()

interface Command {
  readonly text: string
  /** The comments under it: what it prints. */
  readonly output: readonly string[]
}

/** The code blocks of one language under a heading, up to the next heading of that rank. */
function blocks(heading: string, language: string): readonly string[] {
  const section = readme.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , text = '']) => text)
}

function commands(heading: string): readonly Command[] {
  const found: { text: string; output: string[] }[] = []
  for (const line of blocks(heading, 'sh').join('\n').replaceAll('\\\n', '').split('\n')) {
    if (line.startsWith('# ')) found.at(-1)?.output.push(line.slice(2))
    else if (line !== '') found.push({ text: line, output: [] })
  }
  return found
}

describe('README.md', () => {
  const used = commands('Use it')
  const produced = commands('See what production would do to it')
  const served = produced.find(({ text }) => text.includes('--throughput'))
  let server: RunningServer
  let throttled = 0

  before(async () => {
    const words = /^npm start -- (.*?)\s+#/.exec(served?.text ?? '')?.[1]?.split(' ')
    assert.deepEqual(words, ['--throughput', 'enforce'])
    server = await startServer([...words, '--in-memory'])
    // So that what the load meets does not depend on how fast this machine is.
    await stopClock(server.endpoint, new Date(Date.now() - 300_000).toISOString())
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  function here(text: string): string {
    return text.replaceAll('http://127.0.0.1:8000', server.endpoint)
  }

  /** In a shell with the variables that the README sets. Debian's AWS CLI is too old to read the endpoint from them. */
  function typed(command: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const exports = used.filter(({ text }) => text.startsWith('export ')).map(({ text }) => here(text))
    const alias = `aws() { ${aws} --endpoint-url ${server.endpoint} "$@"; }`
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', LANG: 'C.UTF-8', AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true' }
    return new Promise((resolve) => {
      execFile('bash', ['-c', [...exports, alias, here(command)].join('\n')], { env, timeout: 60_000 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out: out.trim(), err: err.trim() })
      })
    })
  }

  test('the AWS CLI prints what stands under each command', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const shown = used.filter(({ text }) => text.startsWith('aws '))
    assert.equal(shown.length, 6)
    for (const { text, output } of shown) {
      const { code, out, err } = await typed(text)
      const expected = output.join('\n')
      assert.equal(code, expected.startsWith('An error occurred') ? 254 : 0, `${text}\n${err}`)
      assert.equal(code === 0 ? out : err, expected, text)
    }
  })

  test('the JavaScript reads the item', { skip: skipWithout(aws, 'AWS CLI') }, async () => {
    const script = blocks('Use it', 'js').find((text) => text.includes('@aws-sdk'))
    const words = ['--input-type=module', '--eval', `${here(script ?? '')}\nconsole.log(Item.name.S)`]
    const printed = await new Promise((resolve, reject) => {
      execFile(process.execPath, words, { cwd: root }, (error, out) => (error === null ? resolve(out) : reject(error)))
    })
    assert.equal(printed, 'Ada Jensen\n')
  })

  test('the Python reads the item', { skip: skipWithout(aws, 'AWS CLI') || skipWithout(python, 'boto3') }, async () => {
    const [script = ''] = blocks('Use it', 'python')
    const shown = here(script).replace(/^table\.get_item.*$/m, (expression) => `print(${expression}['name'])`)
    const printed = await new Promise((resolve, reject) => {
      execFile(python ?? '', ['-c', shown], (error, out) => (error === null ? resolve(out) : reject(error)))
    })
    assert.equal(printed, 'Ada Jensen\n')
  })

  for (const load of produced.filter(({ text }) => text.startsWith('npm start -- load '))) {
    test(`\`${load.text}\` ends with the sentence of the README`, { skip: skipWithout(aws, 'AWS CLI'), timeout: 120_000 }, async (t) => {
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
    const { code, out, err } = await typed(metrics?.text ?? '')
    assert.equal(code, 0, err)
    const { Datapoints } = JSON.parse(out) as { Datapoints: { Sum: number }[] }
    assert(throttled > 0)
    assert.deepEqual(
      Datapoints.map(({ Sum }) => Sum),
      [throttled],
    )
  })
})
