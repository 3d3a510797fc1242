/** Somebody who adds a global index to a table and drops it again, over and over, whatever is done to the nodes. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Choices } from '../../fuzz/choices.ts'
import type { ServerNode } from './server-node.ts'

const indexName = 'by-tag'
const lookEveryMs = 100

export interface TableDescription {
  readonly TableStatus: string
  readonly ItemCount: number
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[]
  readonly LocalSecondaryIndexes?: readonly IndexDescription[]
}

export interface IndexDescription {
  readonly IndexName: string
  readonly IndexStatus?: string
  readonly ItemCount: number
  readonly KeySchema: readonly { readonly AttributeName: string }[]
}

export class IndexKeeper {
  readonly #tableName: string
  readonly #choices: Choices
  readonly #anyNode: () => Promise<ServerNode>

  constructor(tableName: string, choices: Choices, anyNode: () => Promise<ServerNode>) {
    this.#tableName = tableName
    this.#choices = choices
    this.#anyNode = anyNode
  }

  /** Resolves when it is over and nothing of the table comes or goes any more. */
  async change(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { GlobalSecondaryIndexes = [] } = await this.#settled()
      const isThere = GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === indexName)
      const answer = await (await this.#anyNode()).send('UpdateTable', isThere ? this.#dropping() : this.#adding())
      // Somebody who had no answer asked before.
      if (answer !== undefined && answer.status < 500 && answer.status !== 200) {
        assert.match(
          answer.text,
          /ResourceInUseException|LimitExceededException|already exists|does not have the specified index|ResourceNotFound/,
        )
      }
      await sleep(this.#choices.below(10) * lookEveryMs)
    }
    await this.#settled()
  }

  async #settled(): Promise<TableDescription> {
    for (;;) {
      const answer = await (await this.#anyNode()).send('DescribeTable', { TableName: this.#tableName })
      if (answer?.status === 200) {
        const { Table } = JSON.parse(answer.text) as { readonly Table: TableDescription }
        const isSettled = (Table.GlobalSecondaryIndexes ?? []).every(({ IndexStatus }) => IndexStatus === 'ACTIVE')
        if (Table.TableStatus === 'ACTIVE' && isSettled) return Table
      }
      await sleep(lookEveryMs)
    }
  }

  #adding(): object {
    const definitions = { pk: 'S', sk: 'S', tag: 'S' }
    const KeySchema = [{ AttributeName: 'tag', KeyType: 'HASH' }]
    const Create = { IndexName: indexName, KeySchema, Projection: { ProjectionType: 'ALL' } }
    return {
      TableName: this.#tableName,
      AttributeDefinitions: Object.entries(definitions).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      GlobalSecondaryIndexUpdates: [{ Create }],
    }
  }

  #dropping(): object {
    return { TableName: this.#tableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: indexName } }] }
  }
}
