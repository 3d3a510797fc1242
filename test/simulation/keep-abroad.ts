/**
 * The keeper of tables in another region, where regions are isolated: they have the names of tables at home, and none of their items.
 * Nobody else is there, so all of them may be emptied or dropped at once, while everybody goes on at home.
 */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Choices } from '../fuzz/choices.ts'
import type { Cluster } from './cluster.ts'
import { createTable, globalIndexes, localIndex } from './definitions.ts'
import type { Description } from './keep-tables.ts'
import { entriesIn, type Item, keyOf, keyText } from './tables.ts'
import { askOf, type World } from './world.ts'

const region = 'eu-west-1'
const names: readonly string[] = ['Race', 'Table-0']
const indexes = [globalIndexes[0], localIndex].filter((keys) => keys !== undefined)
const keysMax = 6

export class AbroadKeeper {
  readonly #world: World
  readonly #choices: Choices
  readonly #tables = new Map<string, Map<string, Item>>()

  constructor(world: World) {
    this.#world = world
    this.#choices = world.choices()
  }

  async open(): Promise<void> {
    for (const name of names) {
      const definition = { name, indexes, hasVectors: false, hasStream: true }
      await this.#world.until(`${name} is there in ${region}`, async () => {
        await this.#world.ask(this.#choices, 'CreateTable', createTable(definition), region)
        const { body } = await this.#world.learn(this.#choices, 'DescribeTable', { TableName: name }, region)
        return (body.Table as Partial<Description> | undefined)?.TableStatus === 'ACTIVE' ? true : undefined
      })
      this.#tables.set(name, new Map())
    }
  }

  async change(): Promise<void> {
    const TableName = this.#choices.pick(names)
    const items = this.#tables.get(TableName) ?? assert.fail('the table is there')
    const roll = this.#choices.below(100)
    if (roll < 45) await this.#write(TableName, items)
    else if (roll < 85) await this.#read(TableName, items)
    else if (roll < 95) await this.#reset(true)
    else await this.#reset(false)
  }

  /** Through every node. */
  async checkAgreement(cluster: Cluster): Promise<void> {
    for (const node of cluster.up) {
      const ask = askOf(cluster, node, region)
      assert.deepEqual((await ask('ListTables', {})).TableNames, names.toSorted(), `the tables of ${region}`)
      for (const [TableName, items] of this.#tables) {
        const expected = inOrder([...items.values()])
        const { Items } = await ask('Scan', { TableName, ConsistentRead: true })
        assert.deepEqual(inOrder(Items as readonly Item[]), expected, `${TableName} of ${region}`)
        const description = (await ask('DescribeTable', { TableName })).Table as Description
        assert.equal(description.ItemCount, expected.length, `the count of ${TableName} of ${region}`)
        for (const keys of indexes) {
          const found = await ask('Scan', { TableName, IndexName: keys.index })
          assert.deepEqual(inOrder(found.Items as readonly Item[]), inOrder(entriesIn(keys, expected)), `${keys.index} of ${region}`)
        }
      }
    }
  }

  async #write(TableName: string, items: Map<string, Item>): Promise<void> {
    const key = `abroad/${this.#choices.below(keysMax)}`
    const before = items.get(key)
    const Item = { ...keyOf(key), a: { S: 'abroad' }, b: { N: '1' }, n: { N: this.#world.nextNumber() } }
    const after = this.#choices.chance(70) ? Item : undefined
    const [operation, input] = after === undefined ? ['DeleteItem', { Key: keyOf(key) }] : ['PutItem', { Item }]
    const outcome = await this.#world.ask(this.#choices, operation, { TableName, ...input }, region)
    if (outcome !== undefined) assert.equal(outcome.status, 200, JSON.stringify(outcome.body))
    const found = outcome === undefined ? await this.#look(TableName, key) : after
    assert.ok(isDeepStrictEqual(found, before) || isDeepStrictEqual(found, after), `${key} of ${region} is what was written last`)
    if (found === undefined) items.delete(key)
    else items.set(key, found)
  }

  async #read(TableName: string, items: Map<string, Item>): Promise<void> {
    const key = `abroad/${this.#choices.below(keysMax)}`
    assert.deepEqual(await this.#look(TableName, key), items.get(key), `${key} of ${TableName} of ${region}`)
  }

  async #look(TableName: string, key: string): Promise<Item | undefined> {
    const input = { TableName, Key: keyOf(key), ConsistentRead: true }
    const { status, body } = await this.#world.learn(this.#choices, 'GetItem', input, region)
    assert.equal(status, 200, JSON.stringify(body))
    return body.Item as Item | undefined
  }

  /** Asks until it is done, for a reset that is done twice is none the worse. */
  async #reset(recreate: boolean): Promise<void> {
    const { cluster } = this.#world
    await this.#world.until(`${region} is reset`, async () => {
      return cluster.reset(await cluster.any(this.#choices), region, recreate)
    })
    for (const items of this.#tables.values()) items.clear()
    if (!recreate) await this.open()
  }
}

function inOrder(items: readonly Item[]): readonly Item[] {
  return items.toSorted((left, right) => (keyText(left) < keyText(right) ? -1 : 1))
}
