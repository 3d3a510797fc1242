/** Infrastructure code as a project has it on its disk: programs that are run where they may be, and the names of tables for a shell. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningStator, start } from '../../src/index.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

let server: RunningStator
let folder: string

before(async () => {
  server = await start({ port: 0, inMemory: true })
  folder = mkdtempSync(join(tmpdir(), 'stator-apply-code-'))
})

after(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function run(...words: readonly string[]): Promise<Ended> {
  return new StatorProcess([...words, '--endpoint', server.endpoint], { folder }).ended
}

const service = (name: string): string => `{
  service: 'shop', provider: { name: 'aws' },
  resources: { Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: {
    TableName: ${name}, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] } } } } }`

test('Programs are run with --allow-code, whatever modules they are, and never without it', async () => {
  const programs: readonly (readonly [file: string, text: (name: string) => string])[] = [
    ['serverless.cjs', (name) => `module.exports = ${service(`'${name}'`)}`],
    ['serverless.mjs', (name) => `export default ${service(`'${name}'`)}`],
    ['serverless.ts', (name) => `const name: string = '${name}'\nmodule.exports = () => (${service('name')})`],
  ]
  for (const [at, [file, text]] of programs.entries()) {
    const own = join(folder, `program-${at}`)
    mkdirSync(own)
    writeFileSync(join(own, file), `${text(`by-program-${at}`)}\n`)
    const refused = await run('apply', own)
    assert.equal(refused.code, 2)
    assert.match(refused.err, /is a program: give --allow-code, or run serverless package/)
    const { code, out, err } = await run('apply', own, '--allow-code')
    assert.deepEqual([code, out], [0, `Table = by-program-${at}: created\n`], err)
  }
})

test('stator env --tables gives a shell the names of tables, as the functions of the files call them', async () => {
  const template = `Parameters: { Stage: { Type: String, Default: dev } }
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub 'orders-\${Stage}'
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Broken: { Type: 'AWS::DynamoDB::Table', Properties: { KeySchema: !ImportValue x } }
  Get: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { ORDERS: !Ref Orders } } } }
`
  writeFileSync(join(folder, 'template.yaml'), template)
  const { code, out, err } = await run('env', '--tables', 'template.yaml', '--parameter', 'Stage=it')
  assert.equal(code, 0)
  assert.match(err, /^Broken \(template\.yaml:10\) is left out: /)
  assert.equal(execFileSync('sh', ['-c', `${out} printf %s "$ORDERS"`], { encoding: 'utf8' }), 'orders-it')
  const missing = await run('env', '--tables', 'nothing.yaml')
  assert.deepEqual([missing.code, missing.err], [2, 'nothing.yaml: there is no such file or folder.\n'])
})
