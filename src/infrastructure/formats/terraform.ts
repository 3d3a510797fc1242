/** Plans and states of Terraform and OpenTofu, as `terraform show -json` prints them, and state files as they lie there. */
import { elementsOf, memberOf, membersOf, SourceFault, type Tree, textOf, truthOf, withMembers } from '../documents/tree.ts'
import type { TerraformResources } from './terraform-resources.ts'

/** Throws SourceFault. */
export function readTerraform(tree: Tree, resources: TerraformResources): void {
  if (memberOf(tree, 'encrypted_data') !== undefined)
    throw new SourceFault(tree.place, 'it is encrypted: run tofu show -json, and give what that prints.')
  const root = memberOf(tree, 'planned_values', 'root_module') ?? memberOf(tree, 'values', 'root_module')
  if (root !== undefined) readModule(root, unknownOf(tree), resources)
  else for (const each of elementsOf(memberOf(tree, 'resources'))) readState(each, resources)
}

function readModule(module: Tree, unknown: ReadonlyMap<string, Tree>, resources: TerraformResources): void {
  for (const each of elementsOf(memberOf(module, 'resources'))) {
    const [address = '', mode, type = ''] = ['address', 'mode', 'type'].map((name) => textOf(memberOf(each, name)))
    if (mode === 'data') continue
    const values = memberOf(each, 'values') ?? each
    resources.add({ address, type, place: each.place, values: overlaid(values, unknown.get(address), address) })
  }
  for (const child of elementsOf(memberOf(module, 'child_modules'))) readModule(child, unknown, resources)
}

/** What a plan knows only once it is applied, by the address of the resource. */
function unknownOf(tree: Tree): ReadonlyMap<string, Tree> {
  return new Map(
    elementsOf(memberOf(tree, 'resource_changes')).flatMap((each) => {
      const [address, unknown] = [textOf(memberOf(each, 'address')), memberOf(each, 'change', 'after_unknown')]
      return address === undefined || unknown === undefined ? [] : [[address, unknown] as const]
    }),
  )
}

/** Computed attributes are unknown of every plan: only what is read here says so in the end. */
function overlaid(values: Tree, unknown: Tree | undefined, address: string): Tree {
  if (unknown === undefined) return values
  if (truthOf(unknown) === true) {
    const hint = `Give --name ${address}=NAME if it is the name, or import the state.`
    return { kind: 'unresolved', text: 'something', why: 'which is known after apply', hint, place: values.place }
  }
  if (unknown.kind === 'list' && values.kind === 'list') {
    return { ...values, elements: values.elements.map((each, at) => overlaid(each, unknown.elements[at], address)) }
  }
  if (unknown.kind !== 'map' || values.kind !== 'map') return values
  const members = [...membersOf(unknown)].map(([name, each]) => [name, overlaid(values.members.get(name) ?? each, each, address)] as const)
  return withMembers(
    values,
    values.place,
    Object.fromEntries(members.filter(([name, each]) => each.kind === 'unresolved' || values.members.has(name))),
  )
}

/** Of a state file: an instance of each, but for those that are about to be destroyed. */
function readState(resource: Tree, resources: TerraformResources): void {
  const [module, mode, type = '', name = ''] = ['module', 'mode', 'type', 'name'].map((each) => textOf(memberOf(resource, each)))
  if (mode === 'data') return
  for (const instance of elementsOf(memberOf(resource, 'instances'))) {
    if (memberOf(instance, 'deposed') !== undefined) continue
    const key = memberOf(instance, 'index_key')
    const index = key?.kind === 'scalar' ? `[${JSON.stringify(key.value)}]` : ''
    const address = `${module === undefined ? '' : `${module}.`}${type}.${name}${index}`
    resources.add({ address, type, place: instance.place, values: memberOf(instance, 'attributes') ?? instance })
  }
}
