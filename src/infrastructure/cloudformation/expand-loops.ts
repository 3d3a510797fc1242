/**
 * `Fn::ForEach::Name: [Id, Collection, {Key${Id}: body}]` written out, before anything else of a template is looked at: `${Id}` and `&{Id}`
 * in names and values become each element, `&{Id}` without what is no letter or digit.
 */
import { elementsOf, type Fields, SourceFault, scalarOf, type Tree, textOf } from '../documents/tree.ts'
import { loopElementsMax, loopLettersMax, loopValuesMax } from '../limits.ts'

/** Of a `Ref` to a list. Undefined when it is none. */
export type CollectionOf = (tree: Tree) => readonly string[] | undefined

/** Throws SourceFault. */
export function expandLoops(tree: Tree, collectionOf: CollectionOf): Tree {
  return new Loops(collectionOf).expand(tree, new Map())
}

class Loops {
  readonly #collectionOf: CollectionOf
  #made = 0
  #values = 0
  #letters = 0

  constructor(collectionOf: CollectionOf) {
    this.#collectionOf = collectionOf
  }

  expand(tree: Tree, variables: ReadonlyMap<string, string>): Tree {
    if (variables.size > 0) this.#values += 1
    if (this.#values > loopValuesMax) throw new SourceFault(tree.place, `its loops make more than ${loopValuesMax} values.`)
    switch (tree.kind) {
      case 'scalar':
        return typeof tree.value === 'string' ? scalarOf(this.#replaced(tree.value, variables, tree), tree.place) : tree
      case 'list':
        return { ...tree, elements: tree.elements.map((each) => this.expand(each, variables)) }
      case 'map':
        return this.#fields(tree, variables)
      case 'unresolved':
        return tree
    }
  }

  #fields(tree: Fields, variables: ReadonlyMap<string, string>): Tree {
    const [only, more] = tree.members
    const variable = only?.[0] === 'Ref' && more === undefined ? variables.get(textOf(only[1]) ?? '') : undefined
    if (variable !== undefined) return scalarOf(variable, tree.place)
    const members = new Map<string, Tree>()
    for (const [name, member] of tree.members) {
      if (!name.startsWith('Fn::ForEach::')) {
        members.set(this.#replaced(name, variables, member), this.expand(member, variables))
        continue
      }
      for (const [made, body] of this.#loop(member, variables)) {
        if (members.has(made)) throw new SourceFault(member.place, `${name} makes ${made} twice.`)
        members.set(made, body)
      }
    }
    return { ...tree, members }
  }

  #replaced(text: string, variables: ReadonlyMap<string, string>, { place }: Tree): string {
    const made = replaced(text, variables)
    if (variables.size > 0) this.#letters += made.length
    if (this.#letters > loopLettersMax) throw new SourceFault(place, `its loops make more than ${loopLettersMax} letters.`)
    return made
  }

  *#loop(loop: Tree, variables: ReadonlyMap<string, string>): Generator<readonly [string, Tree]> {
    const [named, collection, body] = elementsOf(loop)
    const id = textOf(named)
    if (id === undefined || collection === undefined || body?.kind !== 'map') {
      throw new SourceFault(loop.place, 'Fn::ForEach needs a name, a collection and what is made of each element.')
    }
    const given = this.expand(collection, variables)
    const elements = given.kind === 'list' ? given.elements.map((each) => textOf(each) ?? '') : this.#collectionOf(given)
    if (elements === undefined) throw new SourceFault(loop.place, 'Fn::ForEach needs a list, or a parameter that is one and has a value.')
    for (const element of elements) {
      this.#made += 1
      if (this.#made > loopElementsMax) throw new SourceFault(loop.place, `its loops make more than ${loopElementsMax} things.`)
      const inside = new Map([...variables, [id, element]])
      yield* (this.expand(body, inside) as Fields).members
    }
  }
}

function replaced(text: string, variables: ReadonlyMap<string, string>): string {
  let made = text
  for (const [name, value] of variables) {
    made = made.replaceAll(`\${${name}}`, () => value).replaceAll(`&{${name}}`, () => value.replaceAll(/[^a-zA-Z0-9]/g, ''))
  }
  return made
}
