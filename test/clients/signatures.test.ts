/** Clients that people have, against a server that verifies what they sign: every AWS CLI and boto3 of this machine, and curl. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { clientEnvironment, credentials, region } from './dummy-credentials.ts'
import { findAwsClis, findPythonsWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const run = promisify(execFile)
const clis = findAwsClis()
const pythons = findPythonsWithBoto3()
const curl = await findCurl()

/** Lists tables and metrics, and asks with another secret. */
const boto3Program = `
import boto3, os
url = os.environ['AWS_ENDPOINT_URL_DYNAMODB']
dynamodb = boto3.client('dynamodb', endpoint_url=url)
print(dynamodb.list_tables()['TableNames'])
print('Metrics' in boto3.client('cloudwatch', endpoint_url=url).list_metrics())
wrong = boto3.client('dynamodb', endpoint_url=url, aws_access_key_id='${credentials.accessKeyId}', aws_secret_access_key='wrong')
try: wrong.list_tables()
except wrong.exceptions.ClientError as error: print(error.response['Error']['Code'])
`

async function findCurl(): Promise<string | undefined> {
  const { stdout = '' } = await run('curl', ['--help', 'all'], { timeout: 30_000 }).catch(() => ({ stdout: '' }))
  return stdout.includes('--aws-sigv4') ? 'curl' : undefined
}

describe('Clients of a server with keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-clients-'))
  let server: RunningServer

  before(async () => {
    const file = join(folder, 'keys.json')
    writeFileSync(file, JSON.stringify({ keys: [credentials] }), { mode: 0o600 })
    server = await startServer(['--in-memory', '--auth', 'keys', '--keys-file', file])
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
    rmSync(folder, { recursive: true })
  })

  for (const cli of clis.length === 0 ? [undefined] : clis) {
    test(`AWS CLI ${cli ?? ''}`, { skip: skipWithout(cli, 'AWS CLI') }, async () => {
      const ask = async (words: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> => {
        const env = { ...clientEnvironment(server.endpoint), ...more }
        const { stdout } = await run(cli ?? 'aws', [...words, '--endpoint-url', server.endpoint, '--output', 'json'], {
          env,
          timeout: 60_000,
        })
        return stdout
      }
      assert.deepEqual(JSON.parse(await ask(['dynamodb', 'list-tables'])), { TableNames: [] })
      assert.deepEqual(JSON.parse(await ask(['cloudwatch', 'describe-alarms'])).MetricAlarms, [])
      await assert.rejects(ask(['dynamodb', 'list-tables'], { AWS_SECRET_ACCESS_KEY: 'wrong' }), /InvalidSignatureException/)
      await assert.rejects(
        ask(['cloudwatch', 'describe-alarms'], { AWS_ACCESS_KEY_ID: 'AKIAXXXXXXXXXXXXXXXX' }),
        /InvalidClientTokenId|UnrecognizedClientException/,
      )
    })
  }

  for (const python of pythons.length === 0 ? [undefined] : pythons) {
    test(`boto3 ${python ?? ''}`, { skip: skipWithout(python, 'boto3') }, async () => {
      const env = clientEnvironment(server.endpoint)
      const { stdout } = await run(python ?? 'python3', ['-c', boto3Program], { env, timeout: 60_000 })
      assert.equal(stdout, '[]\nTrue\nInvalidSignatureException\n')
    })
  }

  test('curl, as the documentation has it', { skip: skipWithout(curl, 'curl with --aws-sigv4') }, async () => {
    const user = `${credentials.accessKeyId}:${credentials.secretAccessKey}`
    const ask = async (service: string, ...words: readonly string[]): Promise<string> => {
      const { stdout } = await run('curl', ['--silent', '--aws-sigv4', `aws:amz:${region}:${service}`, '--user', user, ...words], {
        timeout: 30_000,
      })
      return stdout
    }
    assert.deepEqual(JSON.parse(await ask('stator', `${server.endpoint}/_stator/tables`)), { tables: [] })
    const headers = ['-H', 'X-Amz-Target: DynamoDB_20120810.ListTables', '-H', 'Content-Type: application/x-amz-json-1.0']
    assert.deepEqual(JSON.parse(await ask('dynamodb', ...headers, '-d', '{}', server.endpoint)), { TableNames: [] })
  })
})
