/** From the paths that were given to all tables that their files say. */
import { Stacks } from './cloudformation/stacks.ts'
import { baseName, folderOf, joined, type Sources } from './documents/source-files.ts'
import { SourceFault, type Tree } from './documents/tree.ts'
import type { ImportOptions } from './import-options.ts'
import { folderDepthMax, signatureBytes, sourceFilesMax } from './limits.ts'
import { type Format, formatOf, formats } from './recognise.ts'
import { Collected } from './tables/collected.ts'
import type { Reading } from './tables/table-spec.ts'

/** Throws SourceFault. */
export function readInfrastructure(paths: readonly string[], sources: Sources, options: ImportOptions): Reading {
  const collected = new Collected(options)
  const stacks = new Stacks(sources, collected)
  const found = paths.flatMap((path) => filesIn(path, sources, options.format))
  for (const file of found) readFile(file, { sources, stacks, collected })
  stacks.finish()
  return collected.reading
}

interface FoundFile {
  readonly path: string
  readonly format: Format
  readonly tree: Tree
}

interface Reader {
  readonly sources: Sources
  readonly stacks: Stacks
  readonly collected: Collected
}

function readFile({ path, format, tree }: FoundFile, { stacks }: Reader): void {
  switch (format) {
    case 'cloudformation':
      stacks.add(tree, { file: path })
      return
    default:
      throw new SourceFault({ file: path, line: 0 }, `it is ${formatWords[format]}, which stator apply does not read yet.`)
  }
}

const formatWords: { readonly [Name in Format]: string } = {
  cloudformation: 'a template of CloudFormation',
  cdk: 'an assembly of the CDK',
  table: 'a definition of a table',
  terraform: 'a plan or state of Terraform or OpenTofu',
  workbench: 'a model of NoSQL Workbench',
  serverless: 'a service of the Serverless Framework',
  pulumi: 'a state of Pulumi',
  architect: 'an app of Architect',
}

/** A file must be something; of a folder all that is something is read. Throws SourceFault. */
function filesIn(path: string, sources: Sources, given: string | undefined): readonly FoundFile[] {
  const whole = { file: path, line: 0 }
  const kind = sources.files.kindOf(path)
  if (kind === undefined || kind === 'outside') throw new SourceFault(whole, 'there is no such file or folder.')
  if (kind === 'file') {
    const found = fileAt(path, sources, given)
    if (found !== undefined) return [found]
    throw new SourceFault(whole, 'it is no infrastructure code that is known (docs/infrastructure.md lists what is).')
  }
  const found = [...pathsBelow(path, sources, 0)].flatMap((each) => recognised(each, sources) ?? [])
  if (found.length > 0) return found
  throw new SourceFault(whole, emptyFolder(path, sources))
}

function emptyFolder(path: string, sources: Sources): string {
  const names = sources.files.list(path)
  if (names.includes('cdk.json')) return 'there is no cdk.out: run cdk synth.'
  if (names.some((name) => name.endsWith('.tf'))) return terraformFirst
  if (names.some((name) => /^sst\.config\./.test(name))) return 'sst.config.ts is a program: deploy once, or give the state.'
  return 'nothing in there is infrastructure code that is known (docs/infrastructure.md lists what is).'
}

const documents = /\.(json|ya?ml|template)$/i
const ignored = /^(node_modules|\..*)$/

function* pathsBelow(folder: string, sources: Sources, depth: number): Generator<string> {
  let count = 0
  for (const name of sources.files.list(folder)) {
    const path = joined(folder, name)
    const kind = ignored.test(name) ? undefined : sources.files.kindOf(path)
    if (kind === 'file' && documents.test(name)) yield path
    else if (kind === 'folder' && depth < folderDepthMax) yield* pathsBelow(path, sources, depth + 1)
    count += 1
    if (count > sourceFilesMax) throw new SourceFault({ file: folder, line: 0 }, `it holds more than ${sourceFilesMax} files.`)
  }
}

/** In a folder there may be anything: what cannot be read is no infrastructure code, unless it looks like that. */
function recognised(path: string, sources: Sources): FoundFile | undefined {
  try {
    return fileAt(path, sources, undefined)
  } catch (error) {
    if (error instanceof SourceFault && /AWS::|"?Resources"?:/.test(textIn(path, sources))) throw error
    return undefined
  }
}

function textIn(path: string, sources: Sources): string {
  try {
    return sources.text(path)
  } catch {
    return ''
  }
}

/** Undefined: it is none. Throws SourceFault. */
function fileAt(path: string, sources: Sources, given: string | undefined): FoundFile | undefined {
  const place = { file: path, line: 0 }
  const head = Buffer.from(sources.bytes(path).subarray(0, signatureBytes)).toString('latin1')
  if (head.startsWith('PK'))
    throw new SourceFault(place, 'it is a zip, perhaps a plan of Terraform: run terraform show -json on it, and give what that prints.')
  if (head.startsWith('SQLite format 3'))
    throw new SourceFault(
      place,
      'it is a database of DynamoDB Local: start DynamoDB Local on it, and run stator copy http://localhost:8000#TABLE TABLE --with tables.',
    )
  if (/\.(tf|tf\.json)$/.test(path)) throw new SourceFault(place, terraformFirst)
  if (baseName(path) === 'cdk.json') throw new SourceFault(place, `give ${joined(folderOf(path), 'cdk.out')}, which cdk synth makes.`)
  const tree = sources.document(path)
  const format = formats.find((name) => name === given) ?? formatOf(tree, path)
  return format && { path, format, tree }
}

const terraformFirst = 'only Terraform reads .tf files: run terraform plan -out p && terraform show -json p > p.json, and give p.json.'
