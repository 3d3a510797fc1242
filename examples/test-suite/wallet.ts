/** Wallets: what somebody has, and what was transferred. The code under test; it finds its database by its environment and knows of no test. */
import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Wallets'
const triesMax = 6
/** Before the second try; twice as long before each of the next. */
const pauseMs = 20
/** Reasons that are over soon. The SDK repeats a request that is throttled, but not a transaction that was cancelled because one of its members was. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])

export interface Transfer {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly amount: number
}

export async function balanceOf(owner: string): Promise<number> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { owner, entry: 'BALANCE' }, ConsistentRead: true }))
  return Number(Item?.amount ?? 0)
}

/** Whether there was enough. With the same id it is done once, however often it is asked for. */
export async function transfer({ id, from, to, amount }: Transfer): Promise<boolean> {
  const change = (owner: string, by: number, condition: object = {}) => ({
    Update: {
      TableName,
      Key: { owner, entry: 'BALANCE' },
      UpdateExpression: 'ADD amount :by',
      ExpressionAttributeValues: { ':by': by, ...(by < 0 && { ':least': -by }) },
      ...condition,
    },
  })
  const note = (owner: string, by: number) => ({
    Put: { TableName, Item: { owner, entry: `TRANSFER#${id}`, amount: by }, ConditionExpression: 'attribute_not_exists(entry)' },
  })
  const TransactItems = [
    change(from, -amount, { ConditionExpression: 'amount >= :least' }),
    change(to, amount),
    note(from, -amount),
    note(to, amount),
  ]
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems }))
      return true
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const codes = error.CancellationReasons?.map(({ Code }) => Code) ?? []
      // It was noted before: an answer was lost, or somebody pressed twice.
      if (codes[2] === 'ConditionalCheckFailed') return true
      if (codes[0] === 'ConditionalCheckFailed') return false
      if (tries === triesMax || !codes.some((code) => code !== undefined && passing.has(code))) throw error
      await pause(pauseMs * 2 ** (tries - 1) * Math.random())
    }
  }
}

/** The transfers of a wallet, by their ids. */
export async function transfersOf(owner: string): Promise<readonly { readonly id: string; readonly amount: number }[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#owner = :owner AND begins_with(entry, :transfer)',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner, ':transfer': 'TRANSFER#' },
    }),
  )
  return Items.map(({ entry, amount }) => ({ id: String(entry).slice('TRANSFER#'.length), amount: Number(amount) }))
}

/** A voucher that is good until a time, in seconds since 1970. */
export async function giveVoucher(owner: string, code: string, expires: number): Promise<void> {
  await client.send(new PutCommand({ TableName, Item: { owner, entry: `VOUCHER#${code}`, expires } }))
}

/** DynamoDB deletes what has expired when it comes to it, so who reads has to look at the time, too. */
export async function vouchersOf(owner: string, nowSeconds: number): Promise<readonly string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#owner = :owner AND begins_with(entry, :voucher)',
      FilterExpression: 'expires > :now',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner, ':voucher': 'VOUCHER#', ':now': nowSeconds },
    }),
  )
  return Items.map(({ entry }) => String(entry).slice('VOUCHER#'.length))
}
