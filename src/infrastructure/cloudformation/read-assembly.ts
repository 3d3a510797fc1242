/** An assembly of the CDK: `cdk.out/manifest.json`, its stacks, stages inside of it, and the names that constructs have. */
import { folderOf, joined, type Sources } from '../documents/source-files.ts'
import { memberOf, membersOf, SourceFault, type Tree, textOf } from '../documents/tree.ts'
import { nestedTemplatesMax } from '../limits.ts'
import type { Collected } from '../tables/collected.ts'
import type { Stacks } from './stacks.ts'
import { isTableKind } from './template.ts'

interface FoundStack {
  readonly file: string
  readonly root: Tree
  readonly stackName: string
  /** `Stage/Shop`. */
  readonly path: string
  readonly region: string | undefined
  /** What its tables are called, by their ids. */
  readonly names: ReadonlyMap<string, string>
}

/** Throws SourceFault. */
export function readAssembly(manifest: Tree, file: string, { stacks, sources, collected }: AssemblyReader): void {
  const found = [...stacksIn(manifest, file, { sources, collected }, 0)]
  const counts = new Map<string, number>()
  for (const { names } of found) for (const name of names.values()) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const { file: template, root, names, path, ...stack } of found) {
    const callName = (id: string): string | undefined => {
      const name = names.get(id) ?? withoutHash(id)
      // Two stacks may have a construct of one name.
      return (counts.get(name) ?? 0) > 1 ? `${path.replaceAll('/', '-')}-${name}` : name
    }
    stacks.add(root, { ...stack, file: template, callName, nestedFile: (resource) => nestedFile(resource, template, sources) })
  }
}

interface AssemblyReader {
  readonly stacks: Stacks
  readonly sources: Sources
  readonly collected: Collected
}

function* stacksIn(manifest: Tree, file: string, reader: Omit<AssemblyReader, 'stacks'>, depth: number): Generator<FoundStack> {
  if (depth > nestedTemplatesMax) throw new SourceFault({ file, line: 0 }, 'its stages stand inside of each other without end.')
  const { sources, collected } = reader
  const missing = memberOf(manifest, 'missing')
  if (missing?.kind === 'list' && missing.elements.length > 0) {
    collected.note(missing, 'context', 'it was synthesized without knowing all of its context: run cdk synth once with credentials')
  }
  const folder = folderOf(file)
  for (const [id, artifact] of membersOf(memberOf(manifest, 'artifacts'))) {
    const type = textOf(memberOf(artifact, 'type'))
    if (type === 'aws:cloudformation:stack') yield stackOf(id, artifact, folder, sources)
    if (type !== 'cdk:cloud-assembly') continue
    const inside = joined(folder, `${textOf(memberOf(artifact, 'properties', 'directoryName')) ?? id}/manifest.json`)
    yield* stacksIn(sources.document(inside), inside, reader, depth + 1)
  }
}

function stackOf(id: string, artifact: Tree, folder: string, sources: Sources): FoundStack {
  const template = textOf(memberOf(artifact, 'properties', 'templateFile'))
  if (template === undefined) throw new SourceFault(artifact.place, `the stack ${id} has no templateFile.`)
  const file = joined(folder, template)
  const root = sources.document(file)
  // The account is that of the server, whoever it is made for.
  const [, region] = /^aws:\/\/[^/]*\/([^/]*)$/.exec(textOf(memberOf(artifact, 'environment')) ?? '') ?? []
  const path = textOf(memberOf(artifact, 'displayName'))?.replace(/ \(.*\)$/, '') ?? id
  return {
    file,
    root,
    path,
    stackName: textOf(memberOf(artifact, 'properties', 'stackName')) ?? id,
    region: region === 'unknown-region' ? undefined : region,
    names: namesIn(root, path, constructsIn(folder, sources)),
  }
}

/** By the paths of constructs: what a template says of its resources, else what tree.json says, else their ids. */
function namesIn(root: Tree, stackPath: string, constructs: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [id, resource] of membersOf(memberOf(root, 'Resources'))) {
    if (!isTableKind(textOf(memberOf(resource, 'Type')) ?? '')) continue
    const path = textOf(memberOf(resource, 'Metadata', 'aws:cdk:path')) ?? constructs.find((each) => isOfConstruct(id, each, stackPath))
    const name = path === undefined ? undefined : partsOf(path, stackPath).join('-')
    names.set(id, name || withoutHash(id))
  }
  return names
}

/** Without the stack before it, and what every resource ends with. */
function partsOf(path: string, stackPath: string): readonly string[] {
  const inside = path.startsWith(`${stackPath}/`) ? path.slice(stackPath.length + 1) : path.replace(/^[^/]*\//, '')
  return inside.split('/').filter((part) => part !== 'Resource' && part !== 'Default')
}

function isOfConstruct(id: string, path: string, stackPath: string): boolean {
  if (!path.startsWith(`${stackPath}/`)) return false
  const words = partsOf(path, stackPath).map((part) => part.replaceAll(/[^a-zA-Z0-9]/g, ''))
  return words.join('') === withoutHash(id)
}

/** Logical ids end with eight digits of a hash of their path. */
function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '') || id
}

/** Paths of all tables in tree.json, where there is one. */
function constructsIn(folder: string, sources: Sources): readonly string[] {
  const file = joined(folder, 'tree.json')
  if (sources.files.kindOf(file) !== 'file') return []
  const paths: string[] = []
  const visit = (node: Tree): void => {
    const type = textOf(memberOf(node, 'attributes', 'aws:cdk:cloudformation:type'))
    const path = textOf(memberOf(node, 'path'))
    if (type !== undefined && isTableKind(type) && path !== undefined) paths.push(path)
    for (const child of membersOf(memberOf(node, 'children')).values()) visit(child)
  }
  // It goes as deep as constructs do.
  const tree = memberOf(treeIn(file, sources), 'tree')
  if (tree !== undefined) visit(tree)
  return paths
}

/** Names are made without it, too. */
function treeIn(file: string, sources: Sources): Tree | undefined {
  try {
    return sources.document(file)
  } catch (error) {
    if (error instanceof SourceFault) return undefined
    throw error
  }
}

/** Where the asset is that a stack inside of another is: said in its metadata, or found by the hash in its address. */
function nestedFile(resource: Tree, template: string, sources: Sources): string | undefined {
  const folder = folderOf(template)
  const said = textOf(memberOf(resource, 'Metadata', 'aws:asset:path'))
  if (said !== undefined) return joined(folder, said)
  const hash = hashIn(memberOf(resource, 'Properties', 'TemplateURL'))
  const assets = template.replace(/\.template\.json$/, '.assets.json')
  if (hash === undefined || sources.files.kindOf(assets) !== 'file') return undefined
  const path = textOf(memberOf(sources.document(assets), 'files', hash, 'source', 'path'))
  return path === undefined ? undefined : joined(folder, path)
}

function hashIn(tree: Tree | undefined): string | undefined {
  switch (tree?.kind) {
    case 'scalar':
      return /([0-9a-f]{32,})\.json/.exec(tree.source)?.[1]
    case 'list':
      return tree.elements.map(hashIn).find((each) => each !== undefined)
    case 'map':
      return [...tree.members.values()].map(hashIn).find((each) => each !== undefined)
    default:
      return undefined
  }
}
