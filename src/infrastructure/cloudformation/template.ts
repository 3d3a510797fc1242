/** A template with all that its functions may ask for: parameters, conditions, mappings, names of tables, other stacks. */
import { partitionOf, tableArn } from '../../api/table-name.ts'
import { memberOf, membersOf, type Place, SourceFault, scalarOf, type Tree, textOf, type Unresolved } from '../documents/tree.ts'
import { type Collected, madeName } from '../tables/collected.ts'
import { expandLoops } from './expand-loops.ts'
import { Functions, type Scope } from './functions.ts'
import { parameterValue } from './stack-parameters.ts'

export interface TemplateOrigin {
  /** The file. */
  readonly file: string
  readonly stackName: string
  /** Before the ids of its resources: `Nested.`. */
  readonly prefix: string
  /** By name: what the stack around this one says, or what was typed. */
  readonly given: ReadonlyMap<string, Tree>
  /** What other stacks of this import export. */
  readonly exported: (name: string) => Tree | undefined
  /** What a table is called for the names that are made, by its id. */
  readonly callName?: ((id: string) => string | undefined) | undefined
  /** What is unknown elsewhere: the environment of the assembly. */
  readonly region?: string | undefined
}

const tableKinds =
  /^(AWS::DynamoDB::(Table|GlobalTable)|AWS::Serverless::SimpleTable|Custom::AmplifyDynamoDBTable|Custom::ImportedAmplifyDynamoDBTable)$/

export function isTableKind(kind: string): boolean {
  return tableKinds.test(kind)
}

export class Template implements Scope {
  readonly origin: TemplateOrigin
  readonly functions: Functions = new Functions(this)
  readonly nested: Map<string, Template> = new Map()
  readonly region: string
  readonly account: string
  readonly #collected: Collected
  readonly #root: Tree
  readonly #parameters = new Map<string, Tree>()
  readonly #conditions = new Map<string, boolean | Unresolved | 'open'>()
  readonly #names = new Map<string, Tree | 'open'>()
  readonly #outputs = new Map<string, Tree | 'open' | undefined>()
  #exports: Map<string, string> | undefined

  constructor(root: Tree, origin: TemplateOrigin, collected: Collected) {
    this.origin = origin
    this.#collected = collected
    this.region = origin.region ?? collected.options.region
    this.account = collected.options.account
    this.#root = root
    this.#root = hasLoops(root) ? expandLoops(root, (tree) => this.#collection(tree)) : root
  }

  get root(): Tree {
    return this.#root
  }

  get resources(): ReadonlyMap<string, Tree> {
    return membersOf(memberOf(this.#root, 'Resources'))
  }

  kindOf(id: string): string {
    return textOf(memberOf(this.resources.get(id), 'Type')) ?? ''
  }

  ref(name: string, place: Place): Tree | undefined {
    if (name === 'AWS::NoValue') return undefined
    if (name.startsWith('AWS::')) return this.#pseudo(name, place)
    const parameter = this.#parameter(name)
    if (parameter !== undefined) return parameter
    if (isTableKind(this.kindOf(name))) return this.tableName(name, place)
    if (!this.resources.has(name)) throw new SourceFault(place, `the template has nothing called ${name}.`)
    return scalarOf(name, place)
  }

  attribute(id: string, attribute: string, place: Place): Tree {
    const unknown = (why: string, hint = ''): Unresolved => ({ kind: 'unresolved', text: `!GetAtt ${id}.${attribute}`, why, hint, place })
    const nested = this.nested.get(id)
    if (nested !== undefined && attribute.startsWith('Outputs.')) {
      const name = attribute.slice('Outputs.'.length)
      return nested.output(name) ?? unknown(`which ${nested.origin.file} does not output`)
    }
    const kind = this.kindOf(id)
    if (!this.resources.has(id)) throw new SourceFault(place, `the template has nothing called ${id}.`)
    if (kind === 'AWS::Kinesis::Stream' && attribute === 'Arn')
      return scalarOf(`arn:${partitionOf(this.region)}:kinesis:${this.region}:${this.account}:stream/${id}`, place)
    if (!isTableKind(kind)) return unknown(`and ${kind || 'what it is'} is not made here`)
    const name = this.tableName(id, place)
    if (name.kind === 'unresolved' || attribute !== 'Arn') {
      return name.kind === 'unresolved' ? name : unknown('which the server gives when the table is there')
    }
    return scalarOf(tableArn({ region: this.region, account: this.account, tableName: textOf(name) ?? '' }), place)
  }

  mapping(map: string, first: string, second: string): Tree | undefined {
    return memberOf(this.#root, 'Mappings', map, first, second)
  }

  condition(name: string, place: Place): boolean | Unresolved {
    const known = this.#conditions.get(name)
    if (known === 'open') throw new SourceFault(place, `the condition ${name} depends on itself.`)
    if (known !== undefined) return known
    const tree = memberOf(this.#root, 'Conditions', name)
    if (tree === undefined) throw new SourceFault(place, `the template has no condition ${name}.`)
    this.#conditions.set(name, 'open')
    const holds = this.functions.holds(tree)
    this.#conditions.set(name, holds)
    return holds
  }

  exported(name: string, place: Place): Tree {
    const given = this.#collected.options.importValues.get(name)
    if (given !== undefined) return scalarOf(given, place)
    const found = this.origin.exported(name)
    if (found !== undefined) return found
    return {
      kind: 'unresolved',
      text: `!ImportValue ${name}`,
      why: 'which no imported stack exports',
      hint: `Give --import-value ${name}=VALUE.`,
      place,
    }
  }

  dynamic(reference: string, place: Place): Tree {
    const { resolutions } = this.#collected.options
    const [service = '', ...rest] = reference.split(':')
    const name = `${service.replace(/^ssm-secure$/, 'ssm')}:${rest.join(':')}`
    const value = resolutions.get(reference) ?? resolutions.get(name) ?? resolutions.get(name.replace(/:\d+$/, ''))
    if (value !== undefined) return scalarOf(value, place)
    return {
      kind: 'unresolved',
      text: `{{resolve:${reference}}}`,
      why: 'which only AWS knows',
      hint: `Give --resolve ${name}=VALUE.`,
      place,
    }
  }

  /** The value of one of its outputs. */
  output(name: string): Tree | undefined {
    const value = memberOf(this.#root, 'Outputs', name, 'Value')
    if (value === undefined) return undefined
    const known = this.#outputs.get(name)
    if (known === 'open') throw new SourceFault(value.place, `the output ${name} depends on itself.`)
    if (this.#outputs.has(name)) return known
    this.#outputs.set(name, 'open')
    const resolved = this.functions.resolve(value)
    this.#outputs.set(name, resolved)
    return resolved
  }

  /** What an export is, when it is one of this template's. */
  exportOf(name: string): Tree | undefined {
    if (this.#exports === undefined) {
      // While they are made, none of them is known.
      this.#exports = new Map()
      for (const [output, tree] of membersOf(memberOf(this.#root, 'Outputs'))) {
        const exportName = memberOf(tree, 'Export', 'Name')
        const text = exportName && textOf(this.functions.resolve(exportName))
        if (text !== undefined) this.#exports.set(text, output)
      }
    }
    const id = this.#exports.get(name)
    return id === undefined ? undefined : this.output(id)
  }

  /** As it is given in the file, though it be unknown, or made. */
  tableName(id: string, place: Place): Tree {
    const known = this.#names.get(id)
    if (known === 'open') throw new SourceFault(place, `the name of ${id} depends on itself.`)
    if (known !== undefined) return known
    this.#names.set(id, 'open')
    const named = this.resources.get(id)
    const given = memberOf(named, 'Properties', 'TableName') ?? memberOf(named, 'Properties', 'tableName')
    const { options } = this.#collected
    const whole = `${this.origin.prefix}${id}`
    const resolved = options.names.has(whole) || given === undefined ? undefined : this.functions.resolve(given)
    const isGiven = textOf(resolved) !== undefined || resolved?.kind === 'unresolved'
    const name = isGiven && resolved !== undefined ? resolved : scalarOf(this.#madeName(id, whole), place)
    this.#names.set(id, name)
    return name
  }

  #madeName(id: string, whole: string): string {
    const { options } = this.#collected
    return options.names.get(whole) ?? madeName(this.origin.callName?.(id) ?? whole, this.origin.stackName, options)
  }

  #parameter(name: string): Tree | undefined {
    const known = this.#parameters.get(name)
    if (known !== undefined) return known
    const found = parameterValue(this.#root, name, this.origin.given.get(name), this.#collected.options)
    if (found === undefined) return undefined
    if (found.doubt !== undefined) this.#collected.note(found.value, `Parameters.${name}`, found.doubt, false)
    this.#parameters.set(name, found.value)
    return found.value
  }

  /** For loops, which are written out before there is anything else. */
  #collection(tree: Tree): readonly string[] | undefined {
    const value = this.functions.resolve(tree)
    return value?.kind === 'list' ? value.elements.map((each) => textOf(each) ?? '') : undefined
  }

  #pseudo(name: string, place: Place): Tree {
    const { stackName } = this.origin
    const partition = partitionOf(this.region)
    const values: { readonly [name: string]: string } = {
      'AWS::AccountId': this.account,
      'AWS::Region': this.region,
      'AWS::Partition': partition,
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:${partition}:cloudformation:${this.region}:${this.account}:stack/${stackName}/00000000-0000-0000-0000-000000000000`,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    }
    if (name === 'AWS::NotificationARNs') return { kind: 'list', elements: [], place }
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new SourceFault(place, `CloudFormation has nothing called ${name}.`)
    return scalarOf(value, place)
  }
}

function hasLoops(root: Tree): boolean {
  const transform = memberOf(root, 'Transform')
  const names = transform?.kind === 'list' ? transform.elements.map((each) => textOf(each)) : [textOf(transform)]
  return names.includes('AWS::LanguageExtensions')
}
