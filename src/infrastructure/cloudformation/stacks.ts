/** The templates of an import, those inside of others with them, and all that they say of tables. */
import { baseName, folderOf, joined, type Sources } from '../documents/source-files.ts'
import { memberOf, membersOf, SourceFault, scalarOf, type Tree, textOf } from '../documents/tree.ts'
import { nestedTemplatesMax, templatesMax } from '../limits.ts'
import type { Collected } from '../tables/collected.ts'
import { tableOf } from '../tables/table-of.ts'
import { dependsOn } from '../tables/unresolved-text.ts'
import { expandIncludes } from './expand-includes.ts'
import { readSamConfig } from './sam-config.ts'
import { ScalingResources } from './scaling-resources.ts'
import { draftOfSimpleTable, noFunctions, noteEvents } from './serverless-resources.ts'
import { type Drafted, draftOfGlobalTable, draftOfTable, type Resource } from './table-resource.ts'
import { isTableKind, Template, type TemplateOrigin } from './template.ts'
import { withCapitals } from './with-capitals.ts'

export interface StackGiven {
  readonly file: string
  readonly stackName?: string | undefined
  readonly given?: ReadonlyMap<string, Tree>
  readonly callName?: (id: string) => string | undefined
  /** The file of a nested stack, where its TemplateURL does not say it. */
  readonly nestedFile?: (resource: Tree) => string | undefined
  readonly region?: string | undefined
  /** What is typed as a parameter is not for its template alone. */
  readonly isService?: boolean
}

export class Stacks {
  readonly #sources: Sources
  readonly #collected: Collected
  readonly #templates: Template[] = []
  readonly #scaling: ScalingResources
  /** Files of stacks inside of others, which are none by themselves. */
  readonly #nestedFiles = new Set<string>()
  #takesAnyParameter = false

  constructor(sources: Sources, collected: Collected) {
    this.#sources = sources
    this.#collected = collected
    this.#scaling = new ScalingResources(collected)
  }

  /** Throws SourceFault. */
  add(root: Tree, { file, stackName, given, nestedFile, isService = false, ...more }: StackGiven): void {
    this.#takesAnyParameter ||= isService
    const { options } = this.#collected
    const kept = isService ? undefined : readSamConfig(folderOf(file), this.#sources, this.#collected)
    const sam = [...(kept?.parameters ?? [])].map(([name, value]) => [name, scalarOf(value, { file: 'samconfig.toml', line: 0 })] as const)
    const typed = [...options.parameters].map(([name, value]) => [name, scalarOf(value, { file: `--parameter ${name}`, line: 0 })] as const)
    const origin: TemplateOrigin = {
      ...more,
      file,
      stackName: options.stack ?? stackName ?? kept?.stackName ?? stackNameOf(file),
      prefix: '',
      given: new Map([...sam, ...(given ?? []), ...typed]),
      exported: (name) => this.#exported(name),
    }
    this.#addTemplate(new Template(expandIncludes(root, this.#sources), origin, this.#collected), nestedFile, 0)
  }

  /** Once all are there. Throws SourceFault. */
  finish(): void {
    this.#checkParameters()
    for (const template of this.#templates) {
      if (template.origin.prefix === '' && this.#nestedFiles.has(template.origin.file)) continue
      for (const id of template.resources.keys()) this.#resource(template, id)
    }
    this.#scaling.finish()
  }

  #addTemplate(template: Template, nestedFile: StackGiven['nestedFile'], depth: number): void {
    this.#templates.push(template)
    for (const [id, resource] of template.resources) {
      if (!/^AWS::(CloudFormation::Stack|Serverless::Application)$/.test(template.kindOf(id))) continue
      const file = nestedFile?.(resource) ?? this.#nestedFile(template, id, resource)
      if (file === undefined) continue
      if (depth >= nestedTemplatesMax || this.#templates.length >= templatesMax)
        throw new SourceFault(resource.place, 'its templates name templates without end.')
      const parameters = memberOf(resource, 'Properties', 'Parameters')
      const resolved = parameters && template.functions.resolve(parameters)
      const origin = { ...template.origin, file, prefix: `${template.origin.prefix}${id}.`, given: membersOf(resolved) }
      this.#nestedFiles.add(file)
      const root = expandIncludes(this.#sources.document(file), this.#sources)
      const nested = new Template(root, origin, this.#collected)
      template.nested.set(id, nested)
      this.#addTemplate(nested, nestedFile, depth + 1)
    }
  }

  #nestedFile(template: Template, id: string, resource: Tree): string | undefined {
    const given = memberOf(resource, 'Properties', 'TemplateURL') ?? memberOf(resource, 'Properties', 'Location')
    const resolved = given && template.functions.resolve(given)
    const location = textOf(resolved)
    if (location !== undefined && !/^[a-z0-9]+:\/\//i.test(location)) return joined(folderOf(template.origin.file), location)
    const what =
      resolved?.kind === 'unresolved'
        ? dependsOn(resolved)
        : `its template is at ${location ?? 'no place that is known'}, and only files are read`
    this.#collected.note(resource, `${template.origin.prefix}${id}`, what)
    return undefined
  }

  /** What was typed must be a parameter of one of them. */
  #checkParameters(): void {
    if (this.#templates.length === 0 || this.#takesAnyParameter) return
    for (const name of this.#collected.options.parameters.keys()) {
      const isKnown = this.#templates.some(({ root }) => memberOf(root, 'Parameters', name) !== undefined)
      if (!isKnown) throw new SourceFault({ file: `--parameter ${name}`, line: 0 }, 'no template has such a parameter.')
    }
  }

  #exported(name: string): Tree | undefined {
    for (const template of this.#templates) {
      const found = template.exportOf(name)
      if (found !== undefined) return found
    }
    return undefined
  }

  #resource(template: Template, id: string): void {
    const kind = template.kindOf(id)
    const resource = template.resources.get(id) as Tree
    const whole = { id: `${template.origin.prefix}${id}`, place: resource.place }
    if (template.nested.has(id)) return
    if (!this.#isWanted(template, id, resource)) return
    if (isTableKind(kind)) this.#table(template, id, resource)
    else if (kind === 'AWS::ApplicationAutoScaling::ScalableTarget')
      this.#scaling.target({ ...whole, properties: propertiesOf(template, resource) })
    else if (kind === 'AWS::ApplicationAutoScaling::ScalingPolicy')
      this.#scaling.policy({ ...whole, properties: propertiesOf(template, resource) }, template.origin.prefix)
    else if (kind === 'AWS::Lambda::EventSourceMapping' && namesStream(resource)) this.#collected.note(resource, whole.id, noFunctions)
    else if (kind === 'Custom::DynamoDBReplica')
      this.#collected.note(resource, whole.id, 'replicas are made by UpdateTable (docs/global-tables.md)')
    else if (!/^AWS::(CloudFormation::Stack|Serverless::Application|CDK::Metadata)$/.test(kind)) {
      this.#variables(template, resource)
      noteEvents(whole.id, resource, this.#collected)
      this.#collected.other(kind || 'no type')
    }
  }

  /** Of functions, which name the tables in them. */
  #variables(template: Template, resource: Tree): void {
    for (const owner of [memberOf(resource, 'Properties'), memberOf(template.root, 'Globals', 'Function')]) {
      const variables = memberOf(owner, 'Environment', 'Variables')
      for (const [name, value] of membersOf(variables && template.functions.resolve(variables))) {
        const text = textOf(value)
        if (text !== undefined) this.#collected.variable(name, text)
      }
    }
  }

  /** Of its condition. What is skipped, or cannot be decided, is told of tables only. */
  #isWanted(template: Template, id: string, resource: Tree): boolean {
    const name = textOf(memberOf(resource, 'Condition'))
    if (name === undefined) return true
    const holds = template.condition(name, resource.place)
    if (holds === true) return true
    const table = { id: `${template.origin.prefix}${id}`, place: resource.place }
    if (!isTableKind(template.kindOf(id))) this.#collected.other(template.kindOf(id))
    else if (holds === false) this.#collected.skip(table, `its condition ${name} does not hold`)
    else this.#collected.refuse(table, `its condition ${name} ${dependsOn(holds)}`)
    return false
  }

  #table(template: Template, id: string, resource: Tree): void {
    const { prefix } = template.origin
    const properties = propertiesOf(template, resource)
    const found: Resource = { id: `${prefix}${id}`, place: resource.place, properties, region: template.region }
    if (properties.kind === 'unresolved') {
      this.#collected.refuse(found, dependsOn(properties))
      return
    }
    const draft = this.#draft(template, template.kindOf(id), found)
    const name = template.tableName(id, resource.place)
    const isRetained = ['DeletionPolicy', 'UpdateReplacePolicy'].some((policy) => /^Retain/.test(textOf(memberOf(resource, policy)) ?? ''))
    if (draft !== undefined) tableOf({ ...found, ...draft, madeName: textOf(name), isRetained }, this.#collected)
  }

  #draft(template: Template, kind: string, resource: Resource): Drafted | undefined {
    switch (kind) {
      case 'AWS::DynamoDB::GlobalTable':
        return draftOfGlobalTable(resource, this.#collected)
      case 'AWS::Serverless::SimpleTable': {
        const globals = memberOf(template.root, 'Globals', 'SimpleTable')
        return draftOfSimpleTable(resource, globals && template.functions.resolve(globals), this.#collected)
      }
      case 'AWS::DynamoDB::Table':
        return draftOfTable(resource, this.#collected)
      default:
        return draftOfTable({ ...resource, properties: ofAmplify(resource.properties) }, this.#collected)
    }
  }
}

/** Amplify's own resource has the same properties, but for their first letters, and some that say how it goes about changes. */
function ofAmplify(properties: Tree): Tree {
  const own = /^(ServiceToken|allowDestructiveGraphqlSchemaUpdates|replaceTableUponGsiUpdate|isImported)$/
  if (properties.kind !== 'map') return properties
  return withCapitals({ ...properties, members: new Map([...properties.members].filter(([name]) => !own.test(name))) })
}

function propertiesOf(template: Template, resource: Tree): Tree {
  const properties = memberOf(resource, 'Properties')
  const resolved = properties && template.functions.resolve(properties)
  return resolved ?? { kind: 'map', members: new Map(), place: resource.place }
}

function namesStream(resource: Tree): boolean {
  const arn = memberOf(resource, 'Properties', 'EventSourceArn')
  const parts = memberOf(arn, 'Fn::GetAtt')
  const attribute = parts?.kind === 'list' ? textOf(parts.elements[1]) : textOf(parts)
  return /StreamArn$/.test(attribute ?? '') || /:dynamodb:.*\/stream\//.test(textOf(arn) ?? '')
}

/** CloudFormation makes names of it. */
function stackNameOf(file: string): string {
  const base = baseName(file).replace(/\.[^.]*$/, '')
  return (/^(template|packaged|main|index)$/.test(base) ? baseName(folderOf(file)) : base).replaceAll(/[^a-zA-Z0-9-]/g, '-') || 'stack'
}
