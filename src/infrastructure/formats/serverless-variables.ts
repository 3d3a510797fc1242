/**
 * Variables of the Serverless Framework: `${source:key, fallback}`, the innermost first. `${AWS::Region}`, and whatever names no source, is
 * CloudFormation's and stays.
 */
import { partitionOf } from '../../api/table-name.ts'
import { folderOf, joined, type Sources } from '../documents/source-files.ts'
import { memberOf, type Place, SourceFault, scalarOf, type Tree, textOf, truthOf } from '../documents/tree.ts'
import type { ImportOptions } from '../import-options.ts'
import { madeTextLengthMax, resolvingDepthMax, variablesInTextMax, variableValuesMax } from '../limits.ts'

export interface ServerlessScope {
  readonly root: Tree
  readonly file: string
  readonly sources: Sources
  readonly options: ImportOptions
}

const innermost = /\$\{([^${}]*)\}/
/** Stands for the `${` of what is CloudFormation's. */
const kept = '\u0001{'
const source = /^\s*([a-zA-Z][\w-]*)(?:\(([^)]*)\))?(?::|$|\s*$)/

export class ServerlessVariables {
  readonly #scope: ServerlessScope
  /** Of `self:`, while it is looked up. */
  readonly #open = new Set<string>()
  #depth = 0
  #values = 0

  constructor(scope: ServerlessScope) {
    this.#scope = scope
  }

  get stage(): string {
    const { options } = this.#scope
    return options.stage ?? textOf(this.#self('provider.stage', { file: this.#scope.file, line: 0 })) ?? 'dev'
  }

  /** Throws SourceFault for variables that depend on themselves. */
  resolve(tree: Tree): Tree {
    this.#depth += 1
    this.#values += 1
    if (this.#values > variableValuesMax)
      throw new SourceFault(tree.place, `its variables stand for more than ${variableValuesMax} values.`)
    if (this.#depth > resolvingDepthMax) throw new SourceFault(tree.place, 'its variables stand too deep inside of each other.')
    try {
      if (tree.kind === 'list') return { ...tree, elements: tree.elements.map((each) => this.resolve(each)) }
      if (tree.kind === 'map') return { ...tree, members: new Map([...tree.members].map(([name, each]) => [name, this.resolve(each)])) }
      return tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value.includes('${')
        ? this.#text(tree.value, tree.place)
        : tree
    } finally {
      this.#depth -= 1
    }
  }

  #text(whole: string, place: Place): Tree {
    let text = whole
    let count = 0
    for (let found = innermost.exec(text); found !== null; found = innermost.exec(text)) {
      const [variable, inside = ''] = found
      count += 1
      if (count > variablesInTextMax) throw new SourceFault(place, `a text has more than ${variablesInTextMax} variables.`)
      if (text.length > madeTextLengthMax) throw new SourceFault(place, `it makes a text of more than ${madeTextLengthMax} letters.`)
      const before = text.slice(0, found.index)
      const after = text.slice(found.index + variable.length)
      if (!isVariable(inside)) {
        text = `${before}${kept}${inside}}${after}`
        continue
      }
      const value = this.#value(inside, place)
      // It is the value itself when it stands alone.
      if (value.kind === 'unresolved' || (before === '' && after === '')) return value
      const made = textOf(value)
      if (made === undefined) throw new SourceFault(place, `${variable} is no text.`)
      text = `${before}${made}${after}`
    }
    return scalarOf(text.replaceAll(kept, '${'), place)
  }

  #value(inside: string, place: Place): Tree {
    let unknown: Tree | undefined
    for (const part of partsOf(inside)) {
      const value = literalOf(part, place) ?? this.#lookUp(part, place)
      if (value !== undefined && value.kind !== 'unresolved') return value
      unknown ??= value
    }
    if (unknown !== undefined) return unknown
    return {
      kind: 'unresolved',
      text: `\${${inside}}`,
      why: 'which the service does not say',
      hint: `Give --resolve ${inside.trim()}=VALUE.`,
      place,
    }
  }

  /** Undefined: it is not there. */
  #lookUp(part: string, place: Place): Tree | undefined {
    const { options } = this.#scope
    const said = options.resolutions.get(part.trim())
    if (said !== undefined) return scalarOf(said, place)
    const [, name = '', argument = ''] = source.exec(part) ?? []
    const key = part.slice(part.indexOf(':') + 1).trim()
    switch (name) {
      case 'self':
        return this.#self(key, place)
      case 'opt':
        return textTree(key === 'stage' ? options.stage : key === 'region' ? options.region : options.parameters.get(key), place)
      case 'env':
        return textTree(this.#environment(key), place)
      case 'sls':
        return textTree(key === 'stage' ? this.stage : key === 'instanceId' ? 'local' : undefined, place)
      case 'param':
        return this.#parameter(key, place)
      case 'file':
        return this.#file(argument.trim(), part.includes('):') ? key : '', place)
      case 'aws':
        return textTree({ accountId: options.account, region: options.region, partition: partitionOf(options.region) }[key], place)
      case 'strToBool':
        return scalarOf(truthOf(scalarOf(argument.trim().replaceAll(/^['"]|['"]$/g, ''), place)) ?? false, place)
      default:
        return outside(part, place)
    }
  }

  #self(key: string, place: Place): Tree | undefined {
    if (this.#open.has(key)) throw new SourceFault(place, `\${self:${key}} depends on itself.`)
    this.#open.add(key)
    try {
      return this.#along(this.#scope.root, key)
    } finally {
      this.#open.delete(key)
    }
  }

  /** Dots go into members, which may be variables themselves. */
  #along(root: Tree, key: string): Tree | undefined {
    let at: Tree | undefined = root
    for (const name of key === '' ? [] : key.split('.')) {
      if (at?.kind === 'scalar') at = this.resolve(at)
      at = at?.kind === 'list' ? at.elements[Number(name)] : memberOf(at, name)
    }
    return at && this.resolve(at)
  }

  #parameter(key: string, place: Place): Tree | undefined {
    const { root, options } = this.#scope
    const typed = options.parameters.get(key)
    if (typed !== undefined) return scalarOf(typed, place)
    const { stage } = this
    const found =
      memberOf(root, 'stages', stage, 'params', key) ??
      memberOf(root, 'params', stage, key) ??
      memberOf(root, 'stages', 'default', 'params', key) ??
      memberOf(root, 'params', 'default', key)
    return found && this.resolve(found)
  }

  /** Also of the files that the framework reads. */
  #environment(name: string): string | undefined {
    const { options, file, sources } = this.#scope
    const said = options.environment?.[name]
    if (said !== undefined) return said
    for (const base of [`.env.${options.stage ?? 'dev'}`, '.env']) {
      const path = joined(folderOf(file), base)
      if (sources.files.kindOf(path) !== 'file') continue
      const line = sources
        .text(path)
        .split('\n')
        .find((each) => each.trim().startsWith(`${name}=`))
      if (line !== undefined)
        return line
          .slice(line.indexOf('=') + 1)
          .trim()
          .replaceAll(/^['"]|['"]$/g, '')
    }
    return undefined
  }

  #file(name: string, key: string, place: Place): Tree | undefined {
    const path = joined(folderOf(this.#scope.file), name)
    if (/\.([cm]?[jt]s)$/.test(path)) {
      const exported = this.#scope.sources.program(path)
      if (exported !== undefined) return this.#along(exported, key)
      const hint = 'Give --allow-code, or run serverless package and give .serverless/cloudformation-template-update-stack.json.'
      return { kind: 'unresolved', text: `\${file(${name})}`, why: 'which is a program', hint, place }
    }
    if (this.#scope.sources.files.kindOf(path) === undefined) return undefined
    return this.#along(this.#scope.sources.document(path), key)
  }
}

/** A source, with something behind it. `AWS::Region` is none. */
function isVariable(inside: string): boolean {
  return !inside.includes('::') && /^\s*[a-zA-Z][\w-]*(\([^)]*\)|:)/.test(inside)
}

function outside(part: string, place: Place): Tree {
  const text = part.trim()
  return {
    kind: 'unresolved',
    text: `\${${text}}`,
    why: 'which only the framework can look up',
    hint: `Give --resolve ${text}=VALUE.`,
    place,
  }
}

function textTree(text: string | undefined, place: Place): Tree | undefined {
  return text === undefined ? undefined : scalarOf(text, place)
}

/** By commas that stand outside of quotes and brackets. */
function partsOf(inside: string): readonly string[] {
  return (inside.match(/(?:'[^']*'|"[^"]*"|\([^)]*\)|[^,])+/g) ?? []).map((part) => part.trim())
}

function literalOf(part: string, place: Place): Tree | undefined {
  const [, , quoted] = /^(['"])(.*)\1$/.exec(part) ?? []
  if (quoted !== undefined) return scalarOf(quoted, place)
  if (/^-?\d+(\.\d+)?$/.test(part)) return { kind: 'scalar', value: Number(part), source: part, place }
  if (part === 'null') return scalarOf(null, place)
  if (part === 'true' || part === 'false') return scalarOf(part === 'true', place)
  // What a variable inside of this one made of it.
  return isVariable(part) ? undefined : scalarOf(part, place)
}
