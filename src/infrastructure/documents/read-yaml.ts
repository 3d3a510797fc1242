/**
 * YAML by its core schema, in which `N`, `on` and `2012-10-17` are texts, with the short forms of CloudFormation's functions made long. Aliases
 * and merges are expanded here and not by the package, so that they are bounded and nothing of it becomes a plain object.
 */
import type { Document, LineCounter, Node, Pair, ParsedNode, YAMLMap, YAMLSeq, Scalar as YamlScalar } from 'yaml'
import { aliasNodesMax, nestingMax } from '../limits.ts'
import { fieldsOf, type Place, SourceFault, scalarOf, type Tree } from './tree.ts'

export type Yaml = typeof import('yaml')

/** The package, for who reads: nothing else of Stator needs it. */
export function loadYaml(): Promise<Yaml> {
  return import('yaml')
}

/** Throws SourceFault. */
export function readYaml(yaml: Yaml, text: string, file: string): Tree {
  const lines = new yaml.LineCounter()
  const options = { schema: 'core', lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const
  const whole: Place = { file, line: 0 }
  try {
    const documents = yaml.parseAllDocuments(text, options)
    const [document, more] = 'empty' in documents ? [] : documents
    if (more !== undefined) throw new SourceFault(whole, 'it holds several documents, and only one is read.')
    if (document === undefined) return scalarOf(null, whole)
    const [error] = document.errors
    if (error !== undefined) throw new SourceFault({ file, line: lines.linePos(error.pos[0]).line }, sentenceOf(error.message))
    return new YamlReader(yaml, document, { file, lines }).tree()
  } catch (error) {
    // What is nested without end.
    if (error instanceof RangeError) throw tooDeep(whole)
    throw error
  }
}

function sentenceOf(message: string): string {
  if (message.startsWith('Maximum call stack')) return `it is nested deeper than ${nestingMax} levels.`
  return `it is not YAML: ${message.replace(/\.?$/, '.')}`
}

function tooDeep(place: Place): SourceFault {
  return new SourceFault(place, `it is nested deeper than ${nestingMax} levels.`)
}

/** Names behind `!`; those of functions stand for `Fn::…`. */
const functions: ReadonlySet<string> = new Set(
  'Sub GetAtt Join Select Split FindInMap If Equals And Or Not ImportValue GetStackOutput Base64 Cidr GetAZs Length ToJsonString Transform'.split(
    ' ',
  ),
)

/** The types that YAML itself has. */
const ownTags = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/

interface Anchored {
  readonly tree: Tree
  readonly nodes: number
  /** How much deeper it goes than itself. */
  readonly height: number
}

class YamlReader {
  readonly #yaml: Yaml
  readonly #root: Node | null
  readonly #file: string
  readonly #lines: LineCounter
  readonly #anchors = new Map<string, Anchored | 'open'>()
  #nodes = 0
  #aliasNodes = 0
  #deepest = 0

  constructor(yaml: Yaml, document: Document<ParsedNode>, { file, lines }: { readonly file: string; readonly lines: LineCounter }) {
    this.#yaml = yaml
    this.#root = document.contents
    this.#file = file
    this.#lines = lines
  }

  tree(): Tree {
    return this.#tree(this.#root, 1, 1)
  }

  #tree(node: unknown, depth: number, line: number): Tree {
    const { isAlias, isScalar, isMap, isSeq } = this.#yaml
    if (depth > nestingMax) throw tooDeep({ file: this.#file, line })
    if (isAlias(node)) return this.#aliased(node.source, depth, line)
    const { anchor } = (node ?? {}) as { readonly anchor?: string }
    const before = { nodes: this.#nodes, deepest: this.#deepest }
    this.#nodes += 1
    this.#deepest = depth
    if (anchor !== undefined) this.#anchors.set(anchor, 'open')
    const place = { file: this.#file, line }
    let tree: Tree
    if (isMap(node)) tree = this.#tagged(node, this.#fields(node, depth, place), place)
    else if (isSeq(node)) tree = this.#tagged(node, this.#list(node, depth, place), place)
    else if (isScalar(node)) tree = this.#tagged(node, this.#scalar(node, place), place)
    else tree = scalarOf(null, place)
    if (anchor !== undefined) this.#anchors.set(anchor, { tree, nodes: this.#nodes - before.nodes, height: this.#deepest - depth })
    this.#deepest = Math.max(this.#deepest, before.deepest)
    return tree
  }

  #aliased(name: string, depth: number, line: number): Tree {
    const found = this.#anchors.get(name)
    const place = { file: this.#file, line }
    if (found === undefined) throw new SourceFault(place, `*${name} names nothing that stands before it.`)
    if (found === 'open') throw new SourceFault(place, `*${name} stands inside of what it names.`)
    this.#aliasNodes += found.nodes
    this.#nodes += found.nodes
    this.#deepest = Math.max(this.#deepest, depth + found.height)
    if (depth + found.height > nestingMax) throw tooDeep(place)
    if (this.#aliasNodes > aliasNodesMax) throw new SourceFault(place, `its aliases stand for more than ${aliasNodesMax} values.`)
    return found.tree
  }

  #list({ items }: YAMLSeq, depth: number, place: Place): Tree {
    return { kind: 'list', elements: items.map((item) => this.#tree(item, depth + 1, this.#lineOf(item, place.line))), place }
  }

  #fields({ items }: YAMLMap, depth: number, place: Place): Tree {
    const members = new Map<string, Tree>()
    const merged: Tree[] = []
    for (const { key, value } of items as Pair[]) {
      const line = this.#lineOf(key, place.line)
      const named = this.#tree(key, depth + 1, line)
      const child = this.#tree(value, depth + 1, line)
      const name = named.kind === 'scalar' ? named.source : undefined
      if (name === undefined) throw new SourceFault({ file: this.#file, line }, 'the name of a member must be a text.')
      if (name === '<<' && (key as YamlScalar).type === 'PLAIN') {
        merged.push(...(child.kind === 'list' ? child.elements : [child]))
        continue
      }
      if (members.has(name)) throw new SourceFault({ file: this.#file, line }, `${name} is there twice.`)
      members.set(name, child)
    }
    // What the map says itself wins, then what is merged first.
    for (const each of merged) {
      if (each.kind !== 'map') throw new SourceFault(place, 'only maps can be merged with <<.')
      for (const [name, member] of each.members) if (!members.has(name)) members.set(name, member)
    }
    return { kind: 'map', members, place }
  }

  #scalar({ value, source }: YamlScalar, place: Place): Tree {
    if (typeof value === 'string') return { kind: 'scalar', value, source: value, place }
    const isPlain = typeof value === 'number' || typeof value === 'boolean'
    return { kind: 'scalar', value: isPlain ? value : null, source: source ?? String(value), place }
  }

  /** `!Ref x` is `{Ref: x}`, `!GetAtt a.b.c` is `{Fn::GetAtt: [a, b.c]}`. */
  #tagged({ tag }: { readonly tag?: string | undefined }, tree: Tree, place: Place): Tree {
    if (tag === undefined || ownTags.test(tag)) return tree
    const name = tag.slice(1)
    const long = name === 'Ref' || name === 'Condition' ? name : functions.has(name) ? `Fn::${name}` : undefined
    if (!tag.startsWith('!') || long === undefined) throw new SourceFault(place, `${tag} is no function of CloudFormation.`)
    return fieldsOf([[long, name === 'GetAtt' ? attributeParts(tree, place) : tree]], place)
  }

  #lineOf(node: unknown, otherwise: number): number {
    const { range } = (node ?? {}) as { readonly range?: readonly number[] | null }
    return range?.[0] === undefined ? otherwise : this.#lines.linePos(range[0]).line
  }
}

function attributeParts(tree: Tree, place: Place): Tree {
  if (tree.kind !== 'scalar') return tree
  const dot = tree.source.indexOf('.')
  if (dot < 0) return tree
  const parts = [tree.source.slice(0, dot), tree.source.slice(dot + 1)]
  return { kind: 'list', elements: parts.map((part) => scalarOf(part, place)), place }
}
