/** `Fn::Transform: {Name: AWS::Include, Parameters: {Location: file}}`: what a local file says, in its place. */
import { folderOf, joined, type Sources } from '../documents/source-files.ts'
import { memberOf, membersOf, SourceFault, type Tree, textOf } from '../documents/tree.ts'
import { nestedTemplatesMax, templatesMax } from '../limits.ts'

/** Throws SourceFault. */
export function expandIncludes(tree: Tree, sources: Sources, depth = 0, counted = { files: 0 }): Tree {
  if (tree.kind === 'list') return { ...tree, elements: tree.elements.map((each) => expandIncludes(each, sources, depth, counted)) }
  if (tree.kind !== 'map') return tree
  const members = new Map<string, Tree>()
  for (const [name, member] of tree.members) {
    const location = name === 'Fn::Transform' ? includedFile(member) : undefined
    if (location === undefined) members.set(name, expandIncludes(member, sources, depth, counted))
    else for (const [inside, each] of membersOf(included(member, location, sources, { depth, counted }))) members.set(inside, each)
  }
  return { ...tree, members }
}

function includedFile(transform: Tree): string | undefined {
  if (textOf(memberOf(transform, 'Name')) !== 'AWS::Include') return undefined
  const location = textOf(memberOf(transform, 'Parameters', 'Location'))
  return location === undefined || /^[a-z0-9]+:\/\//i.test(location) ? undefined : location
}

interface Including {
  readonly depth: number
  readonly counted: { files: number }
}

function included({ place }: Tree, location: string, sources: Sources, { depth, counted }: Including): Tree {
  counted.files += 1
  if (depth >= nestedTemplatesMax || counted.files > templatesMax) {
    throw new SourceFault(place, 'it includes files that include files, without end.')
  }
  return expandIncludes(sources.document(joined(folderOf(place.file), location)), sources, depth + 1, counted)
}
