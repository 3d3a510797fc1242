/** A request as code: what was clicked, to be pasted into a program. */

export const languages = ['CLI', 'JavaScript', 'Python', 'Java', 'Go'] as const
export type Language = (typeof languages)[number]

/** `operation` such as `Query`, `input` as on the wire. */
export function codeOf(language: Language, operation: string, input: object): string {
  switch (language) {
    case 'CLI':
      return cli(operation, input)
    case 'JavaScript':
      return javaScript(operation, input)
    case 'Python':
      return python(operation, input)
    case 'Java':
      return java(operation, input)
    case 'Go':
      return go(operation, input)
  }
}

function cli(operation: string, input: object): string {
  const command = operation.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()
  return `aws dynamodb ${command} --endpoint-url ${location.origin} --cli-input-json '${JSON.stringify(input, undefined, 2).replaceAll("'", "'\\''")}'`
}

function javaScript(operation: string, input: object): string {
  return `import { DynamoDBClient, ${operation}Command } from '@aws-sdk/client-dynamodb'

const client = new DynamoDBClient({})
const answer = await client.send(new ${operation}Command(${JSON.stringify(input, undefined, 2)}))`
}

function python(operation: string, input: object): string {
  const name = operation.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase()
  const members = Object.entries(input).map(([member, value]) => `    ${member}=${pythonValue(value, 1)},`)
  return `import boto3

client = boto3.client('dynamodb')
answer = client.${name}(
${members.join('\n')}
)`
}

/** JSON but for its three words. */
function pythonValue(value: unknown, depth: number): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value === null) return 'None'
  const pad = '    '.repeat(depth + 1)
  const end = '    '.repeat(depth)
  if (Array.isArray(value)) return `[\n${value.map((each) => `${pad}${pythonValue(each, depth + 1)},`).join('\n')}\n${end}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value).map(([name, each]) => `${pad}${JSON.stringify(name)}: ${pythonValue(each, depth + 1)},`)
  return `{\n${members.join('\n')}\n${end}}`
}

/** The client reads JSON by itself: nothing is said twice. */
function java(operation: string, input: object): string {
  const members = Object.entries(input).map(([name, value]) => `    .${name[0]?.toLowerCase()}${name.slice(1)}(${javaValue(name, value)})`)
  return `DynamoDbClient client = DynamoDbClient.create();
var answer = client.${operation[0]?.toLowerCase()}${operation.slice(1)}(request -> request
${members.join('\n')});`
}

function javaValue(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value)
  const entries = Object.entries(value as object).map(([key, each]) => `${JSON.stringify(key)}, ${javaAttribute(name, each)}`)
  return entries.length > 10 ? `Map.ofEntries(${entries.map((each) => `Map.entry(${each})`).join(', ')})` : `Map.of(${entries.join(', ')})`
}

function javaAttribute(name: string, value: unknown): string {
  if (name === 'ExpressionAttributeNames') return JSON.stringify(value)
  const [kind, inner] = Object.entries(value as object)[0] as [string, unknown]
  if (kind === 'S' || kind === 'N') return `AttributeValue.from${kind}(${JSON.stringify(inner)})`
  if (kind === 'BOOL') return `AttributeValue.fromBool(${inner})`
  if (kind === 'NULL') return 'AttributeValue.fromNul(true)'
  if (kind === 'B') return `AttributeValue.fromB(SdkBytes.fromByteArray(Base64.getDecoder().decode(${JSON.stringify(inner)})))`
  if (kind === 'L')
    return `AttributeValue.fromL(List.of(${(inner as readonly unknown[]).map((each) => javaAttribute('', each)).join(', ')}))`
  if (kind === 'M') return `AttributeValue.fromM(${javaValue('', inner)})`
  return `AttributeValue.from${kind[0]}s(List.of(${(inner as readonly unknown[]).map((each) => JSON.stringify(each)).join(', ')}))`
}

function go(operation: string, input: object): string {
  const members = Object.entries(input).map(([name, value]) => `    ${name}: ${goValue(name, value)},`)
  return `client := dynamodb.NewFromConfig(config)
answer, err := client.${operation}(ctx, &dynamodb.${operation}Input{
${members.join('\n')}
})`
}

function goValue(name: string, value: unknown): string {
  if (name === 'ReturnConsumedCapacity') return `types.ReturnConsumedCapacity(${JSON.stringify(value)})`
  if (name === 'Limit') return `aws.Int32(${value})`
  if (typeof value === 'string') return `aws.String(${JSON.stringify(value)})`
  if (typeof value === 'boolean') return `aws.Bool(${value})`
  const entries = Object.entries(value as object)
  if (name === 'ExpressionAttributeNames')
    return `map[string]string{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${JSON.stringify(each)}`).join(', ')}}`
  return `map[string]types.AttributeValue{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${goAttribute(each)}`).join(', ')}}`
}

function goAttribute(value: unknown): string {
  const [kind, inner] = Object.entries(value as object)[0] as [string, unknown]
  const list = (each: (one: unknown) => string): string => (inner as readonly unknown[]).map(each).join(', ')
  switch (kind) {
    case 'BOOL':
      return `&types.AttributeValueMemberBOOL{Value: ${inner}}`
    case 'NULL':
      return '&types.AttributeValueMemberNULL{Value: true}'
    case 'M':
      return `&types.AttributeValueMemberM{Value: ${goValue('', inner)}}`
    case 'L':
      return `&types.AttributeValueMemberL{Value: []types.AttributeValue{${list(goAttribute)}}}`
    case 'SS':
    case 'NS':
      return `&types.AttributeValueMember${kind}{Value: []string{${list((each) => JSON.stringify(each))}}}`
    case 'B':
      return `&types.AttributeValueMemberB{Value: decoded(${JSON.stringify(inner)})}`
    case 'BS':
      return `&types.AttributeValueMemberBS{Value: [][]byte{${list((each) => `decoded(${JSON.stringify(each)})`)}}}`
    default:
      return `&types.AttributeValueMember${kind}{Value: ${JSON.stringify(inner)}}`
  }
}
