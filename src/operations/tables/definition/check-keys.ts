/**
 * Do the key schemas of a table and its indexes fit each other and the attribute definitions? Points 4 to 9 of the check
 * order in errors.md §5 "CreateTable". Within a point the table comes first, then local, then global indexes [I].
 */
import { invalid } from '../../../api/errors.ts'
import { indexHashAttributesMax, indexRangeAttributesMax } from '../../../api/limits.ts'
import { inHashOrder } from '../../../base/hash-order.ts'
import type { KeySchemaRequest, TableRequest } from './request.ts'

/** Throws the ValidationException of the first point that does not hold. */
export function checkKeys(request: TableRequest): void {
  checkNumberOfDefinitions(request)
  checkAllDefined(request)
  checkDefinitionsDistinct(request)
  checkHashAndRangeDiffer(request)
  checkKeyTypes(request)
  for (const schema of globalSchemas(request)) checkNoneTwice(schema)
  checkAllDefinitionsUsed(request)
  for (const schema of globalSchemas(request)) checkGlobalKey(schema)
}

/** The same for an index that is added later: what is `defined` besides need not be used. */
export function checkAddedKey(KeySchema: KeySchemaRequest, defined: ReadonlySet<string>): void {
  checkSchemaDefined(KeySchema, defined)
  checkFirstIsHash(KeySchema[0])
  checkGlobalKey(KeySchema)
}

/** Point 4. */
function checkNumberOfDefinitions({ KeySchema, AttributeDefinitions }: TableRequest): void {
  if (KeySchema.length > AttributeDefinitions.length) {
    throw invalid('Invalid KeySchema: Some index key attribute have no definition')
  }
}

/** Point 5, first half. The message lists the whole key schema in its order [I]. */
function checkAllDefined(request: TableRequest): void {
  const defined = new Set(definedNames(request))
  for (const schema of [request.KeySchema, ...localSchemas(request), ...globalSchemas(request)]) {
    checkSchemaDefined(schema, defined)
  }
  checkSearchSchemasDefined(request, defined)
}

function checkSchemaDefined(schema: KeySchemaRequest, defined: ReadonlySet<string>): void {
  const names = schema.map((element) => element.AttributeName)
  if (names.every((name) => defined.has(name))) return
  throw invalid(
    `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${listed([...defined])}]`,
  )
}

/** Vector indexes have to be looked at before point 8 calls their attributes unused (indexes-streams-ttl-transactions.md §4.1). */
export function checkSearchSchemasDefined({ VectorIndexes = [] }: Pick<TableRequest, 'VectorIndexes'>, defined: ReadonlySet<string>): void {
  for (const { VectorAttribute, SearchSchema = [] } of VectorIndexes) {
    if (SearchSchema.some((element) => !defined.has(element.AttributeName))) {
      throw invalid('One or more parameter values were invalid: One element in SearchSchema is not defined in attribute definitions')
    }
    if (defined.has(VectorAttribute.AttributeName)) {
      throw invalid(
        `One or more parameter values were invalid: Conflicting attribute definition for '${VectorAttribute.AttributeName}'. An attribute cannot be defined in AttributeDefinitions when used as a VectorAttribute.`,
      )
    }
  }
}

/** Point 5, second half. */
function checkDefinitionsDistinct(request: TableRequest): void {
  const repeated = firstRepeated(definedNames(request))
  if (repeated !== undefined) {
    throw invalid(`One or more parameter values were invalid: Attribute Name is duplicated: ${repeated}`)
  }
}

/** Point 6. A global index has its own words for it, point 9. */
function checkHashAndRangeDiffer(request: TableRequest): void {
  for (const [first, second] of [request.KeySchema, ...localSchemas(request)]) {
    if (second !== undefined && first?.AttributeName === second.AttributeName) {
      throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name')
    }
  }
}

/** Point 7. The second element of a global index may be another HASH. */
function checkKeyTypes(request: TableRequest): void {
  for (const [first, second] of [request.KeySchema, ...localSchemas(request)]) {
    checkFirstIsHash(first)
    if (second !== undefined && second.KeyType !== 'RANGE') {
      throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
    }
  }
  for (const [first] of globalSchemas(request)) checkFirstIsHash(first)
}

function checkFirstIsHash(element: KeySchemaRequest[number] | undefined): void {
  if (element?.KeyType !== 'HASH') throw invalid('Invalid KeySchema: The first KeySchemaElement is not a HASH key type')
}

/** Point 8. */
function checkAllDefinitionsUsed(request: TableRequest): void {
  const defined = definedNames(request)
  const used = new Set(keyAttributeNames(request))
  if (defined.length === used.size) return
  if (!hasIndexes(request)) {
    throw invalid(
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    )
  }
  throw invalid(
    `One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: [${listed(defined)}], keys used: [${inHashOrder([...used]).join(', ')}]`,
  )
}

/** Point 9. */
function checkGlobalKey(KeySchema: KeySchemaRequest): void {
  const countOf = (keyType: 'HASH' | 'RANGE'): number => KeySchema.filter((element) => element.KeyType === keyType).length
  if (countOf('HASH') > indexHashAttributesMax) {
    throw invalid('One or more parameter values were invalid: The KeySchema exceeds the maximum allowed number of HASH key attributes')
  }
  if (countOf('RANGE') > indexRangeAttributesMax) {
    throw invalid('One or more parameter values were invalid: The KeySchema exceeds the maximum allowed number of RANGE key attributes')
  }
  const firstRange = KeySchema.findIndex((element) => element.KeyType === 'RANGE')
  if (firstRange >= 0 && KeySchema.slice(firstRange).some((element) => element.KeyType === 'HASH')) {
    throw invalid('One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in the KeySchema')
  }
  checkNoneTwice(KeySchema)
}

/** Told before definitions that nothing uses (faults/statements.md §4). */
function checkNoneTwice(schema: KeySchemaRequest): void {
  if (firstRepeated(schema.map((element) => element.AttributeName)) !== undefined) {
    throw invalid('One or more parameter values were invalid: The KeySchema contains multiple key attributes with the same name')
  }
}

/** The names of all attributes that some key or search schema uses. */
function* keyAttributeNames(request: TableRequest): Generator<string> {
  for (const schema of [request.KeySchema, ...localSchemas(request), ...globalSchemas(request)]) {
    for (const element of schema) yield element.AttributeName
  }
  for (const { SearchSchema = [] } of request.VectorIndexes ?? []) {
    for (const element of SearchSchema) yield element.AttributeName
  }
}

function hasIndexes({ LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [], VectorIndexes = [] }: TableRequest): boolean {
  return LocalSecondaryIndexes.length + GlobalSecondaryIndexes.length + VectorIndexes.length > 0
}

function localSchemas({ LocalSecondaryIndexes = [] }: TableRequest): readonly KeySchemaRequest[] {
  return LocalSecondaryIndexes.map((index) => index.KeySchema)
}

function globalSchemas({ GlobalSecondaryIndexes = [] }: TableRequest): readonly KeySchemaRequest[] {
  return GlobalSecondaryIndexes.map((index) => index.KeySchema)
}

function definedNames({ AttributeDefinitions }: TableRequest): readonly string[] {
  return AttributeDefinitions.map((definition) => definition.AttributeName)
}

/** Definitions as messages list them: AWS has them in a set that was made for just so many (api-quirks DDB-TABLE-127). */
function listed(names: readonly string[]): string {
  return inHashOrder(names, 'to measure').join(', ')
}

/** The first name that has occurred before. */
export function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}
