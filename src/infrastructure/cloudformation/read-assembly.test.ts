import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash, json, linesOf, readTexts, typed } from '../../../test/harness/infrastructure-texts.ts'

const cdkTable = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [hash('id')],
    AttributeDefinitions: [typed('id', 'S')],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  },
  UpdateReplacePolicy: 'Retain',
  DeletionPolicy: 'Retain',
}

function stack(templateFile: string, more: object = {}): object {
  return { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region', properties: { templateFile }, ...more }
}

test('CDK: tables are called by the paths of their constructs, in stacks, stages and stacks inside of others', async () => {
  const hashOfNested = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
  const url = { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::URLSuffix' }, `/x/${hashOfNested}.json`]] }
  const texts = {
    'cdk.out/manifest.json': json({
      version: '55.0.0',
      artifacts: {
        'Shop.assets': { type: 'cdk:asset-manifest' },
        Shop: stack('Shop.template.json'),
        Users: stack('Users.template.json', { environment: 'aws://111111111111/eu-central-1' }),
        'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    }),
    'cdk.out/Shop.template.json': json({
      Resources: {
        Orders7D8C3A2B: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Shop/Orders/Resource' } },
        DataItems0A1B2C3D: cdkTable,
        SessionsAB12CD34: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Shop/Sessions/Resource' } },
        Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } },
        CDKMetadata: { Type: 'AWS::CDK::Metadata' },
      },
      Outputs: { Exported: { Value: { Ref: 'Orders7D8C3A2B' }, Export: { Name: 'Shop:ExportsOutputRefOrders' } } },
      Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' } },
    }),
    'cdk.out/Shop.assets.json': json({ files: { [hashOfNested]: { source: { path: 'Nested.nested.template.json' } } } }),
    'cdk.out/Nested.nested.template.json': json({ Resources: { Inner: cdkTable } }),
    'cdk.out/Users.template.json': json({
      Resources: {
        SessionsAB12CD34: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Users/Sessions/Resource' } },
        Copy: {
          ...cdkTable,
          Properties: {
            ...cdkTable.Properties,
            TableName: { 'Fn::Join': ['-', [{ 'Fn::ImportValue': 'Shop:ExportsOutputRefOrders' }, { Ref: 'AWS::Region' }]] },
          },
        },
      },
    }),
    'cdk.out/tree.json': json({
      tree: {
        path: '',
        children: {
          Shop: {
            path: 'Shop',
            children: {
              Data: {
                path: 'Shop/Data',
                children: {
                  Items: {
                    path: 'Shop/Data/Items',
                    children: {
                      Resource: { path: 'Shop/Data/Items/Resource', attributes: { 'aws:cdk:cloudformation:type': 'AWS::DynamoDB::Table' } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    }),
    'cdk.out/assembly-Prod/manifest.json': json({
      version: '55.0.0',
      artifacts: { ProdShop: stack('ProdShop.template.json', { displayName: 'Prod/Shop (Prod-Shop)' }) },
    }),
    'cdk.out/assembly-Prod/ProdShop.template.json': json({
      Resources: { Carts11223344: { ...cdkTable, Metadata: { 'aws:cdk:path': 'Prod/Shop/Carts/Resource' } } },
    }),
  }
  for (const paths of [['cdk.out'], ['cdk.out/manifest.json'], ['.']]) {
    const reading = await readTexts(texts, {}, paths)
    assert.deepEqual(
      reading.tables.map(({ input, isRetained }) => [input.TableName, isRetained]),
      ['Orders', 'Data-Items', 'Shop-Sessions', 'Inner', 'Users-Sessions', 'Orders-eu-central-1', 'Carts'].map((name) => [name, true]),
    )
    assert.deepEqual(linesOf(reading), [])
  }
})

test('CDK: an assembly that was made without all of its context is told, and one that is not made', async () => {
  const texts = {
    'manifest.json': json({ version: '1', missing: [{ key: 'vpc' }], artifacts: { A: stack('A.json') } }),
    'A.json': json({ Resources: {} }),
  }
  assert.deepEqual(linesOf(await readTexts(texts, {}, ['manifest.json'])), [
    'There are no tables in these files.',
    'manifest.json:3 context: not done: it was synthesized without knowing all of its context: run cdk synth once with credentials.',
  ])
  await assert.rejects(readTexts({ 'app/cdk.json': '{}' }, {}, ['app']), { message: 'app: there is no cdk.out: run cdk synth.' })
})
