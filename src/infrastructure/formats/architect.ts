/**
 * Apps of Architect, in their own language or as JSON and YAML:
 *
 *     app.arc  = { "@" pragma { entry } }           # begins a comment
 *     entry    = name { "  " property }
 *     property = name value …
 */
import { elementsOf, fieldsOf, memberOf, membersOf, type Place, scalarOf, type Tree, textOf } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { tableOf } from '../tables/table-of.ts'
import { attributeDefinition, keyElement, listOf, made } from './members.ts'

/** The tree that JSON would be. */
export function parseArc(text: string, file: string): Tree {
  const pragmas = new Map<string, Tree[]>()
  let entries: Tree[] = []
  let open: { readonly name: string; readonly place: Place; readonly properties: (readonly [string, Tree])[] } | undefined
  const close = (): void => {
    if (open !== undefined) entries.push(fieldsOf([[open.name, fieldsOf(open.properties, open.place)]], open.place))
    open = undefined
  }
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/)
    const place = { file, line: at + 1 }
    const [first = '', ...rest] = words
    if (first === '') continue
    if (first.startsWith('@')) {
      close()
      entries = []
      pragmas.set(first.slice(1), entries)
    } else if (/^\s/.test(line) && open !== undefined) open.properties.push([first, scalarOf(rest.join(' '), place)])
    else {
      close()
      open = { name: first, place, properties: [] }
    }
  }
  close()
  const place = { file, line: 0 }
  return fieldsOf(
    [...pragmas].map(([name, each]) => [name, listOf(place, each)] as const),
    place,
  )
}

interface Entry {
  readonly name: string
  readonly place: Place
  readonly properties: ReadonlyMap<string, Tree>
}

export function readArchitect(tree: Tree, collected: Collected): void {
  const app = nameOfApp(memberOf(tree, 'app'))
  const indexes = [...entriesOf(memberOf(tree, 'tables-indexes')), ...entriesOf(memberOf(tree, 'indexes'))]
  const streams = new Set(entriesOf(memberOf(tree, 'tables-streams')).map(({ name }) => name))
  for (const table of entriesOf(memberOf(tree, 'tables')))
    readTable(table, { app, indexes, isStreamed: streams.has(table.name) }, collected)
  for (const { name, place } of entriesOf(memberOf(tree, 'tables-streams'))) {
    collected.note({ place }, `${name}.stream`, 'Stator runs no functions yet; the table has the stream')
  }
  const local = memberOf(tree, 'tables-local-indexes')
  if (local !== undefined) collected.note(local, 'tables-local-indexes', 'they are of a plugin, and are not read')
}

function nameOfApp(tree: Tree | undefined): string {
  const [first] = elementsOf(tree)
  return textOf(tree) ?? textOf(first) ?? [...membersOf(first).keys()][0] ?? 'app'
}

/** A list of maps of one member, a map, or names alone. */
function entriesOf(tree: Tree | undefined): readonly Entry[] {
  const all = tree?.kind === 'list' ? tree.elements : tree?.kind === 'map' ? [tree] : []
  return all.flatMap((each): readonly Entry[] => {
    const name = textOf(each)
    if (name !== undefined) return [{ name, place: each.place, properties: new Map() }]
    return [...membersOf(each)].map(([key, value]) => ({ name: key, place: value.place, properties: membersOf(value) }))
  })
}

interface Around {
  readonly app: string
  readonly indexes: readonly Entry[]
  readonly isStreamed: boolean
}

function readTable({ name, place, properties }: Entry, { app, indexes, isStreamed }: Around, collected: Collected): void {
  const own = indexes.filter((each) => each.name === name)
  const definitions = new Map<string, Tree>()
  for (const each of [properties, ...own.map((index) => index.properties)]) {
    for (const { attribute, type } of keysIn(each)) definitions.set(textOf(attribute) ?? '', attributeDefinition(attribute, type))
  }
  const ttl = [...properties].find(([, value]) => textOf(value) === 'TTL')
  const encrypt = properties.get('encrypt')
  const isKey = encrypt !== undefined && !/^(true|false)$/.test(textOf(encrypt) ?? '')
  const recovery = properties.get('PointInTimeRecovery')
  const globals = own.map(indexOf)
  tableOf(
    {
      id: name,
      place,
      // As its sandbox calls them.
      madeName: `${app}-${collected.options.stage ?? 'staging'}-${name}`,
      members: made(place, {
        KeySchema: keySchemaOf(properties, place),
        AttributeDefinitions: listOf(place, [...definitions.values()]),
        BillingMode: scalarOf('PAY_PER_REQUEST', place),
        GlobalSecondaryIndexes: globals.length === 0 ? undefined : listOf(place, globals),
        StreamSpecification: isStreamed
          ? made(place, { StreamEnabled: scalarOf(true, place), StreamViewType: scalarOf('NEW_AND_OLD_IMAGES', place) })
          : undefined,
        SSESpecification:
          encrypt === undefined || textOf(encrypt) === 'false'
            ? undefined
            : made(place, { Enabled: scalarOf(true, place), KMSMasterKeyId: isKey ? encrypt : undefined }),
      }),
      ttl: ttl === undefined ? null : made(place, { Enabled: scalarOf(true, place), AttributeName: scalarOf(ttl[0], ttl[1].place) }),
      recovery: recovery === undefined ? null : made(place, { PointInTimeRecoveryEnabled: recovery }),
    },
    collected,
  )
}

interface Key {
  readonly attribute: Tree
  readonly type: Tree
  readonly keyType: 'HASH' | 'RANGE'
}

/** `*String` and `**Number`. */
function keysIn(properties: ReadonlyMap<string, Tree>): readonly Key[] {
  return [...properties].flatMap(([name, value]) => {
    const [, stars, type] = /^(\*{1,2})(String|Number|Binary)$/i.exec(textOf(value) ?? '') ?? []
    if (stars === undefined || type === undefined) return []
    const letter = scalarOf(type.slice(0, 1).toUpperCase(), value.place)
    return [{ attribute: scalarOf(name, value.place), type: letter, keyType: stars === '*' ? ('HASH' as const) : ('RANGE' as const) }]
  })
}

function keySchemaOf(properties: ReadonlyMap<string, Tree>, place: Place): Tree {
  const keys = keysIn(properties).toSorted((a, b) => (a.keyType < b.keyType ? -1 : 1))
  return listOf(
    place,
    keys.map(({ attribute, keyType }) => keyElement(attribute, keyType)),
  )
}

function indexOf({ place, properties }: Entry): Tree {
  const keys = keysIn(properties).toSorted((a, b) => (a.keyType < b.keyType ? -1 : 1))
  const byDefault = `${keys.map(({ attribute }) => textOf(attribute)).join('-')}-index`
  const projected = properties.get('projection')
  const words =
    projected?.kind === 'list' ? projected.elements.map((each) => textOf(each) ?? '') : (textOf(projected) ?? 'all').split(/\s+/)
  const type = words[0] === 'all' ? 'ALL' : words[0] === 'keys' ? 'KEYS_ONLY' : 'INCLUDE'
  return made(place, {
    IndexName: properties.get('name') ?? scalarOf(byDefault, place),
    KeySchema: keySchemaOf(properties, place),
    Projection: made(place, {
      ProjectionType: scalarOf(type, place),
      NonKeyAttributes:
        type === 'INCLUDE'
          ? listOf(
              place,
              words.map((each) => scalarOf(each, place)),
            )
          : undefined,
    }),
  })
}
