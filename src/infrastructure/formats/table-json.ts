/** Inputs of CreateTable, and answers of DescribeTable and others with what stands beside them in one file. */
import { elementsOf, isNull, memberOf, numberOf, scalarOf, type Tree, textOf, withMembers } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { type TableDraft, tableOf } from '../tables/table-of.ts'
import { made } from './members.ts'

/** One table or several. What is left out stays as it is. */
export function readTableJson(tree: Tree, collected: Collected): void {
  const several = tree.kind === 'list' ? tree.elements : elementsOf(memberOf(tree, 'Tables'))
  if (several.length > 0) {
    for (const each of several) readTableJson(each, collected)
    return
  }
  const described = memberOf(tree, 'Table') ?? memberOf(tree, 'TableDescription')
  const table = described ?? tree
  const id = textOf(memberOf(table, 'TableName')) ?? ''
  if (id === '') {
    collected.refuse({ id: 'a table without a name', place: table.place }, 'TableName is empty: the skeleton is not filled in')
    return
  }
  if (textOf(memberOf(table, 'TableStatus')) === 'ARCHIVED') {
    collected.refuse({ id, place: table.place }, 'it is archived')
    return
  }
  const isDescription = described !== undefined || memberOf(table, 'TableStatus') !== undefined
  tableOf({ id, place: table.place, members: isDescription ? inputOf(table) : table, ...beside(tree, table) }, collected)
}

/** Members of a description that CreateTable does not have: what is measured, dates, states. */
const runtime =
  /^(Table(Status|SizeBytes|Arn|Id)|ItemCount|CreationDateTime|LatestStream.*|Index(Status|SizeBytes|Arn)|Backfilling|.*DateTime|NumberOfDecreasesToday|BillingModeSummary|SSEDescription|TableClassSummary|ArchivalSummary|RestoreSummary|GlobalTableVersion|GlobalTableWitnesses|MultiRegionConsistency|DisassociationProtectionEnabled|Status)$/

/** The input that would make such a table. */
function inputOf(table: Tree): Tree {
  const mode = textOf(memberOf(table, 'BillingModeSummary', 'BillingMode'))
  const units = ['ReadCapacityUnits', 'WriteCapacityUnits'].map((name) => numberOf(memberOf(table, 'ProvisionedThroughput', name)) ?? 0)
  const isOnDemand = mode === undefined ? units.every((each) => each === 0) : mode === 'PAY_PER_REQUEST'
  const { place } = table
  const key = memberOf(table, 'SSEDescription', 'KMSMasterKeyArn')
  const isEncrypted = /^(ENABLED|ENABLING|UPDATING)$/.test(textOf(memberOf(table, 'SSEDescription', 'Status')) ?? '')
  const cleaned = without(table, isOnDemand)
  return withMembers(cleaned, place, {
    BillingMode: scalarOf(isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED', place),
    // Of all tables, whether anybody asked for it or not.
    WarmThroughput: undefined,
    Replicas: undefined,
    TableClass: memberOf(table, 'TableClassSummary', 'TableClass'),
    SSESpecification: isEncrypted ? made(place, { Enabled: scalarOf(true, place), KMSMasterKeyId: key }) : undefined,
  })
}

function without(tree: Tree, isOnDemand: boolean): Tree {
  if (tree.kind === 'list') return { ...tree, elements: tree.elements.map((each) => without(each, isOnDemand)) }
  if (tree.kind !== 'map') return tree
  const members = [...tree.members].filter(
    ([name]) => !runtime.test(name) && !(isOnDemand && name === 'ProvisionedThroughput') && name !== 'WarmThroughput',
  )
  return { ...tree, members: new Map(members.map(([name, member]) => [name, without(member, isOnDemand)])) }
}

/** What other answers say of it, in the same file. */
function beside(tree: Tree, table: Tree): Pick<TableDraft, 'ttl' | 'recovery' | 'policy'> & { readonly members?: Tree } {
  const { place } = tree
  const ttl = memberOf(tree, 'TimeToLiveDescription')
  const recovery = memberOf(tree, 'ContinuousBackupsDescription', 'PointInTimeRecoveryDescription')
  const policy = memberOf(tree, 'Policy')
  const tags = table === tree ? undefined : memberOf(tree, 'Tags')
  const isOn = (status: Tree | undefined): Tree => scalarOf(/^ENABL/.test(textOf(status) ?? ''), place)
  return {
    ...(ttl && {
      ttl: made(place, { Enabled: isOn(memberOf(ttl, 'TimeToLiveStatus')), AttributeName: memberOf(ttl, 'AttributeName') }),
    }),
    ...(recovery && {
      recovery: made(place, {
        PointInTimeRecoveryEnabled: isOn(memberOf(recovery, 'PointInTimeRecoveryStatus')),
        RecoveryPeriodInDays: memberOf(recovery, 'RecoveryPeriodInDays'),
      }),
    }),
    ...(policy && !isNull(policy) && { policy }),
    ...(tags && { members: withMembers(inputOf(table), place, { Tags: tags }) }),
  }
}
