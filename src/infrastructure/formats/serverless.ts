/** Services of the Serverless Framework: their resources are a template, once its variables are known; plugins bring items. */
import type { Stacks } from '../cloudformation/stacks.ts'
import { folderOf, joined } from '../documents/source-files.ts'
import { elementsOf, fieldsOf, memberOf, membersOf, type Tree, textOf } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { dependsOn } from '../tables/unresolved-text.ts'
import { readSeedFile } from './data-file.ts'
import { type ServerlessScope, ServerlessVariables } from './serverless-variables.ts'

/** What is to be done once all tables are known. Throws SourceFault. */
export type Later = () => void

export function readServerless(scope: ServerlessScope, stacks: Stacks, collected: Collected): Later {
  const { root, file } = scope
  const variables = new ServerlessVariables(scope)
  const part = (...path: readonly string[]): Tree | undefined => {
    const tree = memberOf(root, ...path)
    return tree && variables.resolve(tree)
  }
  const service = textOf(part('service')) ?? textOf(part('service', 'name')) ?? 'service'
  const stackName = textOf(part('provider', 'stackName')) ?? `${service}-${variables.stage}`
  const resources = part('resources')
  for (const each of resources?.kind === 'list' ? resources.elements : [resources]) {
    if (each?.kind === 'unresolved') collected.note(each, 'resources', dependsOn(each))
  }
  const template = templateOf(resources, root)
  stacks.add(template, { file, stackName, isService: true })
  for (const [name, stack] of membersOf(part('custom', 'additionalStacks'))) {
    stacks.add(stack, { file, stackName: textOf(memberOf(stack, 'StackName')) ?? `${service}-${name}-${variables.stage}`, isService: true })
  }
  noteStreams(root, collected)
  const functions = [...membersOf(memberOf(root, 'functions')).keys()].map((name) => ['functions', name])
  const environment = [['provider'], ...functions].flatMap((path) => [...membersOf(part(...path, 'environment'))])
  const settings = part('custom', 'serverless-dynamodb') ?? part('custom', 'dynamodb')
  return () => {
    noteVariables(environment, collected)
    readSeeds(memberOf(settings, 'seed'), scope, collected)
  }
}

/** One, or a list of which the maps become one; `extensions` go into the resources that they name. */
function templateOf(resources: Tree | undefined, { place }: Tree): Tree {
  const all = resources?.kind === 'list' ? resources.elements : resources === undefined ? [] : [resources]
  const merged = all.filter(({ kind }) => kind === 'map').reduce<Tree>((sum, each) => merge(sum, each), fieldsOf([], place))
  const extensions = memberOf(merged, 'extensions')
  const known = membersOf(memberOf(merged, 'Resources'))
  const ours = [...membersOf(extensions)].filter(([name]) => known.has(name))
  const extended = merge(memberOf(merged, 'Resources') ?? fieldsOf([], place), fieldsOf(ours, place))
  const members = new Map([...membersOf(merged)].filter(([name]) => name !== 'extensions'))
  return { kind: 'map', members: members.set('Resources', extended), place }
}

function merge(left: Tree, right: Tree): Tree {
  if (left.kind !== 'map' || right.kind !== 'map') return right
  const members = new Map(left.members)
  for (const [name, each] of right.members) {
    const there = members.get(name)
    members.set(name, there === undefined ? each : merge(there, each))
  }
  return { ...left, members }
}

function noteStreams(root: Tree, collected: Collected): void {
  for (const [name, each] of membersOf(memberOf(root, 'functions'))) {
    collected.other('functions')
    for (const event of elementsOf(memberOf(each, 'events'))) {
      const stream = memberOf(event, 'stream')
      const isOther =
        textOf(memberOf(stream, 'type')) === 'kinesis' || /:kinesis:/.test(textOf(stream) ?? textOf(memberOf(stream, 'arn')) ?? '')
      if (stream !== undefined && !isOther) collected.note(stream, `functions.${name}`, 'Stator runs no functions yet')
    }
  }
}

/** Texts, and references to tables of the service. */
function noteVariables(environment: readonly (readonly [name: string, value: Tree])[], collected: Collected): void {
  for (const [name, value] of environment) {
    const id = textOf(memberOf(value, 'Ref'))
    const text = id === undefined ? textOf(value) : collected.tableOf(id)?.input.TableName
    if (text !== undefined) collected.variable(name, text)
  }
}

function readSeeds(seed: Tree | undefined, { file, sources }: ServerlessScope, collected: Collected): void {
  for (const [category, each] of membersOf(seed)) {
    if (collected.options.seedSets?.has(category) === false) continue
    for (const source of elementsOf(memberOf(each, 'sources'))) {
      const table = textOf(memberOf(source, 'table')) ?? ''
      const files = ['sources', 'rawsources'].flatMap((name) => elementsOf(memberOf(source, name)))
      for (const named of files) {
        const path = joined(folderOf(file), textOf(named) ?? '')
        const isTaken = collected.seed(table, {
          place: { file: path, line: 0 },
          items: readSeedFile(path, sources, collected.keyTypesOf(table)),
        })
        if (!isTaken) collected.note(named, `seed.${category}`, `no file here makes the table ${table}`)
      }
    }
  }
}
