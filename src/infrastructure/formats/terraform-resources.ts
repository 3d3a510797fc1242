/**
 * Terraform's resources around tables, by their names and attributes there: from a plan, a state, or whatever speaks their language (Pulumi).
 * Blocks are lists of one; an attribute that is not said is null, empty or 0.
 */
import {
  elementsOf,
  isNull,
  memberOf,
  membersOf,
  numberOf,
  type Place,
  scalarOf,
  type Tree,
  textOf,
  truthOf,
  unresolvedIn,
  withMembers,
} from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { ScalingFound } from '../tables/scaling-found.ts'
import { type TableDraft, tableOf } from '../tables/table-of.ts'
import type { Seed } from '../tables/table-spec.ts'
import { dependsOn } from '../tables/unresolved-text.ts'
import { attributeDefinition, keyElement, listOf, made } from './members.ts'
import { itemOfText } from './seed-items.ts'

export interface TerraformResource {
  /** `module.shop.aws_dynamodb_table.orders[0]`. */
  readonly address: string
  readonly type: string
  readonly place: Place
  readonly values: Tree
}

const none = 'it is not read from infrastructure code yet'

/** What stands beside tables and is not done, with the attribute that names its table. */
const notDone: ReadonlyMap<string, string> = new Map([
  ['aws_dynamodb_table_replica', 'replicas are made by UpdateTable (docs/global-tables.md)'],
  ['aws_dynamodb_global_table', 'replicas are made by UpdateTable (docs/global-tables.md)'],
  ['aws_dynamodb_kinesis_streaming_destination', none],
  ['aws_dynamodb_contributor_insights', none],
  ['aws_dynamodb_table_export', 'an import makes no exports'],
  ['aws_dynamodb_vector_index', 'it is not read yet'],
  ['aws_lambda_event_source_mapping', 'Stator runs no functions yet'],
])

export class TerraformResources {
  readonly #collected: Collected
  readonly #tables: TerraformResource[] = []
  readonly #beside: TerraformResource[] = []

  constructor(collected: Collected) {
    this.#collected = collected
  }

  add(resource: TerraformResource): void {
    const { type, address } = resource
    const reason = notDone.get(type)
    if (type === 'aws_dynamodb_table') this.#tables.push(resource)
    else if (reason !== undefined && !isForeignMapping(resource)) this.#collected.note(resource, address, reason)
    else if (/^aws_(dynamodb_|appautoscaling_)/.test(type)) this.#beside.push(resource)
    else this.#collected.other(type)
  }

  /** Once all are there. */
  finish(): void {
    for (const table of this.#tables) this.#table(table)
    this.#scaling()
    const known = /^aws_(dynamodb_(table_item|global_secondary_index|resource_policy|tag)|appautoscaling_(target|policy|scheduled_action))$/
    for (const each of this.#beside) {
      if (!known.test(each.type)) this.#collected.note(each, each.address, 'it is not read')
      else if (!each.type.startsWith('aws_appauto') && !this.#tables.some((table) => isOf(table, each)))
        this.#collected.note(each, each.address, 'no file here makes its table')
    }
  }

  #table(table: TerraformResource): void {
    const { address, place, values } = table
    for (const [name, reason, tree] of leftBlocks(values)) this.#collected.note(tree, `${address}.${name}`, reason)
    const own = this.#beside.filter((each) => isOf(table, each))
    const indexes = own.filter(({ type }) => type === 'aws_dynamodb_global_secondary_index')
    const policy = own.find(({ type }) => type === 'aws_dynamodb_resource_policy')
    const draft: TableDraft = {
      id: address,
      place,
      members: membersOfTable(values, place, { indexes, tags: tagsOf(table, own) }),
      madeName: address.replace(/^.*\baws_dynamodb_table\./, ''),
      ttl: ttlOf(block(values, 'ttl'), place),
      recovery: recoveryOf(block(values, 'point_in_time_recovery'), place),
      policy: policy === undefined ? null : given(policy.values, 'policy'),
      seeds: own.filter(({ type }) => type === 'aws_dynamodb_table_item').flatMap((each) => this.#seed(each)),
    }
    tableOf(draft, this.#collected)
  }

  #seed({ address, place, values }: TerraformResource): readonly Seed[] {
    const item = given(values, 'item')
    const text = textOf(item)
    const read = text === undefined ? 'its item is unknown' : itemOfText(text)
    if (typeof read !== 'string') return [{ place, items: [read] }]
    this.#collected.note({ place }, address, read)
    return []
  }

  #scaling(): void {
    const found = new ScalingFound(this.#collected)
    const ofType = (type: string): readonly TerraformResource[] => this.#beside.filter((each) => each.type === type)
    const text = ({ values }: TerraformResource, name: string): string => textOf(given(values, name)) ?? ''
    const schedules = ofType('aws_appautoscaling_scheduled_action')
    for (const target of ofType('aws_appautoscaling_target')) {
      if (text(target, 'service_namespace') !== 'dynamodb') continue
      const unknown = unresolvedIn(target.values)
      if (unknown !== undefined && text(target, 'resource_id') === '') this.#collected.note(unknown, target.address, dependsOn(unknown))
      else
        found.target({
          id: target.address,
          place: target.place,
          resourceId: text(target, 'resource_id'),
          dimension: text(target, 'scalable_dimension'),
          min: numberOf(given(target.values, 'min_capacity')),
          max: numberOf(given(target.values, 'max_capacity')),
          schedules: schedules
            .filter(
              (each) =>
                text(each, 'resource_id') === text(target, 'resource_id') &&
                text(each, 'scalable_dimension') === text(target, 'scalable_dimension'),
            )
            .map(scheduleOf),
        })
    }
    for (const policy of ofType('aws_appautoscaling_policy')) {
      if (text(policy, 'service_namespace') !== 'dynamodb') continue
      const tracking = block(policy.values, 'target_tracking_scaling_policy_configuration')
      if (tracking === undefined) this.#collected.note(policy, policy.address, 'only target tracking moves the capacity of tables')
      else
        found.policy({
          id: policy.address,
          place: policy.place,
          resourceId: text(policy, 'resource_id'),
          dimension: text(policy, 'scalable_dimension'),
          name: text(policy, 'name'),
          configuration: trackingOf(tracking),
        })
    }
    found.finish()
  }
}

/** A mapping of something else than the stream of a table. */
function isForeignMapping({ type, values }: TerraformResource): boolean {
  return type === 'aws_lambda_event_source_mapping' && !/:dynamodb:|^$/.test(textOf(given(values, 'event_source_arn')) ?? '')
}

/** By the name of its table, or the ARN. */
function isOf(table: TerraformResource, { values }: TerraformResource): boolean {
  const name = textOf(given(table.values, 'name'))
  if (name === undefined) return false
  const named = textOf(given(values, 'table_name')) ?? textOf(given(values, 'table'))
  return named === name || textOf(given(values, 'resource_arn'))?.endsWith(`:table/${name}`) === true
}

/** Undefined for what Terraform has for nothing. */
function given(values: Tree, name: string): Tree | undefined {
  const tree = memberOf(values, name)
  return isNull(tree) || (tree?.kind === 'scalar' && tree.value === '') ? undefined : tree
}

/** The only one of its kind, as a list of one or by itself. */
function block(values: Tree, name: string): Tree | undefined {
  const tree = given(values, name)
  return tree?.kind === 'list' ? tree.elements[0] : tree
}

function blocks(values: Tree, name: string): readonly Tree[] {
  const tree = given(values, name)
  return tree?.kind === 'map' ? [tree] : elementsOf(tree)
}

const leftReasons: readonly (readonly [name: string, reason: string])[] = [
  ['replica', 'replicas are left out: they are made by UpdateTable (docs/global-tables.md)'],
  ['global_table_witness', 'replicas are made by UpdateTable (docs/global-tables.md)'],
  ['import_table', 'imports from S3 are not made here: stator import does that'],
  ['restore_source_name', 'it is made empty, not restored'],
  ['restore_source_table_arn', 'it is made empty, not restored'],
]

function leftBlocks(values: Tree): readonly (readonly [name: string, reason: string, tree: Tree])[] {
  return leftReasons.flatMap(([name, reason]) => {
    const tree = given(values, name)
    const isNothing = tree === undefined || tree.kind === 'unresolved' || (tree.kind === 'list' && tree.elements.length === 0)
    return isNothing ? [] : [[name, reason, tree] as const]
  })
}

function tagsOf({ values, place }: TerraformResource, own: readonly TerraformResource[]): Tree {
  const tags = given(values, 'tags_all') ?? given(values, 'tags')
  if (tags?.kind === 'unresolved') return tags
  const tag = (name: Tree, value: Tree | undefined): Tree => made(name.place, { Key: name, Value: value })
  const more = own
    .filter(({ type }) => type === 'aws_dynamodb_tag')
    .map((each) => tag(given(each.values, 'key') ?? scalarOf('', each.place), given(each.values, 'value')))
  return listOf(place, [...[...membersOf(tags)].map(([name, value]) => tag(scalarOf(name, value.place), value)), ...more])
}

function membersOfTable(
  values: Tree,
  place: Place,
  { indexes, tags }: { readonly indexes: readonly TerraformResource[]; readonly tags: Tree },
): Tree {
  const isOnDemand = textOf(given(values, 'billing_mode')) === 'PAY_PER_REQUEST'
  const [hash, range] = [given(values, 'hash_key'), given(values, 'range_key')]
  const own = indexes.map((each) => ownIndex(each, isOnDemand))
  const all = [...blocks(values, 'global_secondary_index').map((each) => globalIndex(each, isOnDemand)), ...own.map(({ index }) => index)]
  const local = blocks(values, 'local_secondary_index').map((each) => localIndex(each, hash))
  const definitions = new Map<string, Tree>()
  for (const each of [
    ...blocks(values, 'attribute').map((one) => attributeDefinition(given(one, 'name') ?? one, given(one, 'type'))),
    ...own.flatMap((one) => one.definitions),
  ]) {
    definitions.set(textOf(memberOf(each, 'AttributeName')) ?? '', each)
  }
  const streamed = given(values, 'stream_enabled')
  const sse = block(values, 'server_side_encryption')
  return made(place, {
    TableName: given(values, 'name'),
    KeySchema: hash && listOf(hash.place, [keyElement(hash, 'HASH'), ...(range ? [keyElement(range, 'RANGE')] : [])]),
    AttributeDefinitions: listOf(place, [...definitions.values()]),
    BillingMode: given(values, 'billing_mode') ?? scalarOf('PROVISIONED', place),
    ProvisionedThroughput: isOnDemand ? undefined : units(values, place),
    OnDemandThroughput: requests(block(values, 'on_demand_throughput')),
    WarmThroughput: warm(block(values, 'warm_throughput')),
    GlobalSecondaryIndexes: all.length === 0 ? undefined : listOf(place, all),
    LocalSecondaryIndexes: local.length === 0 ? undefined : listOf(place, local),
    StreamSpecification:
      truthOf(streamed) === true ? made(place, { StreamEnabled: streamed, StreamViewType: given(values, 'stream_view_type') }) : undefined,
    SSESpecification:
      truthOf(sse && given(sse, 'enabled')) === true
        ? made(place, { Enabled: given(sse as Tree, 'enabled'), KMSMasterKeyId: given(sse as Tree, 'kms_key_arn') })
        : undefined,
    TableClass: given(values, 'table_class'),
    DeletionProtectionEnabled: given(values, 'deletion_protection_enabled'),
    Tags: tags,
  })
}

function units(values: Tree, place: Place): Tree | undefined {
  const [reads, writes] = [given(values, 'read_capacity'), given(values, 'write_capacity')]
  return reads === undefined && writes === undefined ? undefined : made(place, { ReadCapacityUnits: reads, WriteCapacityUnits: writes })
}

/** −1 stands for none. */
function requests(values: Tree | undefined): Tree | undefined {
  if (values === undefined) return undefined
  const limit = (name: string): Tree | undefined => {
    const tree = given(values, name)
    return (numberOf(tree) ?? 0) > 0 ? tree : undefined
  }
  const [reads, writes] = [limit('max_read_request_units'), limit('max_write_request_units')]
  return reads === undefined && writes === undefined
    ? undefined
    : made(values.place, { MaxReadRequestUnits: reads, MaxWriteRequestUnits: writes })
}

function warm(values: Tree | undefined): Tree | undefined {
  if (values === undefined) return undefined
  const [reads, writes] = [given(values, 'read_units_per_second'), given(values, 'write_units_per_second')]
  return reads === undefined && writes === undefined
    ? undefined
    : made(values.place, { ReadUnitsPerSecond: reads, WriteUnitsPerSecond: writes })
}

function projection(values: Tree): Tree {
  const attributes = given(values, 'non_key_attributes')
  const isNamed = attributes?.kind !== 'list' || attributes.elements.length > 0
  return made(values.place, { ProjectionType: given(values, 'projection_type'), NonKeyAttributes: isNamed ? attributes : undefined })
}

function globalIndex(values: Tree, isOnDemand: boolean): Tree {
  const { place } = values
  const [hash, range] = [given(values, 'hash_key'), given(values, 'range_key')]
  const named = blocks(values, 'key_schema').map((each) =>
    made(each.place, { AttributeName: given(each, 'attribute_name'), KeyType: given(each, 'key_type') }),
  )
  const keys = named.length > 0 ? named : [...(hash ? [keyElement(hash, 'HASH')] : []), ...(range ? [keyElement(range, 'RANGE')] : [])]
  return made(place, {
    IndexName: given(values, 'name'),
    KeySchema: listOf(place, keys),
    Projection: projection(values),
    ProvisionedThroughput: isOnDemand ? undefined : units(values, place),
    OnDemandThroughput: requests(block(values, 'on_demand_throughput')),
    WarmThroughput: warm(block(values, 'warm_throughput')),
  })
}

function localIndex(values: Tree, hash: Tree | undefined): Tree {
  const { place } = values
  const range = given(values, 'range_key')
  const keys = [...(hash ? [keyElement(hash, 'HASH')] : []), ...(range ? [keyElement(range, 'RANGE')] : [])]
  return made(place, { IndexName: given(values, 'name'), KeySchema: listOf(place, keys), Projection: projection(values) })
}

/** A resource of its own, which has the types of its keys with it. */
function ownIndex(
  { values, place }: TerraformResource,
  isOnDemand: boolean,
): { readonly index: Tree; readonly definitions: readonly Tree[] } {
  const keys = blocks(values, 'key_schema')
  const throughput = block(values, 'provisioned_throughput')
  const [reads, writes] = ['read_capacity_units', 'write_capacity_units'].map((name) => throughput && given(throughput, name))
  const projected = block(values, 'projection')
  return {
    index: made(place, {
      IndexName: given(values, 'index_name') ?? given(values, 'name'),
      KeySchema: listOf(
        place,
        keys.map((each) => made(each.place, { AttributeName: given(each, 'attribute_name'), KeyType: given(each, 'key_type') })),
      ),
      Projection: projected && projection(projected),
      ProvisionedThroughput:
        isOnDemand || throughput === undefined ? undefined : made(place, { ReadCapacityUnits: reads, WriteCapacityUnits: writes }),
      OnDemandThroughput: requests(block(values, 'on_demand_throughput')),
      WarmThroughput: warm(block(values, 'warm_throughput')),
    }),
    definitions: keys.map((each) => attributeDefinition(given(each, 'attribute_name') ?? each, given(each, 'attribute_type'))),
  }
}

function ttlOf(values: Tree | undefined, place: Place): Tree | null {
  const name = values && given(values, 'attribute_name')
  if (values === undefined || name === undefined) return null
  return withMembers(undefined, place, { Enabled: given(values, 'enabled') ?? scalarOf(true, place), AttributeName: name })
}

function recoveryOf(values: Tree | undefined, place: Place): Tree | null {
  if (values === undefined) return null
  const isOn = truthOf(given(values, 'enabled')) === true
  return made(place, {
    PointInTimeRecoveryEnabled: scalarOf(isOn, place),
    RecoveryPeriodInDays:
      isOn && (numberOf(given(values, 'recovery_period_in_days')) ?? 0) > 0 ? given(values, 'recovery_period_in_days') : undefined,
  })
}

function trackingOf(values: Tree): Tree {
  const metric = block(values, 'predefined_metric_specification')
  return made(values.place, {
    TargetValue: given(values, 'target_value'),
    DisableScaleIn: given(values, 'disable_scale_in'),
    ScaleInCooldown: given(values, 'scale_in_cooldown'),
    ScaleOutCooldown: given(values, 'scale_out_cooldown'),
    PredefinedMetricSpecification: metric && made(metric.place, { PredefinedMetricType: given(metric, 'predefined_metric_type') }),
  })
}

function scheduleOf({ values }: TerraformResource): { readonly [name: string]: unknown } {
  const action = block(values, 'scalable_target_action')
  const [min, max] = ['min_capacity', 'max_capacity'].map((name) => numberOf(action && given(action, name)))
  const [name, schedule, timezone] = ['name', 'schedule', 'timezone'].map((each) => textOf(given(values, each)))
  return {
    ScheduledActionName: name,
    Schedule: schedule,
    ...(timezone !== undefined && { Timezone: timezone }),
    ScalableTargetAction: { ...(min !== undefined && { MinCapacity: min }), ...(max !== undefined && { MaxCapacity: max }) },
  }
}
