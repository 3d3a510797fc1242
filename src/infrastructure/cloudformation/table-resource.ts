/** AWS::DynamoDB::Table and GlobalTable, their properties resolved, as drafts in the members of CreateTable. */
import {
  elementsOf,
  fieldsOf,
  isNull,
  memberOf,
  membersOf,
  type Place,
  scalarOf,
  type Tree,
  textOf,
  withMembers,
} from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import type { TableDraft } from '../tables/table-of.ts'
import type { ScalingSpec } from '../tables/table-spec.ts'
import { scalingOf } from './capacity-settings.ts'

export interface Resource {
  readonly id: string
  readonly place: Place
  readonly properties: Tree
  readonly region: string
}

/** The members of a draft that the properties say. */
export type Drafted = Pick<TableDraft, 'members' | 'ttl' | 'recovery' | 'policy' | 'streamPolicy' | 'scaling'>

const none = 'it is not read from infrastructure code yet'

export function draftOfTable({ id, properties, place }: Resource, collected: Collected): Drafted {
  const given = membersOf(properties)
  for (const name of ['KinesisStreamSpecification', 'ContributorInsightsSpecification', 'ImportSourceSpecification']) {
    const tree = given.get(name)
    if (tree !== undefined && !isSwitchedOff(tree)) collected.note(tree, `${id}.${name}`, none)
  }
  const stream = given.get('StreamSpecification')
  const members = withMembers(properties, place, {
    KinesisStreamSpecification: undefined,
    ContributorInsightsSpecification: undefined,
    ImportSourceSpecification: undefined,
    TimeToLiveSpecification: undefined,
    PointInTimeRecoverySpecification: undefined,
    ResourcePolicy: undefined,
    KeySchema: keySchemaOf(given.get('KeySchema')),
    GlobalSecondaryIndexes: indexesOf(id, given.get('GlobalSecondaryIndexes'), collected),
    LocalSecondaryIndexes: isNull(given.get('LocalSecondaryIndexes')) ? undefined : given.get('LocalSecondaryIndexes'),
    StreamSpecification: streamOf(stream),
    SSESpecification: encryptionOf(given.get('SSESpecification')),
    Tags: given.get('Tags') ?? { kind: 'list', elements: [], place },
  })
  return {
    members,
    ttl: given.get('TimeToLiveSpecification') ?? null,
    recovery: given.get('PointInTimeRecoverySpecification') ?? null,
    policy: policyIn(given.get('ResourcePolicy')),
    streamPolicy: policyIn(memberOf(stream, 'ResourcePolicy')),
  }
}

/** `Enabled: false` asks for nothing. */
function isSwitchedOff(tree: Tree): boolean {
  return isNull(tree) || textOf(memberOf(tree, 'Enabled')) === 'false'
}

/** Its older form is a map of two elements with their types. */
function keySchemaOf(tree: Tree | undefined): Tree | undefined {
  if (tree?.kind !== 'map') return tree
  const elements = [
    ['HashKeyElement', 'HASH'],
    ['RangeKeyElement', 'RANGE'],
  ].flatMap(([name = '', type = '']) => {
    const name1 = memberOf(tree, name, 'AttributeName')
    if (name1 === undefined) return []
    return [
      fieldsOf(
        [
          ['AttributeName', name1],
          ['KeyType', scalarOf(type, tree.place)],
        ],
        tree.place,
      ),
    ]
  })
  return elements.length === 0 ? tree : { kind: 'list', elements, place: tree.place }
}

function streamOf(tree: Tree | undefined): Tree | undefined {
  if (tree === undefined || tree.kind !== 'map') return tree
  return withMembers(tree, tree.place, { ResourcePolicy: undefined, StreamEnabled: scalarOf(true, tree.place) })
}

function encryptionOf(tree: Tree | undefined): Tree | undefined {
  if (tree === undefined || tree.kind !== 'map') return tree
  return withMembers(tree, tree.place, { SSEEnabled: undefined, Enabled: tree.members.get('SSEEnabled') })
}

function policyIn(tree: Tree | undefined): Tree | null {
  if (tree === undefined || tree.kind === 'unresolved') return tree ?? null
  return memberOf(tree, 'PolicyDocument') ?? null
}

/** A list without elements is no list for DynamoDB. */
function indexesOf(id: string, tree: Tree | undefined, collected: Collected): Tree | undefined {
  if (tree?.kind !== 'list') return tree
  const elements = tree.elements.map((each) => {
    if (each.kind !== 'map') return each
    const insights = each.members.get('ContributorInsightsSpecification')
    const name = textOf(each.members.get('IndexName')) ?? '?'
    if (insights !== undefined && !isSwitchedOff(insights)) collected.note(insights, `${id}.${name}.ContributorInsightsSpecification`, none)
    return withMembers(each, each.place, {
      ContributorInsightsSpecification: undefined,
      KeySchema: keySchemaOf(each.members.get('KeySchema')),
    })
  })
  return elements.length === 0 ? undefined : { ...tree, elements }
}

/** The replica of the stack's region is the table; the others are told and left out. */
export function draftOfGlobalTable(resource: Resource, collected: Collected): Drafted | undefined {
  const { id, place, properties, region } = resource
  const given = membersOf(properties)
  const replicas = elementsOf(given.get('Replicas'))
  const [first] = replicas
  const base = replicas.find((each) => textOf(memberOf(each, 'Region')) === region) ?? first
  if (base === undefined) {
    collected.refuse({ id, place }, 'it has no Replicas')
    return undefined
  }
  const others = replicas.filter((each) => each !== base).map((each) => textOf(memberOf(each, 'Region')) ?? '?')
  if (others.length > 0) {
    const [noun, verb] = others.length === 1 ? ['replica', 'is'] : ['replicas', 'are']
    collected.note(
      given.get('Replicas') ?? base,
      `${id}.Replicas`,
      `the ${noun} in ${others.join(', ')} ${verb} left out: replicas are made by UpdateTable (docs/global-tables.md)`,
    )
  }
  for (const name of ['MultiRegionConsistency', 'GlobalTableWitnesses', 'GlobalTableSourceArn']) {
    const tree = given.get(name)
    if (tree !== undefined && textOf(tree) !== 'EVENTUAL')
      collected.note(tree, `${id}.${name}`, 'replicas are made by UpdateTable (docs/global-tables.md)')
  }
  const isOnDemand = textOf(given.get('BillingMode')) === 'PAY_PER_REQUEST'
  const whole = capacityOf({ write: given, read: membersOf(base), isOnDemand, place })
  const indexes = globalIndexesOf(given.get('GlobalSecondaryIndexes'), base, isOnDemand)
  const table = draftOfTable(
    { ...resource, properties: propertiesOf(properties, base, { whole: whole.members, indexes: indexes.tree }) },
    collected,
  )
  const needsStream = others.length > 0 && given.get('StreamSpecification') === undefined
  const members = needsStream ? withMembers(table.members, place, { StreamSpecification: ownStream(place) }) : table.members
  const streamPolicy = policyIn(memberOf(base, 'ReplicaStreamSpecification', 'ResourcePolicy'))
  return { ...table, members, streamPolicy, scaling: [...whole.scaling, ...indexes.scaling] }
}

/** What replicas need of each other. */
function ownStream(place: Place): Tree {
  return fieldsOf(
    [
      ['StreamEnabled', scalarOf(true, place)],
      ['StreamViewType', scalarOf('NEW_AND_OLD_IMAGES', place)],
    ],
    place,
  )
}

/** Those of a table, from where a global table has them. */
function propertiesOf(
  properties: Tree,
  base: Tree,
  { whole, indexes }: { readonly whole: { readonly [name: string]: Tree | undefined }; readonly indexes: Tree | undefined },
): Tree {
  const ofReplica = membersOf(base)
  const key = memberOf(base, 'SSESpecification', 'KMSMasterKeyId')
  const encryption = memberOf(properties, 'SSESpecification')
  return withMembers(properties, properties.place, {
    Replicas: undefined,
    WriteProvisionedThroughputSettings: undefined,
    ReadProvisionedThroughputSettings: undefined,
    WriteOnDemandThroughputSettings: undefined,
    ReadOnDemandThroughputSettings: undefined,
    GlobalTableSourceArn: undefined,
    GlobalTableWitnesses: undefined,
    MultiRegionConsistency: undefined,
    GlobalTableSettingsReplicationMode: undefined,
    ...whole,
    GlobalSecondaryIndexes: indexes,
    SSESpecification:
      key === undefined || encryption === undefined ? encryption : withMembers(encryption, key.place, { KMSMasterKeyId: key }),
    ...Object.fromEntries(
      [
        'TableClass',
        'DeletionProtectionEnabled',
        'PointInTimeRecoverySpecification',
        'KinesisStreamSpecification',
        'ContributorInsightsSpecification',
        'ResourcePolicy',
        'Tags',
      ].map((name) => [name, ofReplica.get(name)]),
    ),
  })
}

interface Capacity {
  readonly members: { readonly [name: string]: Tree | undefined }
  readonly scaling: readonly ScalingSpec[]
}

type Given = ReadonlyMap<string, Tree>

/** Writes are said for all replicas, reads for each. */
function capacityOf({
  write,
  read,
  isOnDemand,
  place,
  indexName,
}: {
  readonly write: Given
  readonly read: Given
  readonly isOnDemand: boolean
  readonly place: Place
  readonly indexName?: string
}): Capacity {
  if (isOnDemand) {
    const most = {
      MaxReadRequestUnits: memberOf(
        read.get('ReadOnDemandThroughputSettings') ?? write.get('ReadOnDemandThroughputSettings'),
        'MaxReadRequestUnits',
      ),
      MaxWriteRequestUnits: memberOf(write.get('WriteOnDemandThroughputSettings'), 'MaxWriteRequestUnits'),
    }
    const named = Object.entries(most).flatMap(([name, tree]) => (tree === undefined ? [] : [[name, tree] as const]))
    return { members: { OnDemandThroughput: named.length === 0 ? undefined : fieldsOf(named, place) }, scaling: [] }
  }
  const reads = scalingOf(
    'Read',
    read.get('ReadProvisionedThroughputSettings') ?? write.get('ReadProvisionedThroughputSettings'),
    indexName,
  )
  const writes = scalingOf('Write', write.get('WriteProvisionedThroughputSettings'), indexName)
  const units = [
    ['ReadCapacityUnits', reads.units],
    ['WriteCapacityUnits', writes.units],
  ] as const
  const named = units.flatMap(([name, tree]) => (tree === undefined ? [] : [[name, tree] as const]))
  return {
    members: { ProvisionedThroughput: named.length === 0 ? undefined : fieldsOf(named, place) },
    scaling: [reads, writes].flatMap(({ scaling }) => scaling ?? []),
  }
}

function globalIndexesOf(
  tree: Tree | undefined,
  base: Tree,
  isOnDemand: boolean,
): { readonly tree: Tree | undefined; readonly scaling: readonly ScalingSpec[] } {
  if (tree?.kind !== 'list') return { tree, scaling: [] }
  const scaling: ScalingSpec[] = []
  const elements = tree.elements.map((each) => {
    if (each.kind !== 'map') return each
    const indexName = textOf(each.members.get('IndexName')) ?? ''
    const ofReplica = elementsOf(memberOf(base, 'GlobalSecondaryIndexes')).find((one) => textOf(memberOf(one, 'IndexName')) === indexName)
    const capacity = capacityOf({ write: each.members, read: membersOf(ofReplica), isOnDemand, place: each.place, indexName })
    scaling.push(...capacity.scaling)
    return withMembers(each, each.place, {
      WriteProvisionedThroughputSettings: undefined,
      ReadProvisionedThroughputSettings: undefined,
      WriteOnDemandThroughputSettings: undefined,
      ReadOnDemandThroughputSettings: undefined,
      ContributorInsightsSpecification: memberOf(ofReplica, 'ContributorInsightsSpecification'),
      ...capacity.members,
    })
  })
  return { tree: { ...tree, elements }, scaling }
}
