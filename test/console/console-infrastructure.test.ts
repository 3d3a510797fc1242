/** Infrastructure code dropped on the console: what it would make is shown, and made on a button, as by the command. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConsolePage, openConsole, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }

const template = `AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Stage: { Type: String }
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub orders-\${Stage}
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      KinesisStreamSpecification: { StreamArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s' }
  Topic: { Type: AWS::SNS::Topic }
`

const key = { AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }

interface TextFile {
  readonly name: string
  readonly text: string
}

async function choose({ page }: ConsolePage, ...files: readonly TextFile[]): Promise<void> {
  const given = files.map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }))
  await page.getByLabel(/^Drop files or folders/).setInputFiles(given)
}

/** As somebody drags it out of a folder and lets it go over the middle of the page. */
async function drop({ page }: ConsolePage, { name, text }: TextFile): Promise<void> {
  const transfer = await page.evaluateHandle(`(() => {
    const made = new DataTransfer()
    made.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}))
    return made
  })()`)
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
}

test('A template dropped on any view shows what it would make, and makes it on a button', options, async (t) => {
  const opened = await openConsole(t, { jobs: 'timed' })
  const { page, open, ask, checkAccess } = opened
  await open('/')
  await page.getByText('There are no tables yet').waitFor()
  await drop(opened, { name: 'template.yaml', text: template })
  const plan = page.getByRole('region', { name: 'What would be done' })
  await plan.getByText(/template\.yaml:5\).*depends on.*Stage.*--parameter/).waitFor()
  await checkAccess()
  await page.getByLabel(/^Options as stator apply takes them/).fill('--parameter Stage=dev')
  await page.getByLabel(/^Options as stator apply takes them/).blur()
  const row = plan.getByRole('row', { name: /orders-dev/ })
  await row.getByText('created').waitFor()
  await row.getByText('template.yaml:5').waitFor()
  await plan.getByText('1 resource that is no table: AWS::SNS::Topic').waitFor()
  await plan.getByText(/template\.yaml:\d+ Orders\.KinesisStreamSpecification: not done/).waitFor()
  assert.deepEqual((await ask('ListTables', {})).TableNames, [])
  await page.getByText(/stator apply template\.yaml --parameter Stage=dev --endpoint http/).waitFor()
  await page.getByRole('button', { name: 'Do it: 1 table' }).press('Enter')
  const done = page.getByRole('region', { name: 'What was done' })
  await done.getByText('Not all of it is done').waitFor()
  await checkAccess()
  assert.deepEqual((await ask('ListTables', {})).TableNames, ['orders-dev'])
  await done.getByRole('link', { name: 'orders-dev' }).click()
  await page.getByRole('heading', { name: 'orders-dev' }).waitFor()
})

test('What cannot be read is told with its file and line', options, async (t) => {
  const opened = await openConsole(t)
  const { page, open } = opened
  await open('/infrastructure')
  await choose(opened, { name: 'template.json', text: '{\n  "Resources": {\n    "A": {,\n' })
  await page
    .getByRole('alert')
    .getByText(/^template\.json:3: /)
    .waitFor()
  await choose(opened, { name: 'main.tf', text: 'resource {}' })
  await page
    .getByRole('alert')
    .getByText(/main\.tf: only Terraform reads \.tf files/)
    .waitFor()
  await choose(opened, { name: 'notes.json', text: '{}' })
  await page
    .getByRole('alert')
    .getByText(/notes\.json: it is no infrastructure code that is known/)
    .waitFor()
})

test('Several files are one folder; items that they bring are put into tables that are made now', options, async (t) => {
  const opened = await openConsole(t, { jobs: 'timed' })
  const { page, open, ask } = opened
  await open('/infrastructure')
  const table = { TableName: 'Users', BillingMode: 'PAY_PER_REQUEST', ...key }
  await choose(
    opened,
    { name: 'users.json', text: JSON.stringify(table) },
    { name: 'Users.seed.jsonl', text: '{"pk":"a"}\n{"pk":"b"}\n' },
    { name: 'readme.txt', text: 'nothing' },
  )
  await page.getByRole('button', { name: 'Do it: 1 table' }).click()
  await page.getByRole('row', { name: /Users.*created.*2 items put/ }).waitFor()
  assert.equal((await ask('Scan', { TableName: 'Users' })).Count, 2)
})

test('A table with another key is replaced when that is chosen, and after a question', options, async (t) => {
  const opened = await openConsole(t, { jobs: 'timed' })
  const { page, open, ask } = opened
  const plain = { TableName: 'Users', BillingMode: 'PAY_PER_REQUEST' }
  await ask('CreateTable', { ...plain, ...key })
  await open('/infrastructure')
  const other = {
    ...plain,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  }
  await choose(opened, { name: 'users.json', text: JSON.stringify(other) })
  await page.getByText('A table would have to be replaced').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Nothing to do' }).isDisabled(), true)
  await page.getByLabel('Tables with another key').selectOption('make them anew and empty')
  const questions: string[] = []
  page.on('dialog', (dialog) => {
    questions.push(dialog.message())
    void dialog.accept()
  })
  await page.getByRole('button', { name: 'Do it: 1 table' }).click()
  await page.getByText('All of it is done.').waitFor()
  assert.deepEqual(questions, ['Tables or indexes are dropped for this. Do it?'])
  const { Table } = (await ask('DescribeTable', { TableName: 'Users' })) as { Table: { KeySchema: unknown } }
  assert.deepEqual(Table.KeySchema, other.KeySchema)
})

test('Capacity that follows the load is registered, and tables of a stack are remembered and removed', options, async (t) => {
  const opened = await openConsole(t, { jobs: 'timed' })
  const { page, open, server } = opened
  const scaled = `Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: Users
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      ServiceNamespace: dynamodb
      ResourceId: !Sub table/\${Users}
      ScalableDimension: dynamodb:table:ReadCapacityUnits
      MinCapacity: 5
      MaxCapacity: 50
      RoleARN: arn:aws:iam::000000000000:role/r
`
  await open('/infrastructure')
  await choose(opened, { name: 'a.yaml', text: scaled })
  await page.getByLabel(/^Options as/).fill('--stack shop')
  await page.getByLabel(/^Options as/).blur()
  await page.getByText(/--stack shop --endpoint/).waitFor()
  await page.getByRole('button', { name: 'Do it: 1 table' }).click()
  await page.getByText('All of it is done.').waitFor()
  assert.deepEqual(
    (await server.control.origins()).origins.map(({ table, source }) => [table, source]),
    [['Users', 'shop']],
  )
  await choose(opened, { name: 'b.json', text: JSON.stringify({ TableName: 'Other', BillingMode: 'PAY_PER_REQUEST', ...key }) })
  await page.getByLabel(/^Remove tables of this stack/).check()
  await page.getByText('Users: would be removed (no file has it any more)').waitFor()
  page.on('dialog', (dialog) => void dialog.accept())
  await page.getByRole('button', { name: 'Do it: 2 tables' }).click()
  await page.getByText('Users: removed (no file has it any more)').waitFor()
  assert.deepEqual(
    (await server.control.tables()).tables.map(({ name }) => name),
    ['Other'],
  )
})

test('A console that only shows tells what would be done, and has no button for it', options, async (t) => {
  const opened = await openConsole(t, { consoleMode: 'read' })
  const { page, open } = opened
  await open('/infrastructure')
  await choose(opened, { name: 'users.json', text: JSON.stringify({ TableName: 'Users', BillingMode: 'PAY_PER_REQUEST', ...key }) })
  await page.getByText('This console only shows').waitFor()
  assert.equal(await page.getByRole('button', { name: /^Do it/ }).count(), 0)
})

test('What is said besides the files and is no option is told, and nothing is done meanwhile', options, async (t) => {
  const opened = await openConsole(t)
  const { page, open } = opened
  await open('/infrastructure')
  await choose(opened, { name: 'users.json', text: JSON.stringify({ TableName: 'Users', BillingMode: 'PAY_PER_REQUEST', ...key }) })
  await page.getByRole('button', { name: 'Do it: 1 table' }).waitFor()
  await page.getByLabel(/^Options as/).fill('--watch')
  await page.getByLabel(/^Options as/).blur()
  await page
    .getByRole('alert')
    .getByText(/^The page does not take "--watch": it takes --parameter/)
    .waitFor()
  assert.equal(await page.getByRole('button', { name: /^Do it/ }).count(), 0)
})
