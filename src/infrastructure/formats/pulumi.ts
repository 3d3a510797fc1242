/** A state of Pulumi, as `pulumi stack export` prints it or its file backend keeps it: the resources of Terraform's provider under other names. */
import { withCapitals } from '../cloudformation/with-capitals.ts'
import { elementsOf, memberOf, type Place, type Tree, textOf, truthOf } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import type { TerraformResources } from './terraform-resources.ts'

export interface NativeResource {
  readonly id: string
  readonly kind: 'AWS::DynamoDB::Table' | 'AWS::DynamoDB::GlobalTable'
  readonly place: Place
  readonly properties: Tree
}

/** `onNative`: resources of the provider that has CloudFormation's names. */
export function readPulumi(
  tree: Tree,
  resources: TerraformResources,
  collected: Collected,
  onNative: (resource: NativeResource) => void,
): void {
  const found = memberOf(tree, 'deployment', 'resources') ?? memberOf(tree, 'checkpoint', 'latest', 'resources')
  for (const each of elementsOf(found)) {
    if (truthOf(memberOf(each, 'delete')) === true || truthOf(memberOf(each, 'external')) === true) continue
    const type = textOf(memberOf(each, 'type')) ?? ''
    if (/^pulumi:|^(sst|.*\$).*:/.test(type) || truthOf(memberOf(each, 'custom')) === false) continue
    const id = textOf(memberOf(each, 'urn'))?.replace(/^.*::/, '') ?? ''
    const outputs = memberOf(each, 'outputs')
    const values = secretsUnknown(
      outputs !== undefined && outputs.kind === 'map' && outputs.members.size > 0 ? outputs : (memberOf(each, 'inputs') ?? each),
    )
    const native = /^aws-native:dynamodb:(Table|GlobalTable)$/.exec(type)?.[1]
    if (native !== undefined) {
      onNative({ id, kind: `AWS::DynamoDB::${native as 'Table' | 'GlobalTable'}`, place: each.place, properties: withCapitals(values) })
      continue
    }
    const name = terraformType(type)
    if (name === undefined) collected.other(type)
    else resources.add({ address: id, type: name, place: each.place, values: withTerraformNames(values) })
  }
}

/** `aws:dynamodb/tableItem:TableItem` is aws_dynamodb_table_item. */
function terraformType(type: string): string | undefined {
  const [, service = '', name = ''] = /^aws:(dynamodb|appautoscaling|lambda)\/[^:]*:(\w+)$/.exec(type) ?? []
  return service === '' ? undefined : `aws_${service}_${snake(name)}`
}

/** Blocks have their names in the plural, where there may be several. */
const singular: ReadonlyMap<string, string> = new Map([
  ['attributes', 'attribute'],
  ['global_secondary_indexes', 'global_secondary_index'],
  ['local_secondary_indexes', 'local_secondary_index'],
  ['replicas', 'replica'],
  ['key_schemas', 'key_schema'],
])

function withTerraformNames(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, elements: tree.elements.map(withTerraformNames) }
  if (tree.kind !== 'map') return tree
  const members = [...tree.members].map(([name, member]) => {
    const own = snake(name)
    // Names of tags are nobody's to change.
    return [singular.get(own) ?? own, own === 'tags' || own === 'tags_all' ? member : withTerraformNames(member)] as const
  })
  return { ...tree, members: new Map(members) }
}

function snake(name: string): string {
  return name.replaceAll(/(?<=.)([A-Z])/g, '_$1').toLowerCase()
}

const secretMark = '4dabf18193072939515e22adb298388d'

function secretsUnknown(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, elements: tree.elements.map(secretsUnknown) }
  if (tree.kind !== 'map') return tree
  if (tree.members.has(secretMark)) {
    return {
      kind: 'unresolved',
      text: 'a secret',
      why: 'which the state keeps to itself',
      hint: 'Export it with --show-secrets.',
      place: tree.place,
    }
  }
  return { ...tree, members: new Map([...tree.members].map(([name, member]) => [name, secretsUnknown(member)])) }
}
