/** Servers whose items another holds, as their clients see it: a backend that keeps rows for good, and a server that is frozen with its locks. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { type Postgres, skipWithoutPostgres } from '../harness/postgres.ts'
import { ServerProcess, until } from '../harness/server-process.ts'

const TableName = 'Accounts'

interface Started {
  readonly postgres: Postgres
  readonly url: string
  /** `stator_entries` of the store. */
  readonly entries: string
  readonly server: ServerProcess
}

/** A server with a table of some accounts. */
async function start(t: TestContext): Promise<Started> {
  const postgres = await sharedPostgres()
  const url = await postgres.newUrl()
  const server = await new ServerProcess(t, url).started()
  await server.ask('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  for (const pk of ['held', 'free', 'other']) await server.ask('PutItem', { TableName, Item: account(pk, 1) })
  const schema = /search_path%3D(\w+)/.exec(url)?.[1] ?? ''
  return { postgres, url, entries: `${schema}.stator_entries`, server }
}

function account(pk: string, n: number): object {
  return { pk: { S: pk }, n: { N: String(n) } }
}

function add(pk: string): object {
  return {
    TableName,
    Key: { pk: { S: pk } },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  }
}

function statement(pk: string): { readonly Statement: string } {
  return { Statement: `UPDATE "${TableName}" SET n = n + 1 WHERE pk = '${pk}'` }
}

describe('servers whose items another holds', { skip: skipWithoutPostgres }, () => {
  test('cancel transactions for a conflict on the items that are held; other requests fail, and nothing is kept', {
    timeout: 60_000,
  }, async (t) => {
    const { postgres, entries, server } = await start(t)
    const release = await postgres.hold(`SELECT 1 FROM ${entries} WHERE text LIKE '%"held"%' FOR UPDATE`)
    const cancelled = {
      status: 400,
      body: {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]',
        CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }],
      },
    }
    const [transaction, statements, single, batch, batchOfStatements, read] = await Promise.all([
      server.answerTo('TransactWriteItems', {
        TransactItems: [{ Update: add('free') }, { Update: add('held') }],
        ClientRequestToken: 'once',
      }),
      server.answerTo('ExecuteTransaction', { TransactStatements: [statement('free'), statement('held')] }),
      server.answerTo('UpdateItem', add('held')),
      server.ask('BatchWriteItem', {
        RequestItems: { [TableName]: ['held', 'other'].map((pk) => ({ PutRequest: { Item: account(pk, 2) } })) },
      }),
      server.ask('BatchExecuteStatement', { Statements: [statement('free'), statement('held')] }),
      // Nobody waits for those that read: they see what was there before.
      server.ask('TransactGetItems', { TransactItems: ['held', 'free'].map((pk) => ({ Get: { TableName, Key: { pk: { S: pk } } } })) }),
    ])
    assert.deepEqual([transaction, statements], [cancelled, cancelled])
    assert.equal(single.status, 500)
    assert.match(String(single.body.__type), /#InternalServerError$/)
    assert.deepEqual(batch.UnprocessedItems, { [TableName]: [{ PutRequest: { Item: account('held', 2) } }] })
    const slots = batchOfStatements.Responses as readonly { readonly Error?: { readonly Code: string } }[]
    assert.deepEqual(
      slots.map(({ Error: error }) => error?.Code),
      [undefined, 'InternalServerError'],
    )
    const responses = read.Responses as readonly { readonly Item: object }[]
    assert.deepEqual(responses[0], { Item: account('held', 1) })
    await release()
    // A token of a transaction that was cancelled is as good as new.
    await server.ask('TransactWriteItems', {
      TransactItems: [{ Update: add('free') }, { Update: add('held') }],
      ClientRequestToken: 'once',
    })
    const { Items } = await server.ask('Scan', { TableName, ConsistentRead: true })
    const byName = (items: readonly object[]): readonly string[] => items.map((item) => JSON.stringify(item)).sort()
    assert.deepEqual(byName(Items as readonly object[]), byName([account('free', 3), account('held', 2), account('other', 2)]))
  })

  test('wait for a server that is frozen with its locks until they are taken from it, and lose nothing', { timeout: 60_000 }, async (t) => {
    const { postgres, url, server } = await start(t)
    const before = new Set((await backends(postgres)).map(({ pid }) => pid))
    const frozen = await new ServerProcess(t, url).started()
    const own = async (): Promise<readonly Backend[]> => (await backends(postgres)).filter(({ pid }) => !before.has(pid))
    let isFrozen = false
    let acknowledged = 0
    let unknown = 0
    const write = async (): Promise<void> => {
      while (!isFrozen) await frozen.ask('UpdateItem', add('held')).then(() => (acknowledged += 1))
    }
    // Their requests wait as long as the server is frozen.
    const writers = Array.from({ length: 8 }, () => write().catch(() => (unknown += 1)))
    await until(async () => {
      frozen.process.child.kill('SIGSTOP')
      const isHolding = (await own()).some(({ state }) => state === 'idle in transaction')
      if (!isHolding) frozen.process.child.kill('SIGCONT')
      return isHolding ? true : undefined
    })
    isFrozen = true
    const transaction = { TransactItems: [{ Update: add('held') }, { Update: add('free') }] }
    await Promise.all([server.ask('TransactWriteItems', transaction), server.ask('UpdateItem', add('held'))])
    frozen.process.child.kill('SIGCONT')
    await Promise.all(writers)
    const { Item } = await server.ask('GetItem', { TableName, Key: { pk: { S: 'held' } }, ConsistentRead: true })
    const count = Number((Item as { readonly n: { readonly N: string } }).n.N)
    const least = 1 + acknowledged + 2
    assert.ok(count >= least && count <= least + unknown, `${count} of ${least}, ${unknown} unknown`)
    assert.equal((await frozen.answerTo('UpdateItem', add('held'))).status, 200)
  })
})

interface Backend {
  readonly pid: number
  readonly state: string | null
}

async function backends(postgres: Postgres): Promise<readonly Backend[]> {
  const rows = await postgres.sql(`SELECT pid, state FROM pg_stat_activity WHERE application_name = 'stator'`)
  return rows as unknown as readonly Backend[]
}
