/** What SAM has besides CloudFormation's own: simple tables, and functions whose events are streams of tables. */
import { fieldsOf, memberOf, membersOf, scalarOf, type Tree, textOf, withMembers } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'
import { type Drafted, draftOfTable, type Resource } from './table-resource.ts'

const types: { readonly [name: string]: string } = { String: 'S', Number: 'N', Binary: 'B' }

/** AWS::Serverless::SimpleTable; `globals`: of the template, for all of them. */
export function draftOfSimpleTable(resource: Resource, globals: Tree | undefined, collected: Collected): Drafted {
  const { place, properties } = resource
  const given = membersOf(properties)
  const key = given.get('PrimaryKey')
  const name = memberOf(key, 'Name') ?? scalarOf('id', place)
  const typeName = memberOf(key, 'Type')
  const type = typeName?.kind === 'unresolved' ? typeName : scalarOf(types[textOf(typeName) ?? 'String'] ?? textOf(typeName) ?? 'S', place)
  const list = (members: readonly (readonly [string, Tree])[]): Tree => ({ kind: 'list', elements: [fieldsOf(members, place)], place })
  const throughput = given.get('ProvisionedThroughput')
  const tags = given.get('Tags')
  return draftOfTable(
    {
      ...resource,
      properties: withMembers(properties, place, {
        PrimaryKey: undefined,
        KeySchema: list([
          ['AttributeName', name],
          ['KeyType', scalarOf('HASH', place)],
        ]),
        AttributeDefinitions: list([
          ['AttributeName', name],
          ['AttributeType', type],
        ]),
        BillingMode: scalarOf(throughput === undefined ? 'PAY_PER_REQUEST' : 'PROVISIONED', place),
        SSESpecification: merged(memberOf(globals, 'SSESpecification'), given.get('SSESpecification')),
        Tags: tags === undefined ? undefined : tagList(tags),
      }),
    },
    collected,
  )
}

/** Maps become one, in which the resource wins. */
function merged(general: Tree | undefined, own: Tree | undefined): Tree | undefined {
  if (general === undefined || own === undefined) return own ?? general
  if (general.kind !== 'map' || own.kind !== 'map') return own
  return withMembers(general, own.place, Object.fromEntries(own.members))
}

/** From a map to the list of names and values that the API has. */
function tagList(tags: Tree): Tree {
  if (tags.kind !== 'map') return tags
  const elements = [...tags.members].map(([name, value]) =>
    fieldsOf(
      [
        ['Key', scalarOf(name, value.place)],
        ['Value', value],
      ],
      value.place,
    ),
  )
  return { kind: 'list', elements, place: tags.place }
}

export const noFunctions = 'Stator runs no functions yet'

/** A line for each event that is the stream of a table. */
export function noteEvents(id: string, resource: Tree, collected: Collected): void {
  for (const [name, event] of membersOf(memberOf(resource, 'Properties', 'Events'))) {
    if (textOf(memberOf(event, 'Type')) === 'DynamoDB') collected.note(event, `${id}.Events.${name}`, noFunctions)
  }
}
