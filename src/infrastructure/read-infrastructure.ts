/** From the paths that were given to all tables that their files say. */
import { readAssembly } from './cloudformation/read-assembly.ts'
import { Stacks } from './cloudformation/stacks.ts'
import { draftOfGlobalTable, draftOfTable } from './cloudformation/table-resource.ts'
import { baseName, folderOf, joined, type Sources } from './documents/source-files.ts'
import { SourceFault, type Tree } from './documents/tree.ts'
import { parseArc, readArchitect } from './formats/architect.ts'
import { readSeedFile } from './formats/data-file.ts'
import { type NativeResource, readPulumi } from './formats/pulumi.ts'
import { type Later, readServerless } from './formats/serverless.ts'
import { readTableJson } from './formats/table-json.ts'
import { readTerraform } from './formats/terraform.ts'
import { TerraformResources } from './formats/terraform-resources.ts'
import { readWorkbench } from './formats/workbench.ts'
import type { ImportOptions } from './import-options.ts'
import { folderDepthMax, signatureBytes, sourceFilesMax } from './limits.ts'
import { type Format, formatOf, formats, mayHaveFormat, whyNotOf } from './recognise.ts'
import { Collected } from './tables/collected.ts'
import { tableOf } from './tables/table-of.ts'
import type { Reading } from './tables/table-spec.ts'

/** Throws SourceFault. */
export function readInfrastructure(paths: readonly string[], sources: Sources, options: ImportOptions): Reading {
  const collected = new Collected(options)
  const reader = { sources, collected, stacks: new Stacks(sources, collected), terraform: new TerraformResources(collected) }
  // One that is given twice is one.
  const found = [...new Map(paths.flatMap((path) => filesIn(path, sources, options.format)).map((file) => [file.path, file])).values()]
  const later = found.flatMap((file) => readFile(file, reader) ?? [])
  reader.stacks.finish()
  reader.terraform.finish()
  for (const act of later) act()
  return collected.reading
}

interface FoundFile {
  readonly path: string
  /** Itself, not a folder that has it. */
  readonly isGiven?: true
  readonly format: Format
  readonly tree: Tree
}

interface Reader {
  readonly sources: Sources
  readonly stacks: Stacks
  readonly terraform: TerraformResources
  readonly collected: Collected
}

/** Gives back what is to be done once all tables are known. Throws SourceFault. */
function readFile(file: FoundFile, reader: Reader): Later | undefined {
  const { path, format, tree } = file
  const { stacks, terraform, collected, sources } = reader
  switch (format) {
    case 'cloudformation':
      stacks.add(tree, { file: path })
      return undefined
    case 'cdk':
      readAssembly(tree, path, reader)
      return undefined
    case 'table':
      readTableJson(tree, collected)
      return undefined
    case 'terraform':
      readTerraform(tree, terraform)
      return undefined
    case 'workbench':
      readWorkbench(tree, collected)
      return undefined
    case 'pulumi':
      readPulumi(tree, terraform, collected, (resource) => readNative(resource, collected))
      return undefined
    case 'architect':
      readArchitect(tree, collected)
      return undefined
    case 'serverless':
      return readServerless({ root: tree, file: path, sources, options: collected.options }, stacks, collected)
    case 'data':
      return () => readData(file, reader)
  }
}

function readNative({ id, kind, place, properties }: NativeResource, collected: Collected): void {
  const resource = { id, place, properties, region: collected.options.region }
  const draft = kind === 'AWS::DynamoDB::Table' ? draftOfTable(resource, collected) : draftOfGlobalTable(resource, collected)
  if (draft !== undefined) tableOf({ id, place, ...draft }, collected)
}

/** `Orders.seed.jsonl` is of the table Orders. Rows of CSV and Ion that nobody gave, and that name no table of the files, are somebody else's. */
function readData({ path, isGiven }: FoundFile, { sources, collected }: Reader): void {
  const table = baseName(path).replace(/\..*/, '')
  const place = { file: path, line: 0 }
  const isKnown = collected.tableOf(table) !== undefined
  if (!isKnown && !isGiven && /\.(csv|ion)$/.test(path) && !path.includes('.seed.')) return
  if (isKnown) collected.seed(table, { place, items: readSeedFile(path, sources, collected.keyTypesOf(table)) })
  else collected.note({ place }, table, 'no file here makes such a table: stator copy puts items into one that is there')
}

/** A file must be something; of a folder all that is something is read. Throws SourceFault. */
function filesIn(path: string, sources: Sources, given: string | undefined): readonly FoundFile[] {
  const whole = { file: path, line: 0 }
  const kind = sources.files.kindOf(path)
  if (kind === undefined || kind === 'outside') throw new SourceFault(whole, 'there is no such file or folder.')
  if (kind === 'file') {
    const found = fileAt(path, sources, given)
    if (found !== undefined) return [{ ...found, isGiven: true }]
    throw new SourceFault(whole, 'it is no infrastructure code that is known (docs/infrastructure.md lists what is).')
  }
  const found = [...pathsBelow(path, sources, { depth: 0, counted: { files: 0 } })].flatMap((each) => recognised(each, sources) ?? [])
  if (found.length > 0) return found
  throw new SourceFault(whole, emptyFolder(path, sources))
}

function emptyFolder(path: string, sources: Sources): string {
  const names = sources.files.list(path)
  if (names.includes('cdk.json')) return 'there is no cdk.out: run cdk synth.'
  if (names.some((name) => name.endsWith('.tf'))) return terraformFirst
  if (names.some((name) => serverlessProgram.test(name))) return `serverless.js is a program: ${packagedFirst}`
  if (names.some((name) => /^sst\.config\./.test(name))) return 'sst.config.ts is a program: deploy once, or give the state.'
  return 'nothing in there is infrastructure code that is known (docs/infrastructure.md lists what is).'
}

const documents = /\.(json|ya?ml|template|arc|jsonl|ndjson|csv|ion)$/i
const dataFile = /\.(jsonl|ndjson|csv|ion)$/
const ignored = /^(node_modules|\..*)$/

/** By its name: whether a file of a folder is looked at. */
export function isReadOfFolders(name: string): boolean {
  return !ignored.test(name) && (documents.test(name) || serverlessProgram.test(name))
}

interface Looking {
  readonly depth: number
  /** In all folders. */
  readonly counted: { files: number }
}

function* pathsBelow(folder: string, sources: Sources, { depth, counted }: Looking): Generator<string> {
  const names = sources.files.list(folder)
  const whole = names.find((name) => isWhole(name, folder, sources))
  if (whole !== undefined) {
    yield joined(folder, whole)
    return
  }
  for (const name of names) {
    const path = joined(folder, name)
    const kind = ignored.test(name) ? undefined : sources.files.kindOf(path)
    if (kind === 'file' && documents.test(name)) yield path
    else if (kind === 'folder' && depth < folderDepthMax) yield* pathsBelow(path, sources, { depth: depth + 1, counted })
    counted.files += 1
    if (counted.files > sourceFilesMax) throw new SourceFault({ file: folder, line: 0 }, `it holds more than ${sourceFilesMax} files.`)
  }
}

/** Whether the file says what the others beside it are for. */
function isWhole(name: string, folder: string, sources: Sources): boolean {
  if (/^serverless\.(ya?ml|json)$/.test(name)) return true
  if (sources.files.run !== undefined && serverlessProgram.test(name)) return true
  return name === 'manifest.json' && /"artifacts"/.test(textIn(joined(folder, name), sources))
}

/** In a folder there may be anything: what cannot be read is no infrastructure code, unless it looks like that. */
function recognised(path: string, sources: Sources): FoundFile | undefined {
  if (/\.(json|ya?ml|template)$/i.test(path) && !mayHaveFormat(textIn(path, sources))) return undefined
  try {
    return fileAt(path, sources, undefined)
  } catch (error) {
    if (error instanceof SourceFault && (serverlessProgram.test(path) || /AWS::|"?Resources"?:/.test(textIn(path, sources)))) throw error
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
  const head = String.fromCharCode(...sources.bytes(path).subarray(0, signatureBytes))
  if (head.startsWith('PK'))
    throw new SourceFault(place, 'it is a zip, perhaps a plan of Terraform: run terraform show -json on it, and give what that prints.')
  if (head.startsWith('SQLite format 3'))
    throw new SourceFault(
      place,
      'it is a database of DynamoDB Local: start DynamoDB Local on it, and run stator copy http://localhost:8000#TABLE TABLE --with tables.',
    )
  if (/\.(tf|tf\.json)$/.test(path)) throw new SourceFault(place, terraformFirst)
  if (dataFile.test(path)) return { path, format: 'data', tree: { kind: 'map', members: new Map(), place } }
  if (/\.arc$/.test(path)) return { path, format: 'architect', tree: parseArc(sources.text(path), path) }
  if (serverlessProgram.test(path)) {
    const tree = sources.program(path)
    if (tree === undefined) throw new SourceFault(place, `it is a program: ${packagedFirst}`)
    return { path, format: 'serverless', tree }
  }
  if (baseName(path) === 'cdk.json') throw new SourceFault(place, `give ${joined(folderOf(path), 'cdk.out')}, which cdk synth makes.`)
  const tree = sources.document(path)
  const said = formats.find((name) => name === given)
  const whyNot = said && whyNotOf(said, tree, path)
  if (whyNot !== undefined) throw new SourceFault(place, whyNot)
  const format = said ?? formatOf(tree, path)
  return format && { path, format, tree }
}

const serverlessProgram = /(^|\/)serverless\.[cm]?[jt]s$/
const packagedFirst = 'give --allow-code, or run serverless package and give .serverless/cloudformation-template-update-stack.json.'
const terraformFirst = 'only Terraform reads .tf files: run terraform plan -out p && terraform show -json p > p.json, and give p.json.'
