/** Models of NoSQL Workbench: tables with their sample items. */
import { elementsOf, memberOf, membersOf, numberOf, plainOf, scalarOf, type Tree, textOf } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { tableOf } from '../tables/table-of.ts'
import type { ScalingSpec, Seed } from '../tables/table-spec.ts'
import { attributeDefinition, keyElement, listOf, made } from './members.ts'
import { isItem } from './seed-items.ts'

export function readWorkbench(tree: Tree, collected: Collected): void {
  for (const model of elementsOf(memberOf(tree, 'DataModel'))) readModel(model, collected)
}

function readModel(model: Tree, collected: Collected): void {
  const { place } = model
  const id = textOf(memberOf(model, 'TableName')) ?? '?'
  const mode = memberOf(model, 'BillingMode')
  const isProvisioned = textOf(mode) === 'PROVISIONED'
  const settings = memberOf(model, 'ProvisionedCapacitySettings')
  const [globals, locals] = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].map((name) => elementsOf(memberOf(model, name)))
  const units = memberOf(settings, 'ProvisionedThroughput')
  const indexes = (globals ?? []).map((each) => indexOf(each, isProvisioned ? units : undefined))
  noteAccess(model, id, collected)
  tableOf(
    {
      id,
      place,
      members: made(place, {
        TableName: memberOf(model, 'TableName'),
        KeySchema: keysOf(model),
        AttributeDefinitions: listOf(place, definitionsOf([model, ...(globals ?? []), ...(locals ?? [])])),
        // Older models do not say it.
        BillingMode: mode ?? scalarOf('PAY_PER_REQUEST', place),
        ProvisionedThroughput: isProvisioned ? units : undefined,
        GlobalSecondaryIndexes: indexes.length === 0 ? undefined : listOf(place, indexes),
        LocalSecondaryIndexes:
          locals === undefined || locals.length === 0
            ? undefined
            : listOf(
                place,
                locals.map((each) => indexOf(each, undefined)),
              ),
      }),
      scaling: isProvisioned ? scalingOf(settings) : [],
      seeds: seedsOf(model, id, collected),
    },
    collected,
  )
}

function keyAttributes(tree: Tree): readonly (readonly [Tree, 'HASH' | 'RANGE'])[] {
  const [hash, range] = ['PartitionKey', 'SortKey'].map((name) => memberOf(tree, 'KeyAttributes', name))
  return [...(hash ? [[hash, 'HASH'] as const] : []), ...(range ? [[range, 'RANGE'] as const] : [])]
}

function keysOf(tree: Tree): Tree {
  return listOf(
    tree.place,
    keyAttributes(tree).map(([attribute, type]) => keyElement(memberOf(attribute, 'AttributeName') ?? attribute, type)),
  )
}

function definitionsOf(trees: readonly Tree[]): readonly Tree[] {
  const definitions = new Map<string, Tree>()
  for (const [attribute] of trees.flatMap(keyAttributes)) {
    const name = memberOf(attribute, 'AttributeName') ?? attribute
    definitions.set(textOf(name) ?? '', attributeDefinition(name, memberOf(attribute, 'AttributeType')))
  }
  return [...definitions.values()]
}

function indexOf(index: Tree, units: Tree | undefined): Tree {
  return made(index.place, {
    IndexName: memberOf(index, 'IndexName'),
    KeySchema: keysOf(index),
    Projection: memberOf(index, 'Projection') ?? made(index.place, { ProjectionType: scalarOf('ALL', index.place) }),
    ProvisionedThroughput: units,
  })
}

/** What a table is filled from elsewhere. */
function noteAccess(model: Tree, id: string, collected: Collected): void {
  const access = membersOf(memberOf(model, 'DataAccess'))
  const isEmpty = [...access].every(([name, each]) => name === 'MySql' && membersOf(each).size === 0)
  if (!isEmpty) collected.note(memberOf(model, 'DataAccess') ?? model, `${id}.DataAccess`, 'data from elsewhere is not fetched')
}

function scalingOf(settings: Tree | undefined): readonly ScalingSpec[] {
  return (['Read', 'Write'] as const).flatMap((kind) => {
    const scaled = memberOf(settings, `AutoScaling${kind}`)
    const [min, max] = ['MinCapacity', 'MaxCapacity'].map((name) => numberOf(memberOf(scaled, 'ScalableTargetRequest', name)))
    const target = numberOf(memberOf(scaled, 'ScalingPolicyConfiguration', 'TargetValue'))
    if (min === undefined || max === undefined) return []
    const configuration = {
      TargetValue: target,
      PredefinedMetricSpecification: { PredefinedMetricType: `DynamoDB${kind}CapacityUtilization` },
    }
    return [
      {
        kind,
        min,
        max,
        policies: target === undefined ? [] : [{ name: `table-${kind}CapacityUtilization`, configuration }],
        schedules: [],
      },
    ]
  })
}

/** Facets repeat items of the table: those of one key are put once. */
function seedsOf(model: Tree, id: string, collected: Collected): readonly Seed[] {
  const facets = elementsOf(memberOf(model, 'TableFacets')).map((each) => memberOf(each, 'TableData'))
  return [memberOf(model, 'TableData'), ...facets].flatMap((data) => {
    const items = elementsOf(data).map(plainOf)
    if (data === undefined || items.length === 0) return []
    if (items.every(isItem)) return [{ place: data.place, items }]
    collected.note(data, `${id}.TableData`, 'not all of it is DynamoDB JSON')
    return [{ place: data.place, items: items.filter(isItem) }]
  })
}
