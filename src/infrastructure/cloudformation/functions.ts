/**
 * CloudFormation's functions over what a template says. They are pure but for what `Scope` knows; whatever depends on something unknown is
 * `unresolved`, and what `AWS::NoValue` takes away is undefined.
 */
import {
  elementsOf,
  type Fields,
  membersOf,
  numberOf,
  type Place,
  plainOf,
  SourceFault,
  scalarOf,
  type Tree,
  textOf,
  truthOf,
  type Unresolved,
  unresolvedIn,
} from '../documents/tree.ts'
import { madeTextLengthMax, resolvingDepthMax } from '../limits.ts'
import { cidrBlocks } from './cidr-blocks.ts'

/** What a template, its parameters and its neighbours say. */
export interface Scope {
  readonly region: string
  /** Undefined: nothing, which is AWS::NoValue. */
  ref(name: string, place: Place): Tree | undefined
  attribute(id: string, attribute: string, place: Place): Tree
  mapping(map: string, first: string, second: string): Tree | undefined
  condition(name: string, place: Place): boolean | Unresolved
  exported(name: string, place: Place): Tree
  /** `{{resolve:…}}`, without the braces. */
  dynamic(reference: string, place: Place): Tree
}

type Resolved = Tree | undefined

export class Functions {
  readonly #scope: Scope
  #depth = 0

  constructor(scope: Scope) {
    this.#scope = scope
  }

  /** Throws SourceFault for functions that are written wrong. */
  resolve(tree: Tree): Resolved {
    if (tree.kind === 'unresolved') return tree
    if (tree.kind === 'scalar') return typeof tree.value === 'string' && tree.value.includes('{{resolve:') ? this.#dynamic(tree) : tree
    this.#depth += 1
    if (this.#depth > resolvingDepthMax) throw new SourceFault(tree.place, 'its functions stand too deep inside each other.')
    try {
      if (tree.kind === 'list') {
        const elements = tree.elements.map((each) => this.resolve(each)).filter((each) => each !== undefined)
        return { ...tree, elements }
      }
      const [first, more] = tree.members
      if (first !== undefined && more === undefined) {
        const [name, argument] = first
        if (name === 'Ref') return usedAt(tree.place, this.#scope.ref(needText(argument, 'Ref'), argument.place))
        if (name.startsWith('Fn::')) return usedAt(tree.place, this.#call(name.slice(4), argument, tree.place))
      }
      return this.#fields(tree)
    } finally {
      this.#depth -= 1
    }
  }

  /** Of what stands for a condition. */
  holds(tree: Tree): boolean | Unresolved {
    const [first, more] = membersOf(tree)
    if (first === undefined || more !== undefined) {
      const truth = truthOf(tree)
      if (truth !== undefined) return truth
      if (tree.kind === 'unresolved') return tree
      throw new SourceFault(tree.place, 'it is no condition.')
    }
    const [name, argument] = first
    switch (name) {
      case 'Condition':
        return this.#scope.condition(needText(argument, name), argument.place)
      case 'Fn::Equals':
        return this.#equals(argument)
      case 'Fn::Not':
        return this.#not(argument)
      case 'Fn::And':
        return this.#several(argument, false)
      case 'Fn::Or':
        return this.#several(argument, true)
      default: {
        const value = this.resolve(tree)
        if (value?.kind === 'unresolved') return value
        const truth = truthOf(value)
        if (truth === undefined) throw new SourceFault(tree.place, `${name} is no condition.`)
        return truth
      }
    }
  }

  #fields(tree: Fields): Fields {
    const members = new Map<string, Tree>()
    for (const [name, member] of tree.members) {
      const value = this.resolve(member)
      if (value !== undefined) members.set(name, value)
    }
    return { ...tree, members }
  }

  #call(name: string, argument: Tree, place: Place): Resolved {
    switch (name) {
      case 'If':
        return this.#if(argument)
      case 'Equals':
      case 'And':
      case 'Or':
      case 'Not': {
        const holds = this.holds({ kind: 'map', members: new Map([[`Fn::${name}`, argument]]), place })
        return typeof holds === 'boolean' ? scalarOf(holds, place) : holds
      }
      case 'GetAtt':
        return this.#attribute(argument)
      case 'Sub':
        return this.#sub(argument)
      case 'FindInMap':
        return this.#findInMap(argument)
      case 'GetAZs':
        return this.#zones(argument)
      default:
        return this.#pure(name, argument, place)
    }
  }

  /** What needs its arguments as a whole. */
  #pure(name: string, argument: Tree, place: Place): Resolved {
    const given = this.resolve(argument) ?? scalarOf(null, place)
    // Of a list only the element that is chosen must be known.
    const unknown = name === 'Select' ? unresolvedSelect(given) : unresolvedIn(given)
    if (unknown !== undefined) return unknown
    switch (name) {
      case 'Join':
        return this.#join(given)
      case 'Split':
        return split(given)
      case 'Select':
        return select(given)
      case 'Base64':
        return scalarOf(base64(needText(given, 'Fn::Base64')), place)
      case 'Length':
        return scalarOf(needList(given, 'Fn::Length').length, place)
      case 'ToJsonString':
        return scalarOf(JSON.stringify(plainOf(given)), place)
      case 'Cidr':
        return cidr(given)
      case 'ImportValue':
        return this.#scope.exported(needText(given, 'Fn::ImportValue'), place)
      case 'GetStackOutput':
        return stackOutput(given)
      default:
        return {
          kind: 'unresolved',
          text: `Fn::${name}`,
          why: 'which only CloudFormation can work out',
          hint: 'Process it first, as aws cloudformation package does, or give the processed template.',
          place,
        }
    }
  }

  /** Only the branch that is taken is looked at. */
  #if(argument: Tree): Resolved {
    const [condition, yes, no] = needList(argument, 'Fn::If', 3)
    const name = needText(condition as Tree, 'Fn::If')
    const holds = this.#scope.condition(name, argument.place)
    if (typeof holds !== 'boolean') return holds
    return this.resolve((holds ? yes : no) as Tree)
  }

  #equals(argument: Tree): boolean | Unresolved {
    const [left, right] = needList(argument, 'Fn::Equals', 2).map((each) => this.resolve(each) ?? scalarOf(null, argument.place))
    const unknown = unresolvedIn(left) ?? unresolvedIn(right)
    if (unknown !== undefined) return unknown
    const text = (tree: Tree | undefined): string => textOf(tree) ?? JSON.stringify(tree === undefined ? null : plainOf(tree))
    return text(left) === text(right)
  }

  #not(argument: Tree): boolean | Unresolved {
    const holds = this.holds(needList(argument, 'Fn::Not', 1)[0] as Tree)
    return typeof holds === 'boolean' ? !holds : holds
  }

  /** One that decides does, whatever is unknown beside it. */
  #several(argument: Tree, decisive: boolean): boolean | Unresolved {
    let unknown: Unresolved | undefined
    for (const each of needList(argument, decisive ? 'Fn::Or' : 'Fn::And')) {
      const holds = this.holds(each)
      if (holds === decisive) return decisive
      if (typeof holds !== 'boolean') unknown ??= holds
    }
    return unknown ?? !decisive
  }

  #attribute(argument: Tree): Tree {
    const whole = textOf(argument)
    const parts = whole === undefined ? needList(argument, 'Fn::GetAtt').map((each) => this.resolve(each)) : []
    const unknown = parts.find((each) => each?.kind === 'unresolved')
    if (unknown?.kind === 'unresolved') return unknown
    const [id = '', ...attribute] = whole === undefined ? parts.map((each) => textOf(each) ?? '') : whole.split('.')
    return this.#scope.attribute(id, attribute.join('.'), argument.place)
  }

  #sub(argument: Tree): Tree {
    const [pattern, given] = argument.kind === 'list' ? needList(argument, 'Fn::Sub', 2) : [argument]
    const variables = membersOf(given)
    const { place } = argument
    let unknown: Unresolved | undefined
    const text = needText(pattern as Tree, 'Fn::Sub').replaceAll(/\$\{([^}]*)\}/g, (whole, inside: string) => {
      if (inside.startsWith('!')) return `\${${inside.slice(1)}}`
      const name = inside.trim()
      const variable = variables.get(name)
      const dot = name.indexOf('.')
      const value =
        variable !== undefined
          ? this.resolve(variable)
          : dot < 0
            ? this.#scope.ref(name, place)
            : this.#scope.attribute(name.slice(0, dot), name.slice(dot + 1), place)
      if (value?.kind === 'unresolved') unknown ??= value
      const made = textOf(value)
      if (made === undefined && value?.kind !== 'unresolved') throw new SourceFault(place, `\${${name}} is no text.`)
      return made ?? whole
    })
    return unknown ?? this.#made(text, place)
  }

  #join(given: Tree): Tree {
    const [delimiter, parts] = needList(given, 'Fn::Join', 2) as [Tree, Tree]
    const texts = needList(parts, 'Fn::Join').map((each) => needText(each, 'Fn::Join'))
    return this.#made(texts.join(needText(delimiter, 'Fn::Join')), given.place)
  }

  /** A text, which may have a dynamic reference in it now. */
  #made(text: string, place: Place): Tree {
    if (text.length > madeTextLengthMax) throw new SourceFault(place, `it makes a text of more than ${madeTextLengthMax} letters.`)
    const tree = scalarOf(text, place)
    return text.includes('{{resolve:') ? this.#dynamic(tree) : tree
  }

  #findInMap(argument: Tree): Resolved {
    const [mapGiven, firstGiven, secondGiven, more] = needList(argument, 'Fn::FindInMap')
    const [map, first, second] = [mapGiven, firstGiven, secondGiven].map((each) => each && this.resolve(each))
    const unknown = unresolvedIn(map) ?? unresolvedIn(first) ?? unresolvedIn(second)
    const [mapName = '', firstKey = '', secondKey = ''] = [map, first, second].map((each) => textOf(each) ?? '')
    const found = unknown === undefined ? this.#scope.mapping(mapName, firstKey, secondKey) : undefined
    if (found !== undefined) return found
    const otherwise = membersOf(more).get('DefaultValue')
    if (otherwise !== undefined) return this.resolve(otherwise)
    return (
      unknown ?? {
        kind: 'unresolved',
        text: `!FindInMap [${mapName}, ${firstKey}, ${secondKey}]`,
        why: 'which the template does not map',
        hint: '',
        place: argument.place,
      }
    )
  }

  #zones(argument: Tree): Tree {
    const given = this.resolve(argument)
    if (given?.kind === 'unresolved') return given
    const region = textOf(given) || this.#scope.region
    return {
      kind: 'list',
      elements: ['a', 'b', 'c'].map((letter) => scalarOf(`${region}${letter}`, argument.place)),
      place: argument.place,
    }
  }

  #dynamic(tree: Tree & { readonly kind: 'scalar' }): Tree {
    let unknown: Unresolved | undefined
    const text = String(tree.value).replaceAll(/\{\{resolve:([^}]*)\}\}/g, (whole, reference: string) => {
      const value = this.#scope.dynamic(reference, tree.place)
      if (value.kind === 'unresolved') unknown ??= value
      return textOf(value) ?? whole
    })
    return unknown ?? scalarOf(text, tree.place)
  }
}

/** What is unknown is told where it is used. */
function usedAt(place: Place, value: Resolved): Resolved {
  return value?.kind === 'unresolved' ? { ...value, place } : value
}

function needText(tree: Tree, name: string): string {
  const text = textOf(tree)
  if (text === undefined) throw new SourceFault(tree.place, `${name} needs a text.`)
  return text
}

function needList(tree: Tree, name: string, count?: number): readonly Tree[] {
  if (tree.kind !== 'list') throw new SourceFault(tree.place, `${name} needs a list.`)
  if (count !== undefined && tree.elements.length !== count) throw new SourceFault(tree.place, `${name} needs a list of ${count}.`)
  return tree.elements
}

function split(given: Tree): Tree {
  const [delimiter, text] = needList(given, 'Fn::Split', 2) as [Tree, Tree]
  const sign = needText(delimiter, 'Fn::Split')
  if (sign === '') throw new SourceFault(given.place, 'Fn::Split needs a delimiter.')
  const parts = needText(text, 'Fn::Split').split(sign)
  return { kind: 'list', elements: parts.map((part) => scalarOf(part, given.place)), place: given.place }
}

function unresolvedSelect(given: Tree): Unresolved | undefined {
  const [index, list] = elementsOf(given)
  const at = numberOf(index)
  return unresolvedIn(index) ?? unresolvedIn(at === undefined || list?.kind === 'unresolved' ? list : elementsOf(list)[at])
}

function select(given: Tree): Tree {
  const [index, list] = needList(given, 'Fn::Select', 2) as [Tree, Tree]
  const at = numberOf(index)
  const found = at === undefined ? undefined : needList(list, 'Fn::Select')[at]
  if (found === undefined) throw new SourceFault(given.place, `Fn::Select finds no element ${textOf(index) ?? ''}.`)
  return found
}

function cidr(given: Tree): Tree {
  const [block, count, bits] = needList(given, 'Fn::Cidr')
  const blocks = cidrBlocks(textOf(block) ?? '', numberOf(count) ?? 0, numberOf(bits))
  if (blocks === undefined) throw new SourceFault(given.place, 'Fn::Cidr needs a block, a count and a number of bits that fit.')
  return { kind: 'list', elements: blocks.map((each) => scalarOf(each, given.place)), place: given.place }
}

function stackOutput(given: Tree): Tree {
  const [stack, output] = ['StackName', 'OutputName'].map((name) => textOf(membersOf(given).get(name)) ?? '')
  return {
    kind: 'unresolved',
    text: `the output ${output} of the stack ${stack}`,
    why: 'which is not among the files',
    hint: 'Write the value in its place.',
    place: given.place,
  }
}

/** Of the text in UTF-8. Browsers run this, too (decision 51). */
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
