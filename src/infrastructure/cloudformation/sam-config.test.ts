import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf, only, readTexts } from '../../../test/harness/infrastructure-texts.ts'

const template = `Parameters:
  Stage: { Type: String, Default: none }
  Units: { Type: Number, Default: 1 }
  Owner: { Type: String, Default: nobody }
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub '\${AWS::StackName}-\${Stage}'
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      ProvisionedThroughput: { ReadCapacityUnits: !Ref Units, WriteCapacityUnits: 1 }
      Tags: [{ Key: owner, Value: !Ref Owner }]
`

async function told(config: string, options: Parameters<typeof only>[1] = {}, path = 'app'): Promise<readonly unknown[]> {
  const texts = { 'app/template.yaml': template, 'app/samconfig.toml': config }
  const { input } = await only(texts, options, [path])
  return [input.TableName, input.ProvisionedThroughput?.ReadCapacityUnits, input.Tags?.[0]?.Value]
}

test('samconfig.toml beside a template says the name of its stack and its parameters, whichever way they are written', async () => {
  const head = 'version = 0.1\n[default.global.parameters]\nstack_name = "all"\n[default.deploy.parameters]\nstack_name = "shop"\n'
  const overrides = [
    `"Stage=dev Units=7 Owner=\\"the shop\\""`,
    `'Stage=dev Units="7" Owner=the\\ shop'`,
    `"ParameterKey=Stage,ParameterValue=dev ParameterKey=Units,ParameterValue=7 ParameterKey=Owner,ParameterValue='the shop'"`,
    `["Stage=dev", "Units=7", "Owner=\\"the shop\\""]`,
    `{ Stage = "dev", Units = 7, Owner = "the shop" }`,
  ]
  for (const each of overrides) {
    for (const path of ['app', 'app/template.yaml']) {
      assert.deepEqual(await told(`${head}parameter_overrides = ${each}\n`, {}, path), ['shop-dev', 7, 'the shop'], each)
    }
  }
  assert.deepEqual(await told('[default.global.parameters]\nstack_name = "all"\n'), ['all-none', 1, 'nobody'])
})

test('What is typed wins over samconfig.toml, whose environment is the stage', async () => {
  const config =
    '[default.deploy.parameters]\nstack_name = "a"\nparameter_overrides = "Stage=x"\n[prod.deploy.parameters]\nstack_name = "b"\nparameter_overrides = "Stage=y Units=3"\n'
  assert.deepEqual(await told(config), ['a-x', 1, 'nobody'])
  assert.deepEqual(await told(config, { stage: 'prod' }), ['b-y', 3, 'nobody'])
  assert.deepEqual(await told(config, { stack: 'c', parameters: new Map([['Stage', 'z']]) }), ['c-z', 1, 'nobody'])
  const texts = { 'app/template.yaml': template, 'app/samconfig.toml': config }
  const reading = await readTexts(texts, { stage: 'other' }, ['app'])
  assert.deepEqual(linesOf(reading), ['app/samconfig.toml samconfig.toml: not done: it has no environment other.'])
})

test('A samconfig.toml that cannot be read is told of with its line', async () => {
  await assert.rejects(told('[default\n'), { message: /^app\/samconfig\.toml:1: it is not TOML: / })
  await assert.rejects(told('[default.deploy.parameters]\nparameter_overrides = "Stage"\n'), {
    message: 'app/samconfig.toml: its parameter_overrides have Stage, which is no NAME=VALUE.',
  })
  await assert.rejects(told('[default.deploy.parameters]\nparameter_overrides = 7\n'), {
    message: /neither a text, nor a list, nor a table/,
  })
})
