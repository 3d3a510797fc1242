/**
 * The house rules as a test: floors, cycles, lengths, names, and who may touch clock, chance, environment and files
 * (docs/architecture.md). A rule that is not checked here is a wish.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { parseSync, Visitor } from 'oxc-parser'

const root = normalize(join(import.meta.dirname, '..'))

/** What each floor of src/ may import. A room inside a floor is checked by `neighbours`. */
const floors: { readonly [floor: string]: readonly string[] } = {
  base: [],
  api: ['base'],
  values: ['api', 'base'],
  storage: ['base'],
  expressions: ['values', 'api', 'base'],
  engine: ['storage', 'values', 'api', 'base'],
  operations: ['engine', 'expressions', 'values', 'api', 'base'],
  server: ['operations', 'engine', 'api', 'base'],
  cli: ['server', 'api', 'base'],
  'index.ts': ['server', 'api', 'base'],
}

/** Which rooms of engine/ and storage/ may import which: everything not named here stays apart. */
const neighbours: { readonly [room: string]: readonly string[] } = {
  'engine/engine.ts': [
    'alarms',
    'keyspace',
    'catalog',
    'changes',
    'expiry',
    'metrics',
    'partitions',
    'scaling',
    'settings.ts',
    'streams',
    'traffic',
    'transactions',
    'vectors',
  ],
  'engine/alarms': ['keyspace'],
  'engine/catalog': ['engine.ts', 'keyspace', 'jobs', 'partitions', 'streams'],
  'engine/changes': ['keyspace', 'catalog'],
  'engine/items': ['engine.ts', 'keyspace', 'catalog', 'changes', 'expiry', 'partitions', 'settings.ts', 'streams', 'traffic', 'vectors'],
  'engine/expiry': ['keyspace', 'catalog', 'changes'],
  'engine/jobs': [
    'engine.ts',
    'regions.ts',
    'keyspace',
    'catalog',
    'changes',
    'expiry',
    'items',
    'metrics',
    'partitions',
    'settings.ts',
    'streams',
    'traffic',
    'transactions',
    'vectors',
  ],
  'engine/keyspace': ['catalog'],
  'engine/metrics': ['engine.ts', 'keyspace', 'catalog', 'settings.ts', 'traffic'],
  'engine/partitions': ['engine.ts', 'keyspace', 'catalog', 'changes', 'metrics', 'settings.ts', 'streams', 'traffic'],
  'engine/scaling': ['keyspace'],
  'engine/streams': ['keyspace', 'catalog', 'changes', 'partitions'],
  'engine/traffic': ['keyspace', 'catalog', 'settings.ts'],
  'engine/transactions': ['engine.ts', 'keyspace', 'catalog', 'items', 'partitions'],
  'engine/vectors': ['keyspace', 'catalog', 'changes'],
  'storage/faulty': ['store.ts'],
  'storage/local': ['store.ts'],
  'storage/memory': ['store.ts', 'local'],
  'storage/sqlite': ['store.ts', 'local'],
}

const bannedNames = /^(utils?|helpers?|common|misc|.*-?manager|types)(\.test)?\.ts$/
const functionLinesMax = 70
const fileLinesMax = 400
/** Pure tables: longer than a file of code may be. */
const tables = /^src\/(api\/shapes\/|expressions\/reserved-words\.ts)/

interface SourceFile {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
  readonly functionLengths: readonly { readonly line: number; readonly lines: number }[]
}

const sources = filesBelow('src').map(readSource)
const codeFiles = sources.filter((file) => !file.path.endsWith('.test.ts'))

test('a floor imports only from floors below it', () => {
  const faults = codeFiles.flatMap((file) => {
    const floor = floorOf(file.path)
    return file.imports
      .map((target) => floorOf(target))
      .filter((target) => target !== floor && !(floors[floor] ?? []).includes(target))
      .map((target) => `${file.path} imports ${target}`)
  })
  assert.deepEqual(faults, [])
})

test('rooms of the engine and of the storage know only the rooms they are told', () => {
  const faults = codeFiles.flatMap((file) => {
    const room = roomOf(file.path)
    return file.imports
      .filter((target) => floorOf(target) === floorOf(file.path) && roomOf(target) !== room && room in neighbours)
      .filter((target) => !(neighbours[room] ?? []).includes(roomOf(target).split('/')[1] ?? ''))
      .map((target) => `${file.path} imports ${target}`)
  })
  assert.deepEqual(faults, [])
})

test('no file is part of an import cycle', () => {
  const importsOf = new Map(codeFiles.map((file) => [file.path, file.imports]))
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `cycle: ${[...trail, path].join(' -> ')}`)
    if (done.has(path)) return
    for (const target of importsOf.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const file of codeFiles) visit(file.path, [])
})

test('no function is longer than a screen and no file longer than four hundred lines', () => {
  const long = codeFiles
    .filter((file) => !tables.test(file.path))
    .flatMap((file) => [
      ...file.functionLengths
        .filter(({ lines }) => lines > functionLinesMax)
        .map(({ line, lines }) => `${file.path}:${line} has a function of ${lines} lines`),
      ...(file.text.split('\n').length > fileLinesMax ? [`${file.path} is longer than ${fileLinesMax} lines`] : []),
    ])
  assert.deepEqual(long, [])
})

test('file names say what is inside', () => {
  const all = [...sources.map((file) => file.path), ...['test', 'bench', 'scripts'].flatMap(filesBelow)]
  assert.deepEqual(
    all.filter((path) => bannedNames.test(basename(path))),
    [],
  )
  assert.deepEqual(
    all.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract))?\.ts$/.test(basename(path))),
    [],
  )
})

test('every file opens with a comment that says what it is', () => {
  const faults = codeFiles.filter((file) => !/^(#!.*\n)?\/\*\*/.test(file.text)).map((file) => file.path)
  assert.deepEqual(faults, [])
})

test('clock, chance, environment and files are touched only where they belong', () => {
  const outside = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|from 'node:(fs|fs\/promises|crypto)'|\bperformance\.now\(/
  const allowed = /^src\/(base\/(clock|digest|random)\.ts|storage\/|cli\/)/
  const faults = codeFiles.filter((file) => !allowed.test(file.path) && outside.test(file.text)).map((file) => file.path)
  assert.deepEqual(faults, [])
})

/** Each with its reason in docs/decisions/0009. */
const runtimeDependencies = ['aws4', 'cborg', 'fast-xml-builder']

test('the server has no runtime dependency that is not in docs/decisions', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies?: { [name: string]: string } }
  assert.deepEqual(Object.keys(manifest.dependencies ?? {}), runtimeDependencies)
})

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const parsed = parseSync(path, text)
  const modules = [
    ...parsed.module.staticImports.map((node) => node.moduleRequest.value),
    ...parsed.module.staticExports.flatMap((node) => node.entries.map((entry) => entry.moduleRequest?.value ?? '')),
  ]
  const imports = modules.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name)))
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const functionLengths: { line: number; lines: number }[] = []
  const measure = (node: { start: number; end: number }): void => {
    const line = lineOf(node.start)
    functionLengths.push({ line, lines: lineOf(node.end) - line + 1 })
  }
  new Visitor({ FunctionDeclaration: measure, FunctionExpression: measure, ArrowFunctionExpression: measure }).visit(parsed.program)
  return { path, text, imports, functionLengths }
}

function floorOf(path: string): string {
  return path.split('/')[1] ?? ''
}

/** `engine/items` for src/engine/items/read-item.ts, `engine/engine.ts` for a file that stands on the floor itself. */
function roomOf(path: string): string {
  return path.split('/').slice(1, 3).join('/')
}
