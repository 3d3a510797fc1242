/** CloudFormation's names where a tool writes them with a small first letter: `keySchema`, `sseSpecification`. */
import type { Tree } from '../documents/tree.ts'

export function withCapitals(tree: Tree): Tree {
  if (tree.kind === 'list') return { ...tree, elements: tree.elements.map(withCapitals) }
  if (tree.kind !== 'map') return tree
  // A policy is a document of its own.
  const members = [...tree.members].map(
    ([name, member]) => [capital(name), name === 'policyDocument' ? member : withCapitals(member)] as const,
  )
  return { ...tree, members: new Map(members) }
}

function capital(name: string): string {
  if (/^(sse|kms)[A-Z]/.test(name)) return name.replace(/^(sse|kms)/, (word) => word.toUpperCase())
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}
