/** What a server loads of the services beside DynamoDB, and when: their code costs nothing to those who do not ask for it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..', '..')

/** A process that does `steps` with a database in the folder, and tells after each which it has loaded of wings (cost knows some of auto scaling) and packages. */
function loadedBy(folder: string, steps: readonly string[]): readonly (readonly string[])[] {
  const program = `
    import { registerHooks } from 'node:module'
    let loaded = []
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
    const { createStator } = await import('./src/index.ts')
    const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/us-east-1/c/d, SignedHeaders=host, Signature=0', 'x-amz-date': '20261122T100000Z' }
    const told = []
    const tell = () => told.push(loaded.filter((url) => /services\\/(cloudwatch|auto-scaling)\\/(alarms|contract\\/shapes|operations\\/registry|[a-z-]+\\.ts)|answer-request|node_modules/.test(url)))
    const stator = await createStator({ dataDir: ${JSON.stringify(folder)}, jobs: 'manual', clock: '2026-11-22T10:00:00Z' })
    const ask = async (target, body) => {
      const answer = await stator.handle({ target, headers: signed, body: JSON.stringify(body) })
      if (answer.status !== 200) throw new Error(answer.body)
    }
    tell()
    ${steps.map((step) => `${step}; tell()`).join('\n')}
    await stator.close()
    console.log(JSON.stringify(told))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' })
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout)
}

const alarm = `await ask('GraniteServiceVersion20100801.PutMetricAlarm', {
  AlarmName: 'a', Namespace: 'AWS/DynamoDB', MetricName: 'M', Period: 60, Statistic: 'Sum', EvaluationPeriods: 1, Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
})`
const runJobs = 'await stator.control.runJobs()'
const listTables = `await ask('DynamoDB_20120810.ListTables', {})`

function wingsOf(urls: readonly string[] = []): readonly string[] {
  return [...new Set(urls.map((url) => /services\/([a-z-]+)\//.exec(url)?.[1] ?? url))].sort()
}

test('A database without alarms and targets runs without the code of any wing; with an alarm the first round of jobs loads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-wings-'))
  try {
    const [opened, answered, stepped, asked] = loadedBy(folder, [listTables, runJobs, alarm])
    assert.deepEqual([opened, answered, stepped], [[], [], []])
    assert.ok(wingsOf(asked).includes('cloudwatch') && !wingsOf(asked).includes('auto-scaling'))
    const [reopened, restepped] = loadedBy(folder, [runJobs])
    assert.deepEqual([reopened, wingsOf(restepped)], [[], ['cloudwatch']])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('A server that answers has loaded nothing of Node’s fetch, which takes longer than all else that it needs of Node', () => {
  const program = `
    const { start } = await import('./src/index.ts')
    const stator = await start({ inMemory: true, port: 0 })
    await stator.close()
    console.log(JSON.stringify(process.moduleLoadList.filter((name) => name.includes('undici'))))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' })
  assert.equal(stdout, '[]\n', stderr)
})
