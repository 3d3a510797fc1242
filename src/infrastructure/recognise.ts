/** Which format a file has, by what it looks like. */
import { baseName } from './documents/source-files.ts'
import { elementsOf, memberOf, membersOf, type Tree, textOf } from './documents/tree.ts'

export const formats = ['cloudformation', 'cdk', 'table', 'terraform', 'workbench', 'serverless', 'pulumi', 'architect', 'data'] as const

export type Format = (typeof formats)[number]

/** Names of members by which formats are known, and those of `arc.json`. */
const telling =
  /(^|[\s{,])["']?(Resources|artifacts|provider|format_version|lineage|encrypted_data|deployment|checkpoint|DataModel|KeySchema|app|tables)["']?\s*:/

/** Whether a text may have a format. Of a folder there are megabytes of YAML that have none, and to look for these names is a thousandth of the work. */
export function mayHaveFormat(text: string): boolean {
  return telling.test(text)
}

/** Undefined: it is none. */
export function formatOf(tree: Tree, path: string): Format | undefined {
  const has = (...names: readonly string[]): boolean => names.every((name) => membersOf(tree).has(name))
  if (has('version', 'artifacts') && baseName(path) === 'manifest.json') return 'cdk'
  if (isTemplate(tree)) return 'cloudformation'
  if (has('service', 'provider')) return 'serverless'
  if (has('format_version') && (has('planned_values') || has('values'))) return 'terraform'
  if ((has('lineage') && has('version')) || has('encrypted_data')) return 'terraform'
  if (memberOf(tree, 'deployment', 'resources') !== undefined || memberOf(tree, 'checkpoint', 'latest') !== undefined) return 'pulumi'
  if (has('ModelName', 'DataModel')) return 'workbench'
  if (isArchitect(tree, path)) return 'architect'
  return isTable(tree) ? 'table' : undefined
}

/** Of a file of each format one of these is there, whatever else is. Formats that have no such member take any file. */
const oneOfMembers: { readonly [name in Format]?: readonly string[] } = {
  cloudformation: ['Resources'],
  cdk: ['artifacts'],
  table: ['TableName', 'Table', 'TableDescription', 'Tables'],
  terraform: ['planned_values', 'values', 'resources', 'encrypted_data'],
  workbench: ['DataModel'],
  serverless: ['resources', 'provider', 'service'],
  pulumi: ['deployment', 'checkpoint'],
}

/** Why a file cannot have the format that somebody says it has. */
export function whyNotOf(format: Format, tree: Tree, path: string): string | undefined {
  const names = oneOfMembers[format]
  const has = membersOf(tree)
  if (names === undefined || names.some((name) => has.has(name)) || (format === 'table' && tree.kind === 'list')) return undefined
  const like = formatOf(tree, path)
  const listed = names.join(', ').replace(/, ([^,]*)$/, ' or $1')
  return `it is not of the format ${format}, which has ${listed}${like === undefined ? '' : `: it looks like ${like}`}.`
}

function isTemplate(tree: Tree): boolean {
  const resources = [...membersOf(memberOf(tree, 'Resources')).entries()]
  // A loop has no type of its own.
  return resources.some(([name, each]) => name.startsWith('Fn::') || textOf(memberOf(each, 'Type'))?.includes('::') === true)
}

function isArchitect(tree: Tree, path: string): boolean {
  return /^arc\.(json|ya?ml)$/.test(baseName(path)) && (membersOf(tree).has('app') || membersOf(tree).has('tables'))
}

/** An answer of DescribeTable, an input of CreateTable, or several of these. */
function isTable(tree: Tree): boolean {
  const several = tree.kind === 'list' ? tree.elements : elementsOf(memberOf(tree, 'Tables'))
  if (several.length > 0) return several.every(isTable)
  if (['Table', 'TableDescription'].some((name) => memberOf(tree, name, 'KeySchema') !== undefined)) return true
  return memberOf(tree, 'TableName') !== undefined && memberOf(tree, 'KeySchema') !== undefined
}
